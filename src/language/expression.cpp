#include "collapse/language/expression.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::language {

namespace {

using Arguments = std::span<const double>;

struct Known {
    const char* name;
    std::size_t least, most;  ///< arguments
    double (*value)(Arguments);
};

constexpr std::size_t any = 100;

constexpr std::array functions{
    Known{"+", 2, 2, [](Arguments a) { return a[0] + a[1]; }},
    Known{"-", 1, 2, [](Arguments a) { return a.size() == 1 ? -a[0] : a[0] - a[1]; }},
    Known{"*", 2, 2, [](Arguments a) { return a[0] * a[1]; }},
    Known{"/", 2, 2, [](Arguments a) { return a[0] / a[1]; }},
    Known{"^", 2, 2, [](Arguments a) { return std::pow(a[0], a[1]); }},
    Known{"<", 2, 2, [](Arguments a) { return a[0] < a[1] ? 1.0 : 0.0; }},
    Known{"<=", 2, 2, [](Arguments a) { return a[0] <= a[1] ? 1.0 : 0.0; }},
    Known{">", 2, 2, [](Arguments a) { return a[0] > a[1] ? 1.0 : 0.0; }},
    Known{">=", 2, 2, [](Arguments a) { return a[0] >= a[1] ? 1.0 : 0.0; }},
    Known{"==", 2, 2, [](Arguments a) { return a[0] == a[1] ? 1.0 : 0.0; }},
    Known{"min", 1, any, [](Arguments a) { return *std::ranges::min_element(a); }},
    Known{"max", 1, any, [](Arguments a) { return *std::ranges::max_element(a); }},
    Known{"sqrt", 1, 1, [](Arguments a) { return std::sqrt(a[0]); }},
    Known{"exp", 1, 1, [](Arguments a) { return std::exp(a[0]); }},
    Known{"log", 1, 1, [](Arguments a) { return std::log(a[0]); }},
    Known{"round", 1, 1, [](Arguments a) { return std::round(a[0]); }},
    Known{"floor", 1, 1, [](Arguments a) { return std::floor(a[0]); }},
    Known{"ceil", 1, 1, [](Arguments a) { return std::ceil(a[0]); }},
    Known{"abs", 1, 1, [](Arguments a) { return std::abs(a[0]); }},
    Known{"if", 3, 3, nullptr},
};

const Known* find_function(const std::string& name)
{
    const auto found = std::ranges::find(functions, name, [](const Known& known) { return std::string_view(known.name); });
    return found == functions.end() ? nullptr : &*found;
}

/// `"simga" is no name here (did you mean sigma?)`
std::string unknown(const std::string& name, const char* what, const std::vector<std::string>& known)
{
    const std::string guess = support::nearest(name, known);
    return fmt::format("\"{}\" is no {}{}", name, what, guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess));
}

}  // namespace

bool is_function(const std::string& name) { return find_function(name) != nullptr; }

Expression::Expression(const Term& term, const Names& names, const Line& line) : number_(term.number)
{
    if (term.is_number()) return;
    if (term.is_name()) {
        const auto found = std::ranges::find(names.variables, term.name);
        if (found == names.variables.end()) {
            const bool other = std::ranges::find(names.others, term.name) != names.others.end();
            complain(line, term.place,
                     other ? fmt::format("\"{}\" is no number", term.name)
                           : unknown(term.name, "number that is known here", names.variables));
        }
        kind_ = Kind::variable;
        index_ = static_cast<std::size_t>(found - names.variables.begin());
        return;
    }
    const auto sequence = std::ranges::find(names.sequences, term.name);
    const Known* known = find_function(term.name);
    if (sequence == names.sequences.end() && known == nullptr) {
        std::vector<std::string> all = names.sequences;
        for (const Known& entry : functions) all.emplace_back(entry.name);
        const bool other = std::ranges::find(names.others, term.name) != names.others.end();
        complain(line, term.place, other ? fmt::format("\"{}\" is no number", term.name) : unknown(term.name, "function", all));
    }
    const std::size_t least = known ? known->least : 1, most = known ? known->most : 1;
    if (term.arguments.size() < least || term.arguments.size() > most)
        complain(line, term.place, fmt::format("{} takes {}", term.name, support::counted(least, "argument")));
    kind_ = known == nullptr ? Kind::sequence : known->value == nullptr ? Kind::choice : Kind::function;
    if (known) function_ = known->value;
    else index_ = static_cast<std::size_t>(sequence - names.sequences.begin());
    for (const Term& argument : term.arguments) arguments_.emplace_back(argument, names, line);
}

double Expression::operator()(const Values& values) const
{
    switch (kind_) {
        case Kind::number: return number_;
        case Kind::variable: return values.variables[index_];
        case Kind::sequence: return values.sequence(index_, arguments_[0](values));
        case Kind::choice: return arguments_[arguments_[0](values) != 0 ? 1 : 2](values);
        case Kind::function: break;
    }
    constexpr std::size_t few = 4;  // without going to the heap
    std::array<double, few> numbers{};
    if (arguments_.size() <= few) {
        for (std::size_t i = 0; i < arguments_.size(); ++i) numbers[i] = arguments_[i](values);
        return function_(Arguments(numbers.data(), arguments_.size()));
    }
    std::vector<double> many;
    for (const Expression& argument : arguments_) many.push_back(argument(values));
    return function_(many);
}

bool Expression::uses(std::size_t variable) const
{
    if (kind_ == Kind::variable && index_ == variable) return true;
    return std::ranges::any_of(arguments_, [&](const Expression& argument) { return argument.uses(variable); });
}

bool Expression::uses_sequences() const
{
    return kind_ == Kind::sequence || std::ranges::any_of(arguments_, &Expression::uses_sequences);
}

}  // namespace collapse::language
