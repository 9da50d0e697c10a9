#include "collapse/estimator/core_speed.hpp"
#include "collapse/estimator/kernel.hpp"

namespace collapse::estimator {

namespace {

/// k(x, y) = x.y: ridge regression itself.
class Linear final : public Kernel {
  public:
    problem::Description describe() const override
    {
        return {.name = "linear",
                .summary = "x.y: ridge regression on the rows themselves",
                .parameters = {},
                .options = {},
                .citations = {}};
    }

    Matrix cross(const Rows& a, const Rows& b, const problem::Choices&) const override { return a.products(b); }
    Matrix gram(const Rows& a, const problem::Choices&) const override { return a.products(); }

    double seconds(double p) const override { return 2 * p * core_speed::kernel_product + core_speed::kernel_value; }
};

}  // namespace

const Kernel& kernel_linear()
{
    static const Linear instance;
    return instance;
}

}  // namespace collapse::estimator
