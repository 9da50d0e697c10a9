#include <catch2/catch.hpp>

#include <fstream>
#include <random>

#include <nlohmann/json.hpp>

#include "collapse/estimator/kernel_fit.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using estimator::KernelWay;
using estimator::Matrix;
using estimator::Vector;

namespace {

/// One row of the list a column, as kernels take them.
Matrix columns(const nlohmann::json& rows)
{
    Matrix result(static_cast<Eigen::Index>(rows[0].size()), static_cast<Eigen::Index>(rows.size()));
    for (Eigen::Index i = 0; i < result.cols(); ++i)
        for (Eigen::Index j = 0; j < result.rows(); ++j)
            result(j, i) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    return result;
}

nlohmann::json cases() { return nlohmann::json::parse(std::ifstream(COLLAPSE_TEST_DATA "/kernel_cases.json")); }

double deviation(const Matrix& one, const Matrix& other) { return (one - other).norm() / other.norm(); }

/// A symmetric positive definite kernel matrix of m rows with weights and labels.
struct Sample {
    Matrix gram, labels;
    Vector weights;
};

Sample sample_of(Eigen::Index m, Eigen::Index groups)
{
    std::mt19937_64 generator(5);
    std::normal_distribution<double> normal;
    const Matrix rows = Matrix::NullaryExpr(8, m, [&] { return normal(generator); });
    return {estimator::kernel_called("rbf").gram(rows, {{"gamma", "0.3"}}),
            Matrix::NullaryExpr(m, groups, [&] { return normal(generator); }),
            Vector::NullaryExpr(m, [&] { return 0.5 + std::abs(normal(generator)); })};
}

Matrix whole(const Matrix& lower) { return lower.selfadjointView<Eigen::Lower>(); }

problem::Choices options_of(const nlohmann::json& one)
{
    problem::Choices options;
    for (const auto& [name, value] : one["options"].items()) options[name] = value.get<std::string>();
    return options;
}

}  // namespace

TEST_CASE("Kernels have the values of scikit-learn")
{
    for (const auto& one : cases()) {
        const std::string name = one["kernel"];
        CAPTURE(name);
        const problem::Choices options = options_of(one);
        const estimator::Kernel& kernel = estimator::kernel_called(name);
        const Matrix rows = columns(one["rows"]), expected = columns(one["values"]).transpose();
        CHECK(deviation(kernel.cross(rows, columns(one["others"]), options), expected) < test::theory);
        CHECK(deviation(whole(kernel.gram(rows, options)), kernel.cross(rows, rows, options)) < test::rounding);
    }
}

TEST_CASE("Weighted kernel ridge regression predicts what scikit-learn does")
{
    for (const auto& one : cases()) {
        const std::string name = one["kernel"];
        CAPTURE(name);
        const problem::Choices options = options_of(one);
        const estimator::Kernel& kernel = estimator::kernel_called(name);
        const Matrix rows = columns(one["rows"]), others = columns(one["others"]), labels = columns(one["labels"]).transpose();
        const Vector weights = Eigen::Map<const Vector>(one["weights"].get<std::vector<double>>().data(), rows.cols());
        support::Meter meter;
        const auto path = estimator::kernel_fit(kernel.gram(rows, options), weights, KernelWay::every_ridge, 0, meter);
        const std::vector<double> ridges = one["ridges"];
        const Matrix all = path->coefficients(ridges, labels, labels.cols());
        for (std::size_t r = 0; r < ridges.size(); ++r) {
            const auto alone = estimator::kernel_fit(kernel.gram(rows, options), weights, KernelWay::one_ridge, ridges[r], meter);
            const Matrix expected = columns(one["predictions"][r]).transpose();
            const Matrix cross = kernel.cross(others, rows, options);
            Matrix own(rows.cols(), labels.cols());
            for (Eigen::Index g = 0; g < own.cols(); ++g) own.col(g) = all.col(g * 3 + static_cast<Eigen::Index>(r));
            CHECK(deviation(cross * own, expected) < test::theory);
            CHECK(deviation(cross * alone->coefficients({ridges[r]}, labels, labels.cols()), expected) < test::theory);
        }
    }
}

TEST_CASE("Fitted values on the rows themselves are those of the kernel matrix")
{
    const Sample sample = sample_of(40, 3);
    support::Meter meter;
    const std::vector<double> ridges{0.01, 2};
    for (const KernelWay way : {KernelWay::every_ridge, KernelWay::one_ridge, KernelWay::least_norm}) {
        const std::vector<double> own =
            way == KernelWay::every_ridge ? ridges : std::vector{way == KernelWay::one_ridge ? 0.01 : 0.0};
        const auto fit = estimator::kernel_fit(sample.gram, sample.weights, way, own[0], meter);
        const Matrix coefficients = fit->coefficients(own, sample.labels, 3);
        CHECK(deviation(fit->fitted(own, sample.labels, coefficients), whole(sample.gram) * coefficients) < 1e-8);
    }
}

TEST_CASE("Without a ridge rows that are copies of each other get the mean of their labels")
{
    std::mt19937_64 generator(6);
    std::normal_distribution<double> normal;
    const Matrix some = Matrix::NullaryExpr(4, 6, [&] { return normal(generator); });
    Matrix rows(4, 12);
    rows << some, some;
    const Matrix labels = Matrix::NullaryExpr(12, 1, [&] { return normal(generator); });
    support::Meter meter;
    const problem::Choices options{{"gamma", "0.5"}};
    const auto fit = estimator::kernel_fit(estimator::kernel_called("rbf").gram(rows, options), Vector::Constant(12, 1.0 / 12),
                                           KernelWay::least_norm, 0, meter);
    const Matrix fitted = fit->fitted({0}, labels, labels);
    const Matrix mean = (labels.topRows(6) + labels.bottomRows(6)) / 2;
    CHECK(deviation(fitted.topRows(6), mean) < 1e-9);
    CHECK(deviation(fitted.bottomRows(6), mean) < 1e-9);
}

TEST_CASE("More ridges change no bit of a kernel fit")
{
    const Sample sample = sample_of(70, 2);
    support::Meter meter;
    const auto fit = estimator::kernel_fit(sample.gram, sample.weights, KernelWay::every_ridge, 0, meter);
    std::vector<double> many;
    for (int k = 0; k < 19; ++k) many.push_back(std::pow(10, -0.3 * k));
    const Matrix all = fit->coefficients(many, sample.labels, 2);
    for (const int k : {0, 7, 18}) {
        const Matrix alone = fit->coefficients({many[static_cast<std::size_t>(k)]}, sample.labels, 2);
        for (int g = 0; g < 2; ++g) CHECK((alone.col(g) == all.col(g * 19 + k)));
    }
}

TEST_CASE("Impossible options of kernels are refused with their value")
{
    const auto refused = [](const char* kernel, const problem::Choices& options, const std::string& words) {
        const auto check = [&] {
            for (const problem::Option& option : estimator::kernel_called(kernel).describe().options)
                problem::check(option, options.at(option.name));
        };
        CHECK_THROWS_WITH(check(), Catch::Contains(words));
    };
    refused("rbf", {{"gamma", "0"}}, "model.gamma = 0");
    refused("laplace", {{"gamma", "-1"}}, "model.gamma = -1");
    refused("rbf", {{"gamma", ""}}, "model.gamma is missing");
    refused("polynomial", {{"gamma", "1"}, {"degree", "0"}, {"c0", "1"}}, "model.degree = 0");
    refused("polynomial", {{"gamma", "1"}, {"degree", "2"}, {"c0", "-1"}}, "model.c0 = -1");
    CHECK_THROWS_WITH(estimator::kernel_called("rbff"), Catch::Contains("did you mean rbf?"));
}
