#include "chain_block.hpp"

#include <algorithm>

#include "collapse/support/failure.hpp"

namespace collapse::theory {

namespace {

std::size_t number(double of) { return static_cast<std::size_t>(of); }

}  // namespace

std::size_t ChainBlock::label(std::size_t fit, const problem::Labels& rule, std::size_t vectors)
{
    const auto row_of = [&](double of) {
        const auto found = std::ranges::find(labelled, number(of), &std::pair<std::size_t, std::size_t>::first);
        support::ensure(found != labelled.end(), "labels are kept from a fit in which the block had labels");
        return found->second;
    };
    // The common case of labels that stay as they are: the same row.
    if (rule.kept.size() == 1 && rule.kept[0].share == 1 && rule.models.empty() && rule.teachers.empty() && rule.noise.empty()) {
        labelled.emplace_back(fit, row_of(rule.kept[0].of));
        return labelled.back().second;
    }
    LabelRow row{fit, {}, std::vector<double>(vectors, 0), {}};
    std::map<std::size_t, double> models;
    for (const problem::Share& model : rule.models) {
        if (model.of < 0) continue;  // the truth
        support::ensure(model.of < static_cast<double>(fit), "labels are made by earlier fits");
        models[number(model.of)] += model.share;
    }
    for (const problem::Share& teacher : rule.teachers) row.teachers.at(number(teacher.of) + 1) += teacher.share;
    for (const problem::Noise& noise : rule.noise) row.noise[noise.source] += noise.size;
    for (const problem::Share& kept : rule.kept) {
        const LabelRow& old = labels[row_of(kept.of)];
        for (const auto& [s, share] : old.models) models[s] += kept.share * share;
        for (std::size_t k = 0; k < vectors; ++k) row.teachers[k] += kept.share * old.teachers[k];
        for (const auto& [source, size] : old.noise) row.noise[source] += kept.share * size;
    }
    for (const auto& [s, share] : models)
        if (share != 0) row.models.emplace_back(s, share);
    copies = copies || !row.models.empty();
    labels.push_back(std::move(row));
    labelled.emplace_back(fit, labels.size() - 1);
    return labels.size() - 1;
}

void ChainBlock::drop(std::size_t fit)
{
    if (!uses.empty() && uses.back().fit == fit) {
        uses.pop_back();
        for (std::size_t i = 0; i < uses.size(); ++i) uses[i].residuals.pop_back();
        for (Moments& part : moments) {
            part.residuals.pop_back();
            for (auto& row : part.residuals) row.pop_back();
        }
    }
    if (!labelled.empty() && labelled.back().first == fit) labelled.pop_back();
    if (!labels.empty() && labels.back().fit == fit) labels.pop_back();
}

double noise_covariance(const LabelRow& one, const LabelRow& other)
{
    double sum = 0;
    auto b = other.noise.begin();
    for (const auto& [source, size] : one.noise) {
        while (b != other.noise.end() && b->first < source) ++b;
        if (b == other.noise.end()) break;
        if (b->first == source) sum += size * b->second;
    }
    return sum;
}

}  // namespace collapse::theory
