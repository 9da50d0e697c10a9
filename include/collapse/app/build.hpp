#pragma once

#include <string>

#include "collapse/store/life/result_file.hpp"
#include "collapse/sweep/settings.hpp"

namespace collapse::app {

/// `0.1.0`
std::string version();

/// The text of --version: version, commit, compiler, libraries, processor.
std::string version_text();

/// What the result file keeps of the program, the machine and the models used.
store::Provenance provenance_of(const sweep::Settings& settings, const std::string& config_text);

}  // namespace collapse::app
