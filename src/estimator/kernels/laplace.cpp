#include "collapse/estimator/core_speed.hpp"
#include "collapse/estimator/kernel.hpp"

namespace collapse::estimator {

namespace {

/// k(x, y) = exp(-gamma sum_i |x_i - y_i|).
class Laplace final : public Kernel {
  public:
    problem::Description describe() const override
    {
        return {.name = "laplace",
                .summary = "exp(-gamma sum_i |x_i - y_i|)",
                .parameters = {},
                .options = {gamma_option()},
                .citations = {}};
    }

    Matrix cross(const Rows& a, const Rows& b, const problem::Choices& choices) const override
    {
        return a.absolute_distances(b, exponential(choices));
    }

    Matrix gram(const Rows& a, const problem::Choices& choices) const override
    {
        return a.absolute_distances(exponential(choices));
    }

    double seconds(double p) const override
    {
        return p * core_speed::absolute_distance + core_speed::kernel_value + core_speed::exponential;
    }
};

}  // namespace

const Kernel& kernel_laplace()
{
    static const Laplace instance;
    return instance;
}

}  // namespace collapse::estimator
