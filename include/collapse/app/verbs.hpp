#pragma once

#include <span>
#include <string>
#include <vector>

#include "collapse/app/arguments.hpp"

namespace collapse::app {

/// The public exit statuses.
enum class Exit : int {
    complete = 0,
    error = 1,         ///< disk, MPI, a check that fails
    bad_input = 2,     ///< nothing was written
    failed_cells = 3,  ///< complete, but some cells failed
    nothing = 4,       ///< there was nothing to compare, to pool or to find
    stopped = 75,      ///< stopped in order before completion: run the same command again
};

/// What an exit status means, for users.
struct Meaning {
    Exit status;
    const char* text;
};
std::span<const Meaning> exit_statuses();

/// One verb of the program: one file in src/app/verbs/.
class Verb {
  public:
    virtual ~Verb() = default;
    virtual Usage usage() const = 0;
    virtual Exit run(const Arguments& arguments) const = 0;
};

/// The table of verbs: every file of src/app/verbs/, in alphabetical order (made by CMake from its listing).
std::span<const Verb* const> verbs();

/// The whole program: finds the verb, parses its arguments, turns exceptions into one sentence on stderr and an exit status.
int main(const std::vector<std::string>& words);

}  // namespace collapse::app
