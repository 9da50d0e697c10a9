#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collapse/store/format/provenance.hpp"
#include "collapse/sweep/settings.hpp"

namespace collapse::store {

/// A variable over all dimensions of a table, row-major [cells].
struct TableVariable {
    std::string name, long_name;
    std::vector<double> values;
    std::vector<std::string> flag_meanings;  ///< not empty: the values are small whole numbers with these meanings, stored as uint8
};

/// What a question about theory (an optimum, a boundary) has for an answer: a small netCDF-4 file like a result file.
struct Table {
    std::string title;
    std::string schema_name;  ///< `collapse-optimum`, ...
    std::string question;     ///< besides the settings, as options: `--over w --range 0,1`
    std::vector<sweep::Axis> dimensions, scalars;
    std::vector<TableVariable> variables;
};

/// Writes the table, replacing an older answer to the same question about the same settings, atomically. Throws InvalidInput if
/// `path` is something else, SystemFailure if the disk refuses.
void write_table(const std::filesystem::path& path, const Table& table, const sweep::Settings& settings,
                 const Provenance& provenance);

}  // namespace collapse::store
