#include "collapse/app/scheme_table.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace collapse::app {

namespace {

constexpr double most_fits = 3;       ///< shown: the first, the second, and one that repeats it or not
constexpr std::size_t most_uses = 6;  ///< of a fit

/// Names of kinds of rows and of teachers: those of [chain], or letters.
class Names {
  public:
    explicit Names(const sweep::Settings& settings)
    {
        if (!settings.written) return;
        kinds_ = settings.written->chain().kinds();
        teachers_ = settings.written->chain().teachers();
    }

    std::string rows(const problem::Use& use) const
    {
        const auto kind = static_cast<std::size_t>(use.block.kind);
        const std::string name = kind < kinds_.size() ? kinds_[kind] : std::string(1, static_cast<char>('A' + kind % 26));
        const std::string copy = use.copy > 0 ? fmt::format(", labels {:g}", use.copy) : "";
        return fmt::format("{}({:g}{})", name, use.block.generation, copy);
    }
    std::string teacher(double number) const
    {
        const auto k = static_cast<std::size_t>(number);
        return k < teachers_.size() ? teachers_[k] : fmt::format("teacher {}", k + 1);
    }

  private:
    std::vector<std::string> kinds_, teachers_;
};

/// `truth + 0.5 model(0) - 0.25 noise`
std::string describe(const problem::Labels& labels, const Names& names)
{
    std::vector<std::pair<double, std::string>> parts{{1, "truth"}};
    const auto add = [&](const std::vector<problem::Share>& shares, auto&& name) {
        for (const auto& [of, share] : shares) {
            parts.emplace_back(share, name(of));
            parts[0].first -= share;
        }
    };
    add(labels.models, [](double of) { return of == -1 ? "truth" : fmt::format("model({:g})", of); });
    add(labels.kept, [](double of) { return fmt::format("labels({:g})", of); });
    add(labels.teachers, [&](double of) { return names.teacher(of); });
    for (std::size_t i = 1; i < parts.size(); ++i)
        if (parts[i].second == "truth") parts[0].first += std::exchange(parts[i].first, 0);
    for (const problem::Noise& noise : labels.noise) parts.emplace_back(noise.size, "noise");
    std::string text;
    for (const auto& [share, name] : parts) {
        if (std::abs(share) < 1e-12) continue;
        const std::string factor = std::abs(share) == 1 ? "" : fmt::format("{:.4g} ", std::abs(share));
        text += fmt::format("{}{}{}", text.empty() ? (share < 0 ? "-" : "") : (share < 0 ? " - " : " + "), factor, name);
    }
    return text.empty() ? "0" : text;
}

void add_fit(const problem::Fit& fit, const std::string& name, const Names& names, std::vector<SchemeLine>& lines)
{
    const std::string ridge = fmt::format("{:.4g}{}", fit.ridges.front(), fit.swept && fit.ridges.size() > 1 ? ", ..." : "");
    for (std::size_t i = 0; i < std::min(fit.uses.size(), most_uses); ++i) {
        const problem::Use& use = fit.uses[i];
        std::string number = fmt::format("{:.7g}", use.block.rows);
        if (use.share < 1) number = fmt::format("{:.4g} of {}", use.share * use.block.rows, number);
        lines.push_back({i == 0 ? name : "", i == 0 ? ridge : "", names.rows(use), number,
                         fmt::format("{:.4g}", use.weight * use.share * use.block.rows), describe(use.labels, names)});
    }
    if (fit.uses.size() > most_uses) lines.push_back({"", "", fmt::format("and {} more", fit.uses.size() - most_uses), "", "", ""});
    if (fit.subsample > 0) lines.push_back({"", "", "chosen of them", fmt::format("{:.7g}", fit.subsample), "", ""});
}

}  // namespace

std::vector<SchemeLine> describe_scheme(const sweep::Settings& settings, const sweep::Row& row, double n)
{
    const problem::Scheme scheme = sweep::protocol_of(settings).scheme(row, settings.model.choices);
    const Names names(settings);
    std::vector<SchemeLine> lines;
    const double last = std::min(n, most_fits);
    for (double t = 0; t < (scheme.evaluated ? last : std::min(last + 1, most_fits)); ++t)
        add_fit(scheme.generation(t), fmt::format("{:g}", t), names, lines);
    if (scheme.evaluated) add_fit(scheme.evaluated(last), fmt::format("after {:g}", last), names, lines);
    return lines;
}

}  // namespace collapse::app
