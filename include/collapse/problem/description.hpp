#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "collapse/problem/choice.hpp"

namespace collapse::problem {

/// What an option may be.
struct Domain {
    enum class Kind { word, number, whole, numbers };
    Kind kind = Kind::word;  ///< numbers: a list of at least one
    double least = -std::numeric_limits<double>::infinity(), most = std::numeric_limits<double>::infinity();
    bool open = false;      ///< whether `least` itself is none of them; numbers are finite in any case
    bool optional = false;  ///< whether it may be left out though it has no default
};

/// A key of [model] that belongs to one entry of a table of models (a protocol, a spectrum, a teacher).
struct Option {
    std::string name;
    std::vector<std::string> allowed;  ///< the words; empty: numbers
    std::string otherwise;             ///< value if the config is silent
    std::string help;
    Domain domain = {};
    std::string parameter = {};  ///< in whose place the words may be written, too: `w = adaptive`
};

/// Throws InvalidInput unless the choice is in the option's domain.
void check(const Option& option, const Choice& choice);

/// What an entry of a table of models says of itself: `collapse list` prints it, the config parser obeys it.
struct Description {
    std::string name;
    std::string summary;
    std::vector<std::string> parameters;  ///< names of problem::parameters() that it uses
    std::vector<Option> options;
    std::vector<std::string> citations;  ///< keys of problem::reference()
};

/// The name of an entry as it may be written with its first option: `student(5)` is `student` and `5`; `gaussian` has none.
struct NameAndOption {
    std::string name;
    std::string option;  ///< between the parentheses; empty: there are none
};

/// Throws InvalidInput if parentheses do not close, naming the key.
NameAndOption split_option(const std::string& key, const std::string& text);

/// The full reference of a citation key such as `DFK`; one bibliography for the file, `list` and the README.
std::string_view reference(std::string_view key);

}  // namespace collapse::problem
