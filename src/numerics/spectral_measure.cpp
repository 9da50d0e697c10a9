#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include <Eigen/Householder>

#include "collapse/numerics/band.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::numerics {

namespace {

constexpr Index width = BandReduction::width;

/// A symmetric matrix of up to 2 w diagonals below the main one: a block below the diagonal is a matrix in memory whose columns are
/// one number closer to each other than they are stored.
class Band {
  public:
    explicit Band(const Matrix& band) : values_(Matrix::Zero(2 * width + 1, band.cols())) { values_.topRows(band.rows()) = band; }

    Index size() const { return values_.cols(); }
    double& operator()(Index i, Index j) { return values_(i - j, j); }
    auto block(Index i, Index j, Index rows, Index columns)
    {
        return Eigen::Map<Matrix, 0, Eigen::OuterStride<>>(values_.data() + i - j + j * values_.rows(), rows, columns,
                                                           Eigen::OuterStride<>(values_.rows() - 1));
    }

  private:
    Matrix values_;
};

/// 1 - scale v v', v_0 = 1.
struct Reflector {
    Vector v;
    double scale = 0;
};

/// What maps a column to a multiple of the first unit vector, which takes its place.
template <class Column>
Reflector reflect(Column&& column)
{
    Reflector result{column, 0};
    auto& [v, scale] = result;
    double beta = 0;
    if (v.size() > 1) {
        Vector essential(v.size() - 1);
        v.makeHouseholder(essential, scale, beta);
        v.tail(v.size() - 1) = essential;
        column.setZero();
        column[0] = beta;
    }
    v[0] = 1;
    return result;
}

/// Three diagonals instead of a band, column by column: a reflector makes a column short and a bulge further down, which others chase
/// out of the matrix [Lang, SIAM J. Sci. Comput. 14, 1320, 1993]. All of them go on to the columns.
void chase(Band& band, Matrix& columns)
{
    const Index m = band.size();
    for (Index j = 0; j + 2 < m; ++j) {
        Index start = j + 1, length = std::min(width, m - start);
        Reflector reflector = reflect(band.block(start, j, length, 1).col(0));
        while (true) {
            auto diagonal = band.block(start, start, length, length).selfadjointView<Eigen::Lower>();
            Vector w = reflector.scale * (diagonal * reflector.v);
            w -= reflector.scale / 2 * w.dot(reflector.v) * reflector.v;
            diagonal.rankUpdate(reflector.v, w, -1);
            auto rows = columns.middleRows(start, length);
            rows -= (reflector.scale * reflector.v) * (reflector.v.transpose() * rows).eval();
            const Index below = std::min(width, m - start - length);
            if (below <= 0) break;
            auto bulge = band.block(start + length, start, below, length);
            bulge -= (bulge * (reflector.scale * reflector.v)).eval() * reflector.v.transpose();
            Reflector next = reflect(bulge.col(0));
            auto others = bulge.rightCols(length - 1);
            others -= (next.scale * next.v) * (next.v.transpose() * others).eval();
            reflector = std::move(next);
            start += length;
            length = below;
        }
    }
}

/// Eigenvalues of three diagonals in place of the main one, by implicit QL steps, whose rotations go on to the columns
/// [Golub, Welsch, Math. Comp. 23, 221, 1969]. `below` [m]: its last number counts as zero.
void diagonalise(Vector& diagonal, Vector& below, Matrix& columns)
{
    constexpr int most_steps = 60;
    const Index m = diagonal.size();
    const double small = std::numeric_limits<double>::epsilon() * (diagonal.cwiseAbs() + below.cwiseAbs()).maxCoeff();
    for (Index first = 0; first < m; ++first)
        for (int step = 0;; ++step) {
            Index last = first;
            while (last + 1 < m && !(std::abs(below[last]) <= small)) ++last;
            if (last == first) break;
            if (step == most_steps || !std::isfinite(diagonal[first]))
                throw support::SystemFailure("the eigenvalues of a kernel matrix are not found, as of one with NaN in it");
            // Wilkinson's shift, then rotations from the last place to the first.
            double g = (diagonal[first + 1] - diagonal[first]) / (2 * below[first]);
            g = diagonal[last] - diagonal[first] + below[first] / (g + std::copysign(std::hypot(g, 1.0), g));
            double sine = 1, cosine = 1, p = 0;
            Index i = last - 1;
            for (; i >= first; --i) {
                const double f = sine * below[i], b = cosine * below[i], length = std::sqrt(f * f + g * g);
                below[i + 1] = length;
                if (length == 0) {
                    diagonal[i + 1] -= p;
                    below[last] = 0;
                    break;
                }
                sine = f / length;
                cosine = g / length;
                g = diagonal[i + 1] - p;
                const double r = (diagonal[i] - g) * sine + 2 * cosine * b;
                p = sine * r;
                diagonal[i + 1] = g + p;
                g = cosine * r - b;
                for (Index c = 0; c < columns.cols(); ++c) {
                    const double upper = columns(i, c), lower = columns(i + 1, c);
                    columns(i + 1, c) = sine * upper + cosine * lower;
                    columns(i, c) = cosine * upper - sine * lower;
                }
            }
            if (i >= first) continue;
            diagonal[first] -= p;
            below[first] = g;
            below[last] = 0;
        }
}

}  // namespace

SpectralMeasure spectral_measure(Matrix symmetric, Matrix columns)
{
    const Index m = symmetric.rows();
    Vector diagonal(m), below = Vector::Zero(m);
    {
        const BandReduction reduction(std::move(symmetric));
        reduction.into(columns);
        Band band(reduction.band());
        chase(band, columns);
        for (Index i = 0; i < m; ++i) diagonal[i] = band(i, i);
        for (Index i = 0; i + 1 < m; ++i) below[i] = band(i + 1, i);
    }
    diagonalise(diagonal, below, columns);
    std::vector<Index> order(static_cast<std::size_t>(m));
    std::iota(order.begin(), order.end(), Index{0});
    std::ranges::stable_sort(order, {}, [&](Index i) { return diagonal[i]; });
    return {diagonal(order), columns(order, Eigen::all)};
}

}  // namespace collapse::numerics
