#include "collapse/estimator/core_speed.hpp"
#include "collapse/estimator/kernel.hpp"

namespace collapse::estimator {

namespace {

/// k(x, y) = exp(-gamma |x - y|^2), with |x - y|^2 = |x|^2 + |y|^2 - 2 x.y: one product of matrices.
class Rbf final : public Kernel {
  public:
    problem::Description describe() const override
    {
        return {.name = "rbf", .summary = "exp(-gamma |x - y|^2)", .parameters = {}, .options = {gamma_option()}, .citations = {}};
    }

    Matrix cross(const Rows& a, const Rows& b, const problem::Choices& choices) const override
    {
        return a.squared_distances(b, exponential(choices));
    }

    Matrix gram(const Rows& a, const problem::Choices& choices) const override { return a.squared_distances(exponential(choices)); }

    double seconds(double p) const override
    {
        return 2 * p * core_speed::kernel_product + core_speed::kernel_value + core_speed::exponential;
    }
};

}  // namespace

const Kernel& kernel_rbf()
{
    static const Rbf instance;
    return instance;
}

}  // namespace collapse::estimator
