#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace collapse::problem {

/// A key of [model] that belongs to one entry of a table of models (a protocol, a spectrum, a teacher).
struct Option {
    std::string name;
    std::vector<std::string> allowed;  ///< empty: free text that the entry itself checks
    std::string otherwise;             ///< value if the config is silent
    std::string help;
};

/// The options chosen, by name: every option of the chosen entries has a value.
using Choices = std::map<std::string, std::string, std::less<>>;

/// What an entry of a table of models says of itself: `collapse list` prints it, the config parser obeys it.
struct Description {
    std::string name;
    std::string summary;
    std::vector<std::string> parameters;  ///< names of problem::parameters() that it uses
    std::vector<Option> options;
    std::vector<std::string> citations;  ///< keys of problem::reference()
};

/// The full reference of a citation key such as `DFK`; one bibliography for the file, `list` and the README.
std::string_view reference(std::string_view key);

}  // namespace collapse::problem
