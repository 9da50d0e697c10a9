#include "collapse/sweep/list.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::sweep {

using support::validate;

namespace {

constexpr double longest = 1e7;  ///< values in one list: beyond it a typing error is likelier than a wish

/// The decimal that a generated value stands for: its 15 digits that a double is sure to hold, fewer if it is what is left of terms
/// as large as `largest`.
double decimal(const std::string& key, long double value, long double largest = 0)
{
    const long double lost = std::floor(std::log10(largest)) - std::floor(std::log10(std::abs(value)));
    const long double digits = 15 - std::fmax(0.0L, lost);
    return digits < 1 ? 0 : parse_number(key, fmt::format("{:.{}g}", value, static_cast<int>(digits)));
}

/// a + (b - a) i / steps, so that nothing cancels where a and b have one sign; a and b themselves as they are.
double between(const std::string& key, double a, double b, double i, double steps)
{
    if (i == 0) return a;
    if (i == steps) return b;
    const long double first = (steps - i) * (a / static_cast<long double>(steps));
    const long double second = i * (b / static_cast<long double>(steps));
    return decimal(key, first + second, std::max(std::abs(first), std::abs(second)));
}

/// start, start + step, ..., including stop up to rounding.
std::vector<double> arithmetic(const std::string& key, const std::string& item, const std::vector<std::string>& parts)
{
    validate(parts.size() == 2 || parts.size() == 3, "{} = {} is not a range; write start:stop or start:stop:step", key, item);
    const double start = parse_number(key, parts[0]), stop = parse_number(key, parts[1]);
    const double step = parts.size() == 3 ? parse_number(key, parts[2]) : 1;
    const double steps = (stop - start) / step;
    validate(std::isfinite(steps) && steps >= 0, "{} = {} is an empty range; start + step must lead towards stop", key, item);
    validate(steps < longest, "{} = {} has {:.3g} values; give at most {:.0e}", key, item, steps + 1, longest);
    const double tolerance = steps * 1e-12 + 1e-9, last = std::floor(steps + tolerance);
    const double end =
        steps - last <= tolerance ? stop : decimal(key, start + last * static_cast<long double>(step), std::abs(start));
    std::vector<double> values;
    for (double i = 0; i <= last; ++i) values.push_back(between(key, start, end, i, last));
    return values;
}

/// linspace, logspace, geomspace with exact ends.
std::vector<double> space(const std::string& key, const std::string& item, const std::string& name, const std::string& arguments)
{
    const auto parts = support::split(arguments, ',');
    validate(parts.size() == 3, "{} = {} needs three arguments: {}(first, last, count)", key, item, name);
    const double a = parse_number(key, parts[0]), b = parse_number(key, parts[1]), count = parse_number(key, parts[2]);
    validate(std::isfinite(a) && std::isfinite(b), "{} = {} has an infinite end; give finite numbers", key, item);
    validate(count >= 1 && count < longest && count == std::floor(count),
             "{} = {} asks for {} values; the count must be a whole number from 1 to {:.0e}", key, item, count, longest);
    validate(name != "geomspace" || (a > 0 && b > 0), "{} = {} has an end that is not positive; use linspace", key, item);
    std::vector<double> values;
    const double steps = count - 1;
    for (double i = 0; i < count; ++i) {
        const long double t = steps == 0 ? 0 : i / static_cast<long double>(steps);
        if (name == "logspace") values.push_back(decimal(key, std::pow(10.0L, (1 - t) * a + t * b)));
        else if (name == "geomspace" && i > 0 && i < steps)
            values.push_back(decimal(key, std::pow<long double>(a, 1 - t) * std::pow<long double>(b, t)));
        else values.push_back(between(key, a, b, i, steps));
    }
    return values;
}

/// To the nearest whole numbers, each once.
std::vector<double> rounded(std::vector<double> values)
{
    for (double& value : values) value = std::round(value);
    values.erase(std::unique(values.begin(), values.end()), values.end());  // not ranges::unique, which clang 14 cannot read
    return values;
}

std::vector<double> parse_item(const std::string& key, const std::string& item)
{
    validate(!item.empty(), "{} has an empty entry in its list; remove the comma too many or give a value", key);
    if (const auto open = item.find('('); open != std::string::npos) {
        const std::vector<std::string> known{"linspace", "logspace", "geomspace", "round"};
        const std::string name = support::trim(item.substr(0, open));
        const bool found = std::ranges::find(known, name) != known.end();
        const std::string guess = support::nearest(name, known);
        validate(found, "{} = {} calls an unknown function{}; use {}", key, item,
                 guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess), support::enumerate(known, "or"));
        validate(item.back() == ')', "{} = {} has no closing parenthesis; add it at the end", key, item);
        const std::string arguments = item.substr(open + 1, item.size() - open - 2);
        if (name != "round") return space(key, item, name, arguments);
        validate(arguments.find(name) == std::string::npos, "{} = {} rounds twice; once is enough", key, item);
        const List list = parse_list(key, arguments);
        validate(!list.power_of_T, "{} = {} rounds powers of T, which every T has of its own; a simulation rounds them anyway", key,
                 item);
        return rounded(list.values);
    }
    if (item.find(':') != std::string::npos) return arithmetic(key, item, support::split(item, ':'));
    validate(item.find_first_of(" \t[]{}\"'") == std::string::npos,
             "{} = {} is not a number; values of a list have commas between them, and neither brackets nor quotes: 50, 100", key,
             item);
    return {parse_number(key, item)};
}

}  // namespace

List parse_list(const std::string& key, std::string_view text)
{
    List list;
    const auto items = support::split(text, ',');
    validate(items.size() > 1 || !items.front().empty(), "{} is an empty list; give at least one value", key);
    std::size_t powers = 0;
    for (const std::string& item : items) {
        const bool power = item.starts_with("T^");
        if (power) ++powers;
        for (const double value : parse_item(key, power ? item.substr(2) : item)) list.values.push_back(value);
    }
    validate(powers == 0 || powers == items.size(), "{} = {} mixes powers of T with plain numbers; split it into two sweeps", key,
             support::trim(text));
    list.power_of_T = powers > 0;
    return list;
}

}  // namespace collapse::sweep
