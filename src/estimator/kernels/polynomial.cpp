#include <cmath>

#include "collapse/estimator/kernel.hpp"
#include "collapse/problem/numbers.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::estimator {

namespace {

/// k(x, y) = (gamma x.y + c0)^degree.
class Polynomial final : public Kernel {
  public:
    problem::Description describe() const override
    {
        return {.name = "polynomial",
                .summary = "(gamma x.y + c0)^degree",
                .parameters = {},
                .options = {{"gamma", {}, "", "kernel: scale, a positive number; rows have a mean squared norm of 1"},
                            {"degree", {}, "3", "kernel = polynomial: its degree, a whole number from 1 to 20"},
                            {"c0", {}, "1", "kernel = polynomial: its constant, 0 or more"}},
                .citations = {}};
    }

    void check(const problem::Choices& choices) const override
    {
        gamma_of(choices);
        degree_of(choices);
        constant_of(choices);
    }

    Matrix cross(const Rows& a, const Rows& b, const problem::Choices& choices) const override
    {
        return powers(a.products(b), choices);
    }
    Matrix gram(const Rows& a, const problem::Choices& choices) const override { return powers(a.products(), choices); }

    double seconds(double p) const override { return (2 * p + 30) / 2e10; }

  private:
    static int degree_of(const problem::Choices& choices)
    {
        return static_cast<int>(problem::parse_whole("model.degree", choices.at("degree"), std::int64_t{1}, std::int64_t{20}));
    }

    static double constant_of(const problem::Choices& choices)
    {
        const double c0 = problem::parse_number("model.c0", choices.at("c0"));
        support::validate(c0 >= 0 && std::isfinite(c0),
                          "model.c0 = {} is not possible; give a number that is not negative, such as 1", c0);
        return c0;
    }

    static Matrix powers(Matrix values, const problem::Choices& choices)
    {
        const double gamma = gamma_of(choices), c0 = constant_of(choices);
        const int degree = degree_of(choices);
        for (Index j = 0; j < values.cols(); ++j) {
            const Vector base = gamma * values.col(j).array() + c0;
            values.col(j) = base;
            for (int k = 1; k < degree; ++k) values.col(j).array() *= base.array();
        }
        return values;
    }
};

}  // namespace

const Kernel& kernel_polynomial()
{
    static const Polynomial instance;
    return instance;
}

}  // namespace collapse::estimator
