#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collapse/store/format/provenance.hpp"

namespace collapse::store {

/// One line of provenance/segments: JSON in ASCII, blanks and an end of line: schema::segment_length bytes. Texts that are too long
/// are cut.
std::string segment_line(const Segment& segment);

/// Nothing if the line is empty or was not written to its end.
std::optional<Segment> parse_segment(std::string_view line);

}  // namespace collapse::store
