#include "collapse/language/label_rule.hpp"

#include <algorithm>
#include <numeric>

#include "collapse/support/failure.hpp"

namespace collapse::language {

namespace {

bool is_vector(const Term& term, const std::vector<std::string>& teachers)
{
    if (term.is_name()) return term.name == "truth" || term.name == "noise" || std::ranges::count(teachers, term.name) > 0;
    if (term.name == "model" || term.name == "labels") return true;
    return std::ranges::any_of(term.arguments, [&](const Term& argument) { return is_vector(argument, teachers); });
}

/// The first name in a term, for the place of a complaint.
std::size_t place_of(const Term& term)
{
    std::size_t place = term.place;
    for (const Term& argument : term.arguments)
        if (place == 0) place = place_of(argument);
    return place;
}

void add(std::vector<problem::Share>& shares, double of, double share)
{
    const auto found = std::ranges::find(shares, of, &problem::Share::of);
    if (found == shares.end()) shares.push_back({of, share});
    else found->share += share;
}

}  // namespace

LabelRule::LabelRule(const Term& term, const Names& names, const std::vector<std::string>& teachers, const Line& line,
                     std::size_t& first_noise)
{
    const auto part = [&](const Term& from) { parts_.emplace_back(LabelRule(from, names, teachers, line, first_noise)); };
    const auto factor = [&](const Term& from) { expressions_.emplace_back(from, names, line); };
    const auto vector = [&](const Term& from) { return is_vector(from, teachers); };
    const auto& arguments = term.arguments;
    if (!vector(term))
        complain(
            line, place_of(term),
            "labels are sums of truth, model(...), labels(...), teachers and noise, each times a share; a number alone is none");
    if (term.name == "truth") kind_ = Kind::truth;
    else if (term.name == "noise" && term.is_name()) kind_ = Kind::noise, index_ = first_noise++;
    else if (term.is_name()) {
        kind_ = Kind::teacher;
        index_ = static_cast<std::size_t>(std::ranges::find(teachers, term.name) - teachers.begin());
    } else if (term.name == "model" || term.name == "labels") {
        kind_ = term.name == "model" ? Kind::model : Kind::kept;
        if (arguments.size() != 1) complain(line, term.place, term.name + " takes the number of one fit, such as t-1");
        factor(arguments[0]);
    } else if ((term.name == "+" || term.name == "-") && arguments.size() == 2) {
        kind_ = term.name == "+" ? Kind::add : Kind::subtract;
        part(arguments[0]), part(arguments[1]);
    } else if (term.name == "-") {
        kind_ = Kind::multiply;
        expressions_.emplace_back(-1.0);
        part(arguments[0]);
    } else if (term.name == "*" && vector(arguments[0]) != vector(arguments[1])) {
        kind_ = Kind::multiply;
        const bool first = vector(arguments[0]);
        factor(arguments[first ? 1 : 0]), part(arguments[first ? 0 : 1]);
    } else if (term.name == "/" && !vector(arguments[1])) {
        kind_ = Kind::divide;
        factor(arguments[1]), part(arguments[0]);
    } else if (term.name == "if" && arguments.size() == 3 && !vector(arguments[0])) {
        kind_ = Kind::choose;
        factor(arguments[0]), part(arguments[1]), part(arguments[2]);
    } else {
        complain(line, place_of(term),
                 fmt::format("labels cannot go through {}; they are sums of parts, each times a share", term.name));
    }
}

double LabelRule::Sum::total() const
{
    const auto sum = [](const std::vector<problem::Share>& shares) {
        return std::transform_reduce(shares.begin(), shares.end(), 0.0, std::plus{},
                                     [](const problem::Share& s) { return s.share; });
    };
    return truth + sum(labels.models) + sum(labels.kept) + sum(labels.teachers);
}

LabelRule::Sum LabelRule::operator()(const Values& values) const
{
    Sum sum;
    add_to(sum, 1, values);
    return sum;
}

void LabelRule::add_to(Sum& sum, double factor, const Values& values) const
{
    switch (kind_) {
        case Kind::truth: sum.truth += factor; return;
        case Kind::model: add(sum.labels.models, expressions_[0](values), factor); return;
        case Kind::kept: add(sum.labels.kept, expressions_[0](values), factor); return;
        case Kind::teacher: add(sum.labels.teachers, static_cast<double>(index_), factor); return;
        case Kind::noise: sum.labels.noise.push_back({static_cast<double>(index_), factor}); return;
        case Kind::add:
        case Kind::subtract:
            parts_[0].add_to(sum, factor, values);
            parts_[1].add_to(sum, kind_ == Kind::add ? factor : -factor, values);
            return;
        case Kind::multiply: parts_[0].add_to(sum, factor * expressions_[0](values), values); return;
        case Kind::divide: parts_[0].add_to(sum, factor / expressions_[0](values), values); return;
        case Kind::choose: parts_[expressions_[0](values) != 0 ? 0 : 1].add_to(sum, factor, values); return;
    }
}

bool LabelRule::shares_use(std::size_t variable) const
{
    const bool here = kind_ != Kind::model && kind_ != Kind::kept && std::ranges::any_of(expressions_, [&](const Expression& e) {
                          return e.uses(variable) || e.uses_sequences();
                      });
    return here || std::ranges::any_of(parts_, [&](const LabelRule& part) { return part.shares_use(variable); });
}

}  // namespace collapse::language
