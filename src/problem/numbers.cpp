#include "collapse/problem/numbers.hpp"

#include <charconv>
#include <cmath>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::problem {

double parse_number(const std::string& key, std::string_view text)
{
    const std::string trimmed = support::trim(text);
    const bool plus = trimmed.starts_with('+') && !trimmed.starts_with("+-");  // from_chars knows no plus sign
    const char* begin = trimmed.data() + (plus ? 1 : 0);
    const char* end = trimmed.data() + trimmed.size();
    double value = 0;
    const auto [stop, error] = std::from_chars(begin, end, value);
    support::validate(
        error == std::errc{} && stop == end && begin != end && !std::isnan(value), "{} = {} is not a number{}", key,
        trimmed.empty() ? "(nothing)" : trimmed,
        error == std::errc::result_out_of_range ? " within the range of double precision" : "; write it like 0.5, 1e-3 or inf");
    return value;
}

std::vector<double> parse_numbers(const std::string& key, std::string_view text)
{
    support::validate(!support::trim(text).empty(), "{} is missing; give at least one number", key);
    std::vector<double> values;
    for (const std::string& part : support::split(text, ',')) values.push_back(parse_number(key, part));
    return values;
}

}  // namespace collapse::problem
