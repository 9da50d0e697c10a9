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
                .options = {{"gamma", {}, "", "kernel: scale, a positive number; rows have a mean squared norm of 1"}},
                .citations = {}};
    }

    void check(const problem::Choices& choices) const override { gamma_of(choices); }

    Matrix cross(const Matrix& a, const Matrix& b, const problem::Choices& choices) const override
    {
        const double gamma = gamma_of(choices);
        Matrix values(a.cols(), b.cols());
        for (Index j = 0; j < values.cols(); ++j) fill(a, b.col(j), gamma, 0, values.col(j));
        return values;
    }

    Matrix gram(const Matrix& a, const problem::Choices& choices) const override
    {
        const double gamma = gamma_of(choices);
        Matrix values = Matrix::Zero(a.cols(), a.cols());
        for (Index j = 0; j < values.cols(); ++j) fill(a, a.col(j), gamma, j, values.col(j));
        return values;
    }

    double seconds(double p) const override { return (2 * p + 60) / 4e9; }

  private:
    static void fill(const Matrix& a, const Eigen::Ref<const Vector>& y, double gamma, Index first, Eigen::Ref<Vector> values)
    {
        for (Index i = first; i < values.size(); ++i) values[i] = (a.col(i) - y).lpNorm<1>();
        values.tail(values.size() - first) = (-gamma * values.tail(values.size() - first).array()).exp();
    }
};

}  // namespace

const Kernel& kernel_laplace()
{
    static const Laplace instance;
    return instance;
}

}  // namespace collapse::estimator
