#pragma once

#include <functional>
#include <string>
#include <vector>

#include "collapse/sweep/settings.hpp"

namespace collapse::app {

/// A key of the config file, `section.name`, and how it is set; the same key is an option `--section.name` of the command line.
struct Key {
    std::string name;
    std::string help;                       ///< names the default, if there is one
    std::string otherwise;                  ///< the default; empty: none, or one that depends on other keys
    std::vector<std::string> allowed = {};  ///< its values, if they are few
    std::string example = {};               ///< a value
};

/// A key and what its text does to the settings. Throws InvalidInput: the key, the value, the reason, the remedy.
struct Setter {
    Key key;
    std::function<void(sweep::Settings&, const std::string& key, const std::string& text)> set;
};

/// One for every key, in the order of the documentation.
std::vector<Setter> config_setters();

/// The keys alone.
std::vector<Key> config_keys();

/// What may have been meant by a `name` that is none of `known`: the key of that last part in whatever section, else the nearest
/// name, or "". Options begin with dashes, in both: `--replicates` means `--simulation.replicates`.
std::string meant_by(const std::string& name, const std::vector<std::string>& known);

}  // namespace collapse::app
