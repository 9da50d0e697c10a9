#include <catch2/catch.hpp>

#include <cmath>

#include <Eigen/Dense>

#include "support/replicates.hpp"
#include "support/statistics.hpp"

using namespace collapse;

// The best weight of real rows, found from simulation alone: d << T, so many generations that the first is forgotten, and a
// polynomial through the simulated errors.

namespace {

struct Estimate {
    double weight, standard_error;
};

/// Where the simulated error of `weighted` is least.
///   1. E(w) at weights around the minimum, each by its own draws
///   2. E(w) (2 w - w^2) = a w^2 + b w + c by weighted least squares: this product is smooth also where E diverges (w -> 0)
///   3. E' = 0 is (2 a + b) w^2 + 2 c w - 2 c = 0; the standard error follows from that of (a, b, c)
Estimate best_weight(double k, double around)
{
    constexpr std::int64_t count = 250;
    const auto& protocol = protocol::protocol_called("weighted");
    const double rest = 1 - around;
    const std::vector<double> weights{0.6 * around,        0.8 * around,        around,
                                      around + 0.2 * rest, around + 0.4 * rest, around + 0.7 * rest};
    Eigen::MatrixXd design(weights.size(), 3);
    Eigen::VectorXd values(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double w = weights[i], smooth = 2 * w - w * w;
        const problem::Cell cell{
            .alpha = 0, .beta = 0, .T = 20000, .lambda = 0, .n = 24, .d = 24, .sigma = 1, .sigma0 = 1, .w = w, .k = k};
        const test::Sample error = test::summarise(test::simulated(protocol, cell, {}, count, 181).test_error);
        const auto row = static_cast<Eigen::Index>(i);
        const double scale = 1 / (smooth * error.standard_error());
        design.row(row) << scale * w * w, scale * w, scale;
        values[row] = scale * smooth * error.mean;
    }
    const Eigen::Matrix3d covariance = (design.transpose() * design).inverse();
    const Eigen::Vector3d fit = covariance * design.transpose() * values;
    const double a = fit[0], b = fit[1], c = fit[2], w = (std::sqrt(c * c + 2 * c * (2 * a + b)) - c) / (2 * a + b);
    const Eigen::Vector3d gradient{2 * w * w, w * w, 2 * w - 2};  // of the equation in step 3 by a, b, c
    const double slope = 2 * (2 * a + b) * w + 2 * c;
    return {w, std::sqrt(gradient.dot(covariance * gradient)) / slope};
}

}  // namespace

TEST_CASE("in low dimension the simulated error of weighted is least at (sqrt(k^2 + 4 k) - k) / 2 [HXC]", "[protocol]")
{
    test::Scores scores, wrong;
    for (const double k : {0.1, 1., 4.}) {
        const double expected = (std::sqrt(k * k + 4 * k) - k) / 2;
        const Estimate found = best_weight(k, expected);
        scores.add((found.weight - expected) / found.standard_error,
                   fmt::format("k {}: {} +- {}", k, found.weight, found.standard_error));
        wrong.add((found.weight - 1.05 * expected) / found.standard_error, "5 % more");
    }
    INFO(scores.report());
    CHECK_FALSE(scores.rejected(test::false_alarm));
    INFO(wrong.report());
    CHECK(wrong.rejected(test::false_alarm));
}
