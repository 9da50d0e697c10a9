#include <catch2/catch.hpp>

#include "collapse/estimator/design_facts.hpp"
#include "support/random_matrix.hpp"

using namespace collapse;
using numerics::Matrix;
using numerics::Vector;

namespace {

constexpr double rounding = 1e-12;  ///< relative, of sums of a dozen terms

}  // namespace

TEST_CASE("the facts of a diagonal design are those of its entries", "[estimator]")
{
    const Vector b{{2, 1, 0.5, 3}}, teacher{{1, -1, 2, 0.25}};
    const double lambda = 0.3;
    const estimator::Design design{b.asDiagonal(), 4, false};
    const estimator::DesignFacts facts = facts_of(design, teacher, lambda);
    CHECK(facts.rows == 4);
    CHECK(facts.smallest == Approx(0.25).epsilon(rounding));
    CHECK(facts.largest == Approx(9).epsilon(rounding));
    CHECK(facts.condition == Approx((9 + lambda) / (0.25 + lambda)).epsilon(rounding));
    // y_i = b_i w_i, fitted by y_i b_i^2 / (b_i^2 + lambda).
    const Eigen::ArrayXd labels = b.array() * teacher.array(), left = labels * lambda / (b.array().square() + lambda);
    CHECK(facts.training_residual == Approx(left.matrix().norm() / labels.matrix().norm()).epsilon(rounding));
    CHECK(facts.solve_residual < rounding);
}

TEST_CASE("an observer draws what it observes, bit for bit", "[estimator]")
{
    const Vector eigenvalues{{1, 0.5, 0.25, 0.125, 0.1}}, teacher = Vector::Ones(5);
    const estimator::Covariates& gaussian = estimator::covariates_called("gaussian");
    const estimator::Observer observer(gaussian, teacher, 0.1);
    rng::Engine one, other;
    for (const numerics::Index T : {3, 5, 9}) {
        const Matrix expected = gaussian.design(one, eigenvalues, T, {}).rows;
        CHECK(observer.design(other, eigenvalues, T, {}).rows == expected);
    }
    CHECK(observer.least_squares_noise(other, eigenvalues, 9, {}) == gaussian.least_squares_noise(one, eigenvalues, 9, {}));
    REQUIRE(observer.designs.size() == 3);
    CHECK(observer.designs[2].rows == 9);
    CHECK(observer.designs[0].largest >= observer.designs[0].smallest);
    CHECK(observer.without_design == 1);
}
