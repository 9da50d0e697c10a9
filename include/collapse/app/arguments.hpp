#pragma once

#include <map>
#include <string>
#include <vector>

#include "collapse/app/config.hpp"

namespace collapse::app {

/// An option of a verb, besides the config keys.
struct Flag {
    std::string name;      ///< without dashes
    std::string argument;  ///< placeholder of its value in --help; empty: it takes none
    std::string help;
    std::vector<std::string> allowed = {};  ///< its values, if they are few
};

/// What a verb takes from the command line.
struct Usage {
    std::string verb;
    std::string operands;  ///< `CONFIG`, `FILE`, ... as in --help; one word an operand
    std::string summary;   ///< one line
    std::vector<Flag> flags;
    bool config_keys = false;  ///< whether --section.key=value is accepted
    std::string rest = {};     ///< what the words after `--` are; empty: there are none
    std::string example = {};  ///< a call
};

/// A parsed command line.
struct Arguments {
    std::vector<std::string> operands;
    std::map<std::string, std::string> flags;  ///< those given
    std::vector<std::pair<std::string, std::string>> overrides;
    std::vector<std::string> rest;  ///< words after `--`
    bool help = false;
    std::string command_line;  ///< as the shell takes it

    bool has(const std::string& flag) const { return flags.contains(flag); }
    /// The config named by the first operand, read and with the overrides. Throws InvalidInput.
    Config config() const;
};

/// A word as the shell reads it.
std::string shell_word(const std::string& word);

/// Parses the words after the verb. Throws InvalidInput that names the nearest known option.
Arguments parse_arguments(const Usage& usage, const std::vector<std::string>& words);

/// The text of --help.
std::string help_text(const Usage& usage);

}  // namespace collapse::app
