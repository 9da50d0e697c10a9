#pragma once

#include <string>
#include <string_view>

namespace collapse::app {

/// Writes to stderr. Results come first: what cannot be written there (a full disk, a reader or a terminal that is gone) is given up.
void write_to_stderr(std::string_view text);

/// The text with `?` for control characters, which names may have: it stays one line, of a terminal or of a script.
std::string one_line(std::string_view text);

/// The line `collapse: ...`, in the same way.
void tell(std::string_view line);

/// Opens what a parent has closed of the first three descriptors: a file of ours that got one of their numbers would be written by
/// whoever prints. What is printed to a closed stdout fails, as it should. Call it first in main.
void claim_standard_streams();

}  // namespace collapse::app
