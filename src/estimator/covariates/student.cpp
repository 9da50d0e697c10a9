#include <algorithm>
#include <cmath>

#include "collapse/estimator/covariates.hpp"
#include "collapse/estimator/drawn_rows.hpp"

namespace collapse::estimator {

namespace {

using numerics::Index;
using Kind = problem::Domain::Kind;

/// Uniform in [-1, 1).
double uniform(rng::Engine& engine) { return static_cast<double>(static_cast<std::int64_t>(engine())) * 0x1p-63; }

/// t sqrt((df - 2) / df): with (u, v) uniform in the unit disc and w = u^2 + v^2, t = u sqrt(df (w^(-2 / df) - 1) / w) has Student's
/// distribution [Bailey, Math. Comp. 62, 779, 1994] and the variance df / (df - 2).
void fill_student(rng::Engine& engine, double df, std::span<double> values)
{
    constexpr std::size_t together = 64;
    using Lanes = Eigen::Array<double, together, 1>;
    Lanes u = Lanes::Zero(), w = Lanes::Ones();
    for (std::size_t first = 0; first < values.size(); first += together) {
        const std::size_t count = std::min(together, values.size() - first);
        for (std::size_t k = 0; k < count;) {
            const auto lane = static_cast<Index>(k);
            u[lane] = uniform(engine);
            const double v = uniform(engine);
            w[lane] = u[lane] * u[lane] + v * v;
            k += w[lane] > 0 && w[lane] < 1;
        }
        const Lanes t = u * ((df - 2) * ((w.log() * (-2 / df)).exp() - 1) / w).sqrt();
        std::copy_n(t.data(), count, &values[first]);
    }
}

/// Student's distribution with df > 2 degrees of freedom, scaled to unit variance: heavy tails.
class Student final : public Covariates {
  public:
    problem::Description describe() const override
    {
        return {.name = "student",
                .summary = "independent Student entries of unit variance; write covariates = student(df)",
                .parameters = {},
                .options = {{"degrees_of_freedom",
                             {},
                             "5",
                             "df > 2; small is heavy-tailed",
                             {.kind = Kind::number, .least = 2, .open = true}}},
                .citations = {}};
    }

    Design design(rng::Engine& engine, const Vector& eigenvalues, Index T, const problem::Choices& choices) const override
    {
        const double df = choices.at("degrees_of_freedom").number();
        return drawn_design(engine, eigenvalues, T,
                            [df](rng::Engine& source, std::span<double> entries) { fill_student(source, df, entries); });
    }
};

}  // namespace

const Covariates& covariates_student()
{
    static const Student instance;
    return instance;
}

}  // namespace collapse::estimator
