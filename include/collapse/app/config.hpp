#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collapse/sweep/settings.hpp"

namespace collapse::app {

/// Whether the files that [data] names are read: theory that has its spectrum needs none.
enum class Data { read, leave };

/// A config as given: its verbatim text and the keys that the command line overrides, in order.
struct Config {
    std::filesystem::path path;
    std::string text;
    std::vector<std::pair<std::string, std::string>> overrides;
    std::vector<std::string> removals;  ///< keys of the text that do not count
    Data data = Data::read;
    std::shared_ptr<const data::Dataset> dataset{};  ///< what [data] names, if it is known already
};

/// Reads the file of a config. Throws InvalidInput if that is impossible.
std::string read_config(const std::filesystem::path& path);

/// The keys that the text or the command line gives.
std::set<std::string> given_keys(const Config& config);

/// Parses, fills in defaults, checks. Throws InvalidInput: the key, the value, the reason, the remedy.
sweep::Settings parse_config(const Config& config);

}  // namespace collapse::app
