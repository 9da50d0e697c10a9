#include <cmath>

#include "collapse/estimator/covariates.hpp"
#include "collapse/estimator/drawn_rows.hpp"
#include "collapse/problem/numbers.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::estimator {

namespace {

/// Student's distribution with df > 2 degrees of freedom, scaled to unit variance: heavy tails.
class Student final : public Covariates {
  public:
    problem::Description describe() const override
    {
        return {.name = "student",
                .summary = "independent Student entries of unit variance; write covariates = student(df)",
                .parameters = {},
                .options = {{"degrees_of_freedom", {}, "5", "df > 2; small is heavy-tailed"}},
                .citations = {}};
    }

    Design design(rng::Engine& engine, const Vector& eigenvalues, Index T, const problem::Choices& choices) const override
    {
        const double df = problem::parse_number("model.degrees_of_freedom", choices.at("degrees_of_freedom"));
        support::validate(df > 2 && std::isfinite(df), "model.covariates = student({}) has no finite variance; give df > 2", df);
        // t = g sqrt(df / chi^2_df) has variance df / (df - 2).
        return drawn_design(engine, eigenvalues, T, [df](rng::Engine& source, std::span<double> entries) {
            rng::fill_normal(source, entries);
            for (double& entry : entries) entry *= std::sqrt(df - 2) / rng::chi(source, df);
        });
    }
};

}  // namespace

const Covariates& covariates_student()
{
    static const Student instance;
    return instance;
}

}  // namespace collapse::estimator
