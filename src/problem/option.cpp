#include <algorithm>
#include <cmath>

#include "collapse/problem/description.hpp"
#include "collapse/problem/numbers.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::problem {

namespace {

using support::validate;

void check_word(const std::string& key, const Option& option, const std::string& word)
{
    const std::string guess = support::nearest(word, option.allowed);
    validate(std::ranges::find(option.allowed, word) != option.allowed.end(), "{} = {} is not known{}; choose {}", key, word,
             guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess), support::enumerate(option.allowed, "or"));
}

bool contains(const Domain& domain, double value)
{
    return std::isfinite(value) && (domain.open ? value > domain.least : value >= domain.least) && value <= domain.most;
}

/// `from 0 to 1`, `larger than 2`, `finite`.
std::string bounds_of(const Domain& domain)
{
    const bool below = std::isfinite(domain.least), above = std::isfinite(domain.most);
    if (below && above) return fmt::format("from {:g} to {:g}", domain.least, domain.most);
    return below ? fmt::format("finite and {} {:g}", domain.open ? "larger than" : "at least", domain.least) : "finite";
}

}  // namespace

void check(const Option& option, const Choice& choice)
{
    const std::string key = "model." + option.name;
    const Domain& domain = option.domain;
    if (domain.kind == Domain::Kind::word) return check_word(key, option, choice.text());
    if (choice.empty() && domain.optional) return;
    validate(!choice.empty(), "{} is missing, which must be {} {}; add a line {} = ...", key,
             domain.kind == Domain::Kind::numbers ? "a list of numbers, each" : "a number", bounds_of(domain), option.name);
    if (domain.kind == Domain::Kind::numbers) {
        const std::vector<double> values = parse_numbers(key, choice.text());
        const auto bad = std::ranges::find_if_not(values, [&](double value) { return contains(domain, value); });
        if (bad != values.end())
            throw support::InvalidInput(fmt::format("{} has the value {} at place {}; all must be {}", key, support::exact(*bad),
                                                    bad - values.begin() + 1, bounds_of(domain)));
        return;
    }
    const double value = parse_number(key, choice.text());
    const bool whole = domain.kind == Domain::Kind::whole;
    validate(contains(domain, value) && (!whole || value == std::floor(value)), "{} = {} is not possible; give a {} {}", key,
             choice.text(), whole ? "whole number" : "number that is", bounds_of(domain));
}

NameAndOption split_option(const std::string& key, const std::string& text)
{
    const auto open = text.find('(');
    if (open == std::string::npos) return {text, ""};
    validate(text.back() == ')', "{} = {} has no closing parenthesis; add it at the end", key, text);
    return {support::trim(text.substr(0, open)), support::trim(text.substr(open + 1, text.size() - open - 2))};
}

}  // namespace collapse::problem
