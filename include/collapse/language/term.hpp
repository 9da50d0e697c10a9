#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What a user writes in the section [chain], as trees.
namespace collapse::language {

/// A line of a section, `key = text`, as messages show it.
struct Line {
    std::string key, text;
};

/// A number, a name, or a function or operator with its arguments.
struct Term {
    std::string
        name;  ///< empty: a number; `+`, `-`, `*`, `/`, `^`, `<`, `<=`, `>`, `>=`, `==` are functions of two, `-` of one also
    double number = 0;
    std::vector<Term> arguments{};
    std::size_t place = 0;  ///< of a name in its line, from 0

    bool is_number() const { return name.empty(); }
    bool is_name() const { return !name.empty() && arguments.empty(); }
};

/// `X(first..last) weight w share p to labels`
struct UseTerm {
    std::string rows;
    std::size_t place = 0;
    Term first;
    std::optional<Term> last{}, weight{}, share{};  ///< last: of a range
    Term labels;
};

/// `fit USE and USE ..., ridge r, subsample m`
struct FitTerm {
    std::vector<UseTerm> uses;
    std::optional<Term> ridge{}, subsample{};
};

/// Throw InvalidInput: one sentence with the line, the position and what was expected there.
Term parse_expression(const Line& line);
FitTerm parse_fit(const Line& line);

/// `chain.step = ... cannot be read at position 7, before "to ...": <reason>`; place: from 0.
[[noreturn]] void complain(const Line& line, std::size_t place, const std::string& reason);

/// Whether `text` is a name: a letter, then letters, digits and underscores; no word of the grammar.
bool is_name(const std::string& text);

}  // namespace collapse::language
