#pragma once

#include <string>

namespace collapse::app {

/// Made from what --help prints: the table of verbs, their options, the keys of the config.

/// A file that completes the command line in `shell`: bash, zsh or fish. Throws InvalidInput for another one.
std::string completion_for(const std::string& shell);

/// The manual, collapse(1), in the language of man.
std::string manual();

}  // namespace collapse::app
