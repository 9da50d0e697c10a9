#include "collapse/sweep/tie.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/list.hpp"

namespace collapse::sweep {

using support::validate;

namespace {

struct Tie {
    double factor;
    std::string source;
};

bool is_letter(char letter) { return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'); }

bool may_be_in_name(char letter) { return is_letter(letter) || (letter >= '0' && letter <= '9') || letter == '_'; }

/// `sigma`, `2 T`, `2*T`, `-0.5 p`: a factor, or none for 1, and a name.
std::optional<Tie> parse_tie(std::string_view given)
{
    const std::string text = support::trim(given);
    const char* rest = text.data();
    const char* const end = rest + text.size();
    double factor = 1;
    if (rest != end && !is_letter(*rest)) {
        const auto [after, error] = std::from_chars(rest, end, factor);
        if (error != std::errc() || !std::isfinite(factor)) return std::nullopt;
        rest = after;
        while (rest != end && *rest == ' ') ++rest;
        if (rest != end && *rest == '*') ++rest;
        while (rest != end && *rest == ' ') ++rest;
    }
    const std::string source(rest, end);
    const bool name = !source.empty() && is_letter(source.front()) && std::ranges::all_of(source, may_be_in_name);
    if (!name || source == "inf" || source == "infinity" || source == "nan") return std::nullopt;
    return Tie{factor, source};
}

/// With all that its views look at.
struct TiedCoordinate {
    CoordinatePointer tied;
    Coordinate coordinate;
};

}  // namespace

bool is_tie(std::string_view text) { return parse_tie(text).has_value(); }

Axis parse_axis(const CoordinatePointer& coordinate, const std::string& key, std::string_view text)
{
    const std::vector<std::string> items = support::split(std::string(text), ',');
    validate(items.size() == 1 || std::ranges::none_of(items, [](const std::string& item) { return is_tie(item); }),
             "{} = {} lets it follow another parameter in a list; give the other alone, such as 2 T, or a list of numbers", key,
             support::trim(text));
    const std::optional<Tie> tie = parse_tie(text);
    if (!tie) return {coordinate, parse_list(key, text).values};
    validate(tie->factor != 0, "{} = {} is always 0; give 0", key, support::trim(text));
    const auto made = std::make_shared<TiedCoordinate>(TiedCoordinate{coordinate, *coordinate});
    made->coordinate.kind = Parameter::Kind::real;
    made->coordinate.follows = coordinate_called(tie->source);
    return {{made, &made->coordinate}, {tie->factor}};
}

std::string text_of(const Axis& axis)
{
    if (!axis.is_tie()) return support::exact(axis.values);
    const double factor = axis.values.front();
    return fmt::format("{}{}", factor == 1 ? "" : support::exact(factor) + " ", axis.coordinate->follows->name);
}

void check_ties(const std::vector<Axis>& axes)
{
    std::vector<std::string> known;
    for (const Parameter& parameter : problem::parameters()) known.emplace_back(parameter.name);
    for (const Axis& axis : axes)
        if (axis.coordinate->parameter->member == nullptr) known.emplace_back(axis.name());
    for (const Axis& axis : axes) {
        if (!axis.is_tie()) continue;
        const Coordinate& source = *axis.coordinate->follows;
        const std::string key = fmt::format("grid.{}", axis.name()), text = text_of(axis);
        const std::string guess = support::nearest(std::string(source.name), known);
        validate(source.to_parameter == nullptr, "{} = {} follows an exponent; let it follow the parameter, {}", key, text,
                 source.parameter->name);
        validate(std::ranges::find(known, source.name) != known.end(),
                 "{} = {} is not a number, and {} is no parameter that it could follow{}; give a list of numbers", key, text,
                 source.name, guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess));
        validate(axis.coordinate->to_parameter == nullptr, "{} = {} lets an exponent follow a parameter; give a list of numbers",
                 key, text);
        validate(source.name != axis.name(), "{} = {} follows itself; give a list of numbers", key, text);
        validate(!is_core(axis.coordinate->parameter->name),
                 "{0} = {1} cannot follow, because {2} is a dimension of every file; give {2} a list, and let {3} follow it", key,
                 text, axis.name(), source.name);
        validate(source.name != "n", "{} = {} follows the generations, which one chain goes through; give a list of numbers", key,
                 text);
        const auto followed =
            std::ranges::find(axes, source.name, [](const Axis& other) { return other.coordinate->parameter->name; });
        validate(followed != axes.end(), "{} = {} follows {}, which has no value; add grid.{}, or give numbers", key, text,
                 source.name, source.name);
        validate(!followed->is_tie(),
                 "{} = {} follows {}, which itself follows {}; let one of them be a list of numbers, and all others follow that",
                 key, text, source.name, followed->is_tie() ? followed->coordinate->follows->name : "");
    }
}

}  // namespace collapse::sweep
