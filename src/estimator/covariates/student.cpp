#include <algorithm>
#include <cmath>

#include "collapse/estimator/covariates.hpp"

namespace collapse::estimator {

namespace {

using numerics::Index;
using Kind = problem::Domain::Kind;

/// Half a word, uniform in [-1, 1).
double uniform(std::uint64_t half) { return static_cast<double>(static_cast<std::int32_t>(half)) * 0x1p-31; }

/// t sqrt((df - 2) / df): with (u, v) uniform in the unit disc and w = u^2 + v^2, t = u sqrt(df (w^(-2 / df) - 1) / w) has Student's
/// distribution [Bailey, Math. Comp. 62, 779, 1994] and the variance df / (df - 2).
void fill_student(rng::Engine& engine, double df, std::span<double> values)
{
    constexpr std::size_t together = 64;
    constexpr Index width = 8;  // always so many at once: their bits depend on no other
    using Lanes = Eigen::Array<double, width, 1>;
    Eigen::Array<double, together, 1> u = Eigen::Array<double, together, 1>::Zero(), w = u + 1;
    rng::WordsAhead words(engine);
    for (std::size_t first = 0; first < values.size(); first += together) {
        const std::size_t count = std::min(together, values.size() - first);
        for (std::size_t k = 0; k < count;) {
            const auto lane = static_cast<Index>(k);
            const std::uint64_t word = words();
            const double v = uniform(word >> 32U);
            u[lane] = uniform(word);
            w[lane] = u[lane] * u[lane] + v * v;
            k += w[lane] > 0 && w[lane] < 1;
        }
        for (Index place = 0; place < static_cast<Index>(count); place += width) {
            const Lanes length2 = w.segment<width>(place);
            const Lanes t = u.segment<width>(place) * ((df - 2) * ((length2.log() * (-2 / df)).exp() - 1) / length2).sqrt();
            std::copy_n(t.data(), std::min(width, static_cast<Index>(count) - place),
                        &values[first + static_cast<std::size_t>(place)]);
        }
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

    EntrySource entries(const problem::Choices& choices) const override
    {
        const double df = choices.at("degrees_of_freedom").number();
        return [df](rng::Engine& source, std::span<double> values) { fill_student(source, df, values); };
    }
};

}  // namespace

const Covariates& covariates_student()
{
    static const Student instance;
    return instance;
}

}  // namespace collapse::estimator
