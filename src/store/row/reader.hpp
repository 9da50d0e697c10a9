#pragma once

#include "collapse/sweep/task.hpp"
#include "offsets.hpp"
#include "raw_file.hpp"

namespace collapse::store {

/// What a file knows of a row. Whatever is damaged counts as not known, so that it is computed again.
sweep::RowState read_row(const RawFile& file, const Offsets& offsets, sweep::RowIndex row);

/// The row's entries of status [cells].
std::vector<std::uint8_t> read_status(const RawFile& file, const Offsets& offsets, sweep::RowIndex row);

}  // namespace collapse::store
