#include <cmath>
#include <limits>

#include "collapse/protocol/protocol.hpp"

namespace collapse::protocol {

namespace {

using problem::Use;

/// Real rows and rows that somebody else has labelled, fitted together [DFSK, JMS]:
///   w_t = fit(T0 fresh rows, ridge lambda0, labels X w_{t-1} + sigma0 noise), w_-1 = truth, t = 0 .. n - 1;
///   evaluated: fit on p T rows with labels X w0 + sigma noise, and (1 - p) T rows with labels X w_{n-1} + sigma0 noise, whole rows,
///   all of the same weight, or with the weight w for the mean of the real and 1 - w for that of the others.
/// generator = teacher: the others' labels come from a teacher at the squared distance `distance` from the truth, instead of w_{n-1}
/// (n counts nothing then) [DFSK, MH]. Rows of generators and synthetic rows may have a spectrum of their own, beta_synthetic.
class Mixture final : public Protocol {
  public:
    problem::Description describe() const override
    {
        return {.name = "mixture",
                .summary = "p T real rows and (1 - p) T labelled by a model of n generations on T0 rows, or by another teacher",
                .parameters = {"d", "T0", "lambda0", "sigma", "sigma0", "w", "p", "distance", "beta_synthetic", "T", "lambda", "n"},
                .options =
                    {{"generator",
                      {"model", "teacher"},
                      "model",
                      "who labels synthetic rows: a model after n generations of `replace`, or a teacher at a squared distance"}},
                .citations = {"DFSK", "JMS", "MH"}};
    }

    void check(const Cell& cell, const Choices& choices) const override
    {
        const bool teacher = choices.at("generator") == "teacher";
        support::validate(!std::isnan(cell.p),
                          "grid.p is missing: protocol mixture needs the fraction of real rows; add a line such as p = 0.5");
        support::validate(
            std::isnan(cell.w) || (cell.w >= 0 && cell.w <= 1),
            "grid.w = {} is no weight of rows: in protocol mixture it must lie in [0, 1]; leave it out for rows of equal "
            "weight",
            cell.w);
        support::validate(
            teacher || cell.n == 0 || cell.T0 >= 1,
            "grid.T0 is missing: protocol mixture with n = {} > 0 needs the sample size of its generators, for instance "
            "T0 = {}",
            cell.n, 2 * (std::isinf(cell.d) ? cell.T : cell.d));
        support::validate(
            !teacher || !std::isnan(cell.distance),
            "grid.distance is missing: model.generator = teacher needs its squared distance from the truth; add a line "
            "such as distance = 0.1");
        support::validate(
            teacher || std::isnan(cell.distance),
            "grid.distance = {} is not used with model.generator = model; set model.generator = teacher, or remove it",
            cell.distance);
        support::validate(!teacher || cell.n == 0,
                          "grid.n = {} is not used with model.generator = teacher, which is not fitted; remove it, or set "
                          "model.generator = model",
                          cell.n);
        support::validate(!teacher || std::isnan(cell.T0), "grid.T0 = {} is not used with model.generator = teacher; remove it",
                          cell.T0);
    }

    Scheme scheme(const Row& row, const Choices& choices) const override
    {
        const Cell cell = row.cell;
        const bool teacher = choices.at("generator") == "teacher";
        const bool shifted = !std::isnan(cell.beta_synthetic) && cell.beta_synthetic != cell.beta;
        const int spectrum = shifted ? 1 : 0;
        const double T = cell.T, real = row.counts == Counts::whole ? std::round(cell.p * T) : cell.p * T, other = T - real;
        const double T0 = cell.T0 >= 1 ? cell.T0 : 1;  // without generations nothing is fitted on them
        // All rows weigh the same unless w says otherwise; rows of one kind alone have the whole weight.
        const bool weighs = !std::isnan(cell.w) && real > 0 && other > 0;
        const double real_weight = weighs ? cell.w / real : 1 / T, other_weight = weighs ? (1 - cell.w) / other : 1 / T;
        std::vector<double> ridges = row.lambda, own(row.lambda.size(), cell.lambda0);
        Scheme scheme{
            .generation = [=](double t) -> Fit {
                return {own, {{{0, t, T0, spectrum}, 1 / T0, {.models = {{t - 1, 1}}, .noise = {{0, cell.sigma0}}}}}, 0, false};
            },
            .evaluated = [=](double n) -> Fit {
                problem::Labels synthetic{.noise = {{0, cell.sigma0}}};
                if (teacher) synthetic.teachers = {{0, 1}};
                else synthetic.models = {{n - 1, 1}};
                return {ridges,
                        {{{1, 0, real}, real_weight, {.noise = {{0, cell.sigma}}}},
                         {{2, 0, other, spectrum}, other_weight, synthetic}}};
            },
            .repeats_from = 0};
        if (teacher) scheme.teachers = {{.distance = cell.distance}};
        if (shifted) scheme.spectra = {{.beta = cell.beta_synthetic}};
        return scheme;
    }
};

}  // namespace

const Protocol& protocol_mixture()
{
    static const Mixture instance;
    return instance;
}

}  // namespace collapse::protocol
