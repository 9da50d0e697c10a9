#include "collapse/problem/numbers.hpp"

#include <charconv>
#include <cmath>
#include <limits>

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

template <class Integer>
Integer parse_whole(const std::string& key, std::string_view text, Integer least, Integer most)
{
    const std::string trimmed = support::trim(text);
    const char* const end = trimmed.data() + trimmed.size();
    Integer value = 0;
    const auto [stop, error] = std::from_chars(trimmed.data(), end, value);
    bool whole = error == std::errc{} && stop == end;
    if (!whole && error != std::errc::result_out_of_range) {  // with an exponent, or none
        double number = 0;
        const auto [last, failure] = std::from_chars(trimmed.data(), end, number);
        // 2^63 and 2^64 are doubles, the numbers before them are not.
        const double beyond = std::ldexp(1.0, std::numeric_limits<Integer>::digits);
        whole = failure == std::errc{} && last == end && number == std::floor(number) && number < beyond &&
                number >= static_cast<double>(std::numeric_limits<Integer>::min());
        if (whole) value = static_cast<Integer>(number);
    }
    support::validate(whole && least <= value && value <= most,
                      "{} = {} is not a whole number from {} to {}; write it like 100 or 1e3", key,
                      trimmed.empty() ? "(nothing)" : trimmed, least, most);
    return value;
}

template std::int64_t parse_whole(const std::string&, std::string_view, std::int64_t, std::int64_t);
template std::uint64_t parse_whole(const std::string&, std::string_view, std::uint64_t, std::uint64_t);

std::vector<double> parse_numbers(const std::string& key, std::string_view text)
{
    support::validate(!support::trim(text).empty(), "{} is missing; give at least one number", key);
    std::vector<double> values;
    for (const std::string& part : support::split(text, ',')) values.push_back(parse_number(key, part));
    return values;
}

}  // namespace collapse::problem
