#include "collapse/protocol/predict.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "collapse/protocol/means.hpp"
#include "predictors.hpp"

namespace collapse::protocol {

namespace {

using numerics::infinite;

constexpr double least_look = 2;  ///< generations that tell a structure, also where fewer are asked for

/// An infinite mean is said, in the exact value and, where rows and directions are equal in number, in the limit too.
void mark_infinite(const Scheme& scheme, const Row& row, const Ridges& kinds, double d, Table<Prediction>& result)
{
    std::map<std::size_t, Means> known;
    for (std::size_t i = 0; i < row.lambda.size(); ++i) {
        const Means& means = known.try_emplace(kinds[i], scheme, kinds[i], d, row.generations).first->second;
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            if (!means.is_infinite(row.generations[j])) continue;
            result(i, j).exact = infinite;
            if (means.is_at_threshold(row.generations[j]))
                result(i, j).asymptotic.variance = result(i, j).asymptotic.test_error = infinite;
        }
    }
}

}  // namespace

std::vector<numerics::Array> teacher_moments(const Scheme& scheme, const Nodes& nodes)
{
    std::vector<numerics::Array> result;
    const double power = nodes.sum(nodes.eigenvalue * nodes.coefficient2);
    for (const problem::OtherTeacher& teacher : scheme.teachers) result.emplace_back(teacher.distance / power * nodes.coefficient2);
    return result;
}

Table<Prediction> predict(const Scheme& scheme, const Row& row, const Nodes& nodes)
{
    return predict(scheme, row, nodes, Wanted::predictions).predictions;
}

WithSlopes predict(const Scheme& scheme, const Row& row, const Nodes& nodes, Wanted wanted)
{
    WithSlopes result{Table<Prediction>(row.lambda.size(), row.generations.size())};
    if (row.size() == 0) return result;
    const double last = std::max(row.last_generation(), least_look);
    const Ridges kinds = kinds_of_ridges(scheme, row.lambda.size(), std::max(last, std::ranges::max(row.generations)));
    if (!predict_repeated(scheme, row, nodes, wanted, result)) {
        std::map<Structure, Ridges> by_structure;
        std::map<std::size_t, Structure> known;
        for (std::size_t i = 0; i < row.lambda.size(); ++i) {
            if (kinds[i] == i) known[i] = structure_of(scheme, i, last);
            by_structure[known.at(kinds[i])].push_back(i);
        }
        for (const auto& [structure, ridges] : by_structure) {
            switch (structure) {
                case Structure::fresh: predict_fresh(scheme, row, nodes, ridges, result.predictions); break;
                case Structure::one_design: predict_one_design(scheme, row, nodes, ridges, result.predictions); break;
                case Structure::growing: predict_growing(scheme, row, nodes, ridges, result.predictions); break;
                case Structure::general: predict_general(scheme, row, nodes, ridges, result.predictions); break;
            }
        }
    }
    mark_infinite(scheme, row, kinds, nodes.dimension(), result.predictions);
    return result;
}

Table<Prediction> beside_clean(const Table<Prediction>& appended)
{
    const std::size_t columns = appended.columns() - 1;
    Table<Prediction> result(appended.rows(), columns);
    for (std::size_t i = 0; i < appended.rows(); ++i)
        for (std::size_t j = 0; j < columns; ++j) {
            result(i, j) = appended(i, j);
            result(i, j).clean = appended(i, columns).asymptotic;
        }
    return result;
}

std::string reason_not_predicted(const Scheme& scheme, std::size_t ridge, double n)
{
    const bool endless = std::isinf(n);
    const Structure structure = structure_of(scheme, ridge, std::max(endless ? 0 : n, least_look));
    if (structure == Structure::fresh) return endless && std::isinf(scheme.repeats_from) ? "its generations never repeat" : "";
    if (structure == Structure::one_design) {
        if (!endless || averages_labels(scheme)) return "";
        const theory::LabelStep step =
            std::isinf(scheme.repeats_from) ? theory::LabelStep{.keep = 1} : label_step(scheme, infinite);
        if (step.keep != 0) return "no limit is known for labels that are kept in part";
        return step.copy > 1 || step.copy <= -1
                   ? fmt::format("no limit is known for labels of which real ones have a share of {} outside [0, 2)", 1 - step.copy)
                   : "";
    }
    const Fit first = scheme.generation(0);
    if (structure == Structure::growing && first.ridges[ridge] == 0 && rows_of(first) > 0 && !endless) return "";
    if (takes_rows_repeatedly(evaluated_fit(scheme, std::min(n, 1.0))))
        return "rows that take part in a fit several times are not independent, which no prediction is known for";
    if (endless) return "no limit is known for endless generations on shared rows";
    return n > most_general_fits
               ? fmt::format("theory of fits on shared rows goes up to n = {}: its cost grows like the cube", most_general_fits)
               : "";
}

}  // namespace collapse::protocol
