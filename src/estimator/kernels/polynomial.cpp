#include "collapse/estimator/core_speed.hpp"
#include "collapse/estimator/kernel.hpp"

namespace collapse::estimator {

namespace {

using Kind = problem::Domain::Kind;

/// k(x, y) = (gamma x.y + c0)^degree.
class Polynomial final : public Kernel {
  public:
    problem::Description describe() const override
    {
        return {
            .name = "polynomial",
            .summary = "(gamma x.y + c0)^degree",
            .parameters = {},
            .options = {gamma_option(),
                        {"degree", {}, "3", "kernel = polynomial: its degree, a whole number from 1 to 20", {Kind::whole, 1, 20}},
                        {"c0", {}, "1", "kernel = polynomial: its constant, 0 or more", {.kind = Kind::number, .least = 0}}},
            .citations = {}};
    }

    Matrix cross(const Rows& a, const Rows& b, const problem::Choices& choices) const override
    {
        return a.products(b, powers(choices));
    }
    Matrix gram(const Rows& a, const problem::Choices& choices) const override { return a.products(powers(choices)); }

    double seconds(double p) const override
    {
        return 2 * p * core_speed::kernel_product + core_speed::kernel_value + core_speed::power;
    }

  private:
    static data::EachColumn powers(const problem::Choices& choices)
    {
        const double gamma = choices.at("gamma").number(), c0 = choices.at("c0").number(), degree = choices.at("degree").number();
        return [=](Index, Eigen::Ref<Vector> column) {
            const Vector base = gamma * column.array() + c0;
            column = base;
            for (int k = 1; k < degree; ++k) column.array() *= base.array();
        };
    }
};

}  // namespace

const Kernel& kernel_polynomial()
{
    static const Polynomial instance;
    return instance;
}

}  // namespace collapse::estimator
