#include "collapse/estimator/kernel.hpp"
#include "collapse/numerics/lapack.hpp"

namespace collapse::estimator {

namespace {

/// k(x, y) = exp(-gamma |x - y|^2), with |x - y|^2 = |x|^2 + |y|^2 - 2 x.y: one product of matrices.
class Rbf final : public Kernel {
  public:
    problem::Description describe() const override
    {
        return {.name = "rbf",
                .summary = "exp(-gamma |x - y|^2)",
                .parameters = {},
                .options = {{"gamma", {}, "", "kernel: scale, a positive number; rows have a mean squared norm of 1"}},
                .citations = {}};
    }

    void check(const problem::Choices& choices) const override { gamma_of(choices); }

    Matrix cross(const Matrix& a, const Matrix& b, const problem::Choices& choices) const override
    {
        Matrix values = numerics::product_transposed(a, b);
        const Vector left = a.colwise().squaredNorm(), right = b.colwise().squaredNorm();
        const double gamma = gamma_of(choices);
        for (Index j = 0; j < values.cols(); ++j)
            values.col(j) = (-gamma * (left.array() + right[j] - 2 * values.col(j).array()).max(0)).exp();
        return values;
    }

    Matrix gram(const Matrix& a, const problem::Choices& choices) const override
    {
        Matrix values = numerics::gram(a);
        const Vector norms = a.colwise().squaredNorm();
        const double gamma = gamma_of(choices);
        for (Index j = 0; j < values.cols(); ++j) {
            const Index below = values.cols() - j;
            values.col(j).tail(below) =
                (-gamma * (norms.tail(below).array() + norms[j] - 2 * values.col(j).tail(below).array()).max(0)).exp();
            values(j, j) = 1;
        }
        return values;
    }

    double seconds(double p) const override { return (2 * p + 60) / 2e10; }
};

}  // namespace

const Kernel& kernel_rbf()
{
    static const Rbf instance;
    return instance;
}

}  // namespace collapse::estimator
