// What one core does of all that a plan counts, beside what is assumed of it (collapse/estimator/core_speed.hpp): nanoseconds of this
// process's time, the least of five measurements. OPENBLAS_NUM_THREADS=1.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <limits>
#include <vector>

#include "collapse/estimator/banded_rows.hpp"
#include "collapse/estimator/core_speed.hpp"
#include "collapse/estimator/covariates.hpp"
#include "collapse/estimator/kernel.hpp"
#include "collapse/numerics/band.hpp"
#include "collapse/numerics/lapack.hpp"
#include "collapse/protocol/allotment.hpp"
#include "collapse/rng/draws.hpp"

using namespace collapse;
using numerics::Index;
using numerics::Matrix;
using numerics::Vector;

namespace {

constexpr double long_enough = 0.05;  ///< seconds, beside a clock of microseconds

double seconds_of(const auto& work)
{
    double least = std::numeric_limits<double>::infinity();
    for (int turn = 0; turn < 5; ++turn) {
        const std::clock_t start = std::clock();
        double count = 0, seconds = 0;
        while (seconds < long_enough) {
            work();
            ++count;
            seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
        }
        least = std::min(least, seconds / count);
    }
    return least;
}

void report(const char* name, double assumed, double found)
{
    std::printf("%-20s %10.4g assumed %10.4g found %6.2f found / assumed\n", name, assumed * 1e9, found * 1e9, found / assumed);
}

/// `units`: how many of what the rate is of are in `work`.
void measure(const char* name, double assumed, double units, const auto& work) { report(name, assumed, seconds_of(work) / units); }

volatile double kept;  ///< so that no work is left out

namespace speed = estimator::core_speed;

void measure_rows(rng::Engine& engine)
{
    std::vector<double> numbers(100'000);
    const auto count = static_cast<double>(numbers.size());
    measure("normal", speed::normal, count, [&] { rng::fill_normal(engine, numbers); });
    measure("chi", speed::chi, count, [&] {
        for (double& number : numbers) number = rng::chi(engine, 100);
    });

    constexpr Index m = 800;
    const double size = m;
    Matrix rows(m, m);
    rng::fill_normal(engine, {rows.data(), static_cast<std::size_t>(rows.size())});
    const Matrix gram = numerics::gram(rows);
    measure("matrix_product", speed::matrix_product, 2 * size * size * size, [&] { kept = numerics::product(rows, gram)(0, 0); });
    measure("tridiagonalisation", speed::tridiagonalisation, 4. / 3 * size * size * size,
            [&] { kept = numerics::Tridiagonalisation(gram).diagonal()[0]; });

    const numerics::Tridiagonalisation tridiagonal(gram);
    constexpr Index columns = 16;  // as many as a few ridges have
    const Matrix right = rows.leftCols(columns);
    measure("pair_of_solves", speed::pair_of_solves, size * columns / 2, [&] {
        Matrix solved = right;
        tridiagonal.solve(0.1, solved);
        kept = solved(0, 0);
    });
    const Vector eigenvalues = rows.col(0).cwiseAbs(), truth = rows.col(1);
    measure("pair_of_errors", speed::pair_of_errors, size * columns / 2, [&] {
        double sum = 0;
        for (Index j = 0; j < columns; j += 2)
            sum +=
                eigenvalues.dot((rows.col(j) - truth).cwiseAbs2()) + eigenvalues.dot((rows.col(j + 1) - rows.col(j)).cwiseAbs2());
        kept = sum;
    });

    constexpr Index frame = 3;
    const estimator::BandedRows banded = estimator::draw_banded_rows(engine, 2 * m, m, Vector::Ones(frame), 1);
    const Vector noise = rows.col(2);
    const std::vector<double> ridges(8, 0.1);
    measure("elimination", speed::elimination, size * (frame + 1) * (frame + 1),
            [&] { kept = fit_frame(banded, noise, ridges)[0].coordinates(0, 0); });

    const estimator::Covariates& gaussian = estimator::covariates_called("gaussian");
    const Vector one = Vector::Ones(1);
    measure("call", speed::call, 1, [&] { kept = gaussian.design(engine, one, 1, {}).rows(0, 0); });
}

/// A matrix of so many rows that it is as fast as those that are reduced to a band.
void measure_large(rng::Engine& engine)
{
    constexpr Index m = 1600;
    const double size = m;
    Matrix rows(m, m);
    rng::fill_normal(engine, {rows.data(), static_cast<std::size_t>(rows.size())});
    const Matrix gram = numerics::gram(rows);
    const double reduction = seconds_of([&] { kept = numerics::BandReduction(gram).band()(0, 0); });
    report("band_reduction", speed::band_reduction, reduction / (4. / 3 * size * size * size));
    const double whole = seconds_of([&] { kept = numerics::spectral_measure(gram, rows.leftCols(10)).values[0]; });
    report("band_rotation", speed::band_rotation, (whole - reduction) / (6 * size * size * numerics::BandReduction::width));
    measure("cholesky", speed::cholesky, size * size * size / 3, [&] {
        Matrix factor = gram;
        numerics::cholesky(factor);
        kept = factor(0, 0);
    });
    measure("eigenvectors", speed::eigenvectors, 5 * size * size * size,
            [&] { kept = numerics::eigen_decomposition(gram).values[0]; });
    const Matrix columns = rows.leftCols(20);
    measure("column_product", speed::column_product, 2 * size * size * 20, [&] { kept = numerics::multiply(gram, columns)(0, 0); });
}

void measure_kernels(rng::Engine& engine)
{
    constexpr Index m = 800, features = 784;
    const double values = static_cast<double>(m) * m;
    const auto seconds = [&](const char* name, Index p) {  // a value
        Matrix rows(p, m);
        rng::fill_normal(engine, {rows.data(), static_cast<std::size_t>(rows.size())});
        const data::Rows a(rows), b(rows);
        problem::Choices choices;
        for (const problem::Option& option : estimator::kernel_called(name).describe().options)
            choices.try_emplace(option.name, option.otherwise);
        choices.insert_or_assign("gamma", "0.01");
        return seconds_of([&] { kept = estimator::kernel_called(name).cross(a, b, choices)(0, 0); }) / values;
    };
    // A long row and a short one: what grows with the features, and what does not.
    const double value = seconds("linear", 1), product = (seconds("linear", features) - value) / (features - 1);
    report("kernel_product", speed::kernel_product, product / 2);
    report("absolute_distance", speed::absolute_distance, (seconds("laplace", features) - seconds("laplace", 1)) / (features - 1));
    report("kernel_value", speed::kernel_value, value);
    report("exponential", speed::exponential, seconds("rbf", 1) - value);
    report("power", speed::power, seconds("polynomial", 1) - value);
    constexpr Index examples = 60'000;
    std::uint64_t replicate = 0;
    measure("shuffle", speed::shuffle, examples, [&] {
        kept = static_cast<double>(protocol::Allotment::order({rng::Key(1), ++replicate}, examples)[0]);
    });
}

}  // namespace

int main()
{
    rng::Engine engine = rng::Draws(rng::Key(1), 0).stream(rng::Purpose::design);
    std::printf("nanoseconds a unit\n");
    measure_rows(engine);
    measure_large(engine);
    measure_kernels(engine);
}
