#include "collapse/estimator/banded_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>

#include "collapse/support/failure.hpp"

namespace collapse::estimator {

namespace {

constexpr Index lanes = 8;  // ridges side by side, always so many, so that what one gives depends on no other
using Lanes = Eigen::Array<double, lanes, 1>;
using Small = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, 2 * largest_frame + 1, 2 * largest_frame + 1>;
using SmallVector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, 2 * largest_frame, 1>;

/// A system (A + lambda) x = r with A symmetric of bandwidth k, in the coordinates of directions (T >= d) or of rows (T < d).
struct System {
    bool rows;        ///< A = B B', its unknowns are rows; else A = B' B
    Matrix coupling;  ///< [(k+1) x N]: A_{j, j-q} at (q, j)
    Vector noise;     ///< right-hand side of noise [N]
    Index front;      ///< unknowns that the frame meets come first
};

System by_rows(const BandedRows& x, const Vector& noise)
{
    const Index k = x.frame(), m = x.count();
    System system{true, Matrix::Zero(k + 1, m), noise / std::sqrt(static_cast<double>(x.T)), k};
    for (Index i = 0; i < m; ++i)
        for (Index q = 0; q <= std::min(k, i); ++q)  // rows i and i - q share columns i .. i - q + k
            system.coupling(q, i) = x.band.col(i).head(k - q + 1).dot(x.band.col(i - q).tail(k - q + 1));
    return system;
}

System by_directions(const BandedRows& x, const Vector& noise)
{
    const Index k = x.frame(), m = x.count();
    System system{false, Matrix::Zero(k + 1, x.d), Vector::Zero(x.d), 2 * k};
    const double scale = 1 / std::sqrt(static_cast<double>(x.T));
    for (Index i = 0; i < m; ++i)
        for (Index a = 0; a <= k && i + a < x.d; ++a) {
            system.noise[i + a] += x.band(a, i) * noise[i] * scale;
            for (Index q = 0; q <= a; ++q) system.coupling(q, i + a) += x.band(a, i) * x.band(a - q, i);
        }
    return system;
}

/// Elimination of unknowns from the last to the first, and its derivative along a direction A': what is left is the Schur complement
/// of the front, S = (F' (A + lambda)^-1 F)^-1 with its derivative S', so that products of solutions follow without the solutions:
///   u' (A + lambda)^-1 A' (A + lambda)^-1 v = u' S^-1 S' S^-1 v.
/// A' = 1 for unknowns that are directions, A for rows.
class Elimination {
  public:
    Elimination(const System& system, const Lanes& ridges) : system_(system), ridges_(ridges), k_(system.coupling.rows() - 1)
    {
        Index j = system.coupling.cols() - 1;
        for (Index a = 0; a <= k_; ++a) enter(j, a);
        for (; j >= system.front; --j) {
            eliminate();
            shift();
            enter(j - 1, k_);
        }
    }

    /// The system of the front that is left for one ridge.
    void front(Index lane, Small& S, Small& D, SmallVector& f, SmallVector& g) const
    {
        const Index n = system_.front;
        for (Index j = 0; j < n; ++j)
            for (Index b = 0; b <= j; ++b) {
                const bool updated = n - 1 - b <= k_;
                const Index q = j - b;
                const double raw = q <= k_ ? system_.coupling(q, j) : 0;
                S(j, b) = S(b, j) = updated ? at(S_, n - 1 - b, n - 1 - j)[lane] : raw + (q == 0 ? ridges_[lane] : 0);
                D(j, b) = D(b, j) = updated ? at(D_, n - 1 - b, n - 1 - j)[lane] : system_.rows ? raw : (q == 0 ? 1 : 0);
            }
        for (Index j = 0; j < n; ++j) {
            const bool updated = n - 1 - j <= k_;
            f[j] = updated ? f_[static_cast<std::size_t>(n - 1 - j)][lane] : system_.noise[j];
            g[j] = updated ? g_[static_cast<std::size_t>(n - 1 - j)][lane] : 0;
        }
    }
    double noise_form(Index lane) const { return q_[lane]; }  ///< of the unknowns eliminated: f' A^-1 f
    double noise_form_derivative(Index lane) const { return qd_[lane]; }

  private:
    using Window = std::array<std::array<Lanes, largest_frame + 1>, largest_frame + 1>;  ///< lower triangle: unknowns j - a, j - b

    static Lanes& at(Window& window, Index a, Index b) { return window[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)]; }
    static const Lanes& at(const Window& window, Index a, Index b)
    {
        return window[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
    }

    /// Unknown j - a into the window of j, not yet touched by those eliminated.
    void enter(Index j, Index a)
    {
        const Index i = j - a;
        for (Index b = 0; b <= a; ++b) {
            const double raw = i >= 0 ? system_.coupling(a - b, j - b) : 0;
            at(S_, a, b).setConstant(raw);
            at(D_, a, b).setConstant(system_.rows ? raw : (a == b ? 1 : 0));
        }
        at(S_, a, a) += ridges_;
        f_[static_cast<std::size_t>(a)].setConstant(i >= 0 ? system_.noise[i] : 0);
        g_[static_cast<std::size_t>(a)].setZero();
    }

    void eliminate()
    {
        const Lanes inverse = at(S_, 0, 0).inverse(), f = f_[0], g = g_[0], d = at(D_, 0, 0);
        q_ += f * f * inverse;
        qd_ += inverse * f * (2 * g - f * inverse * d);
        for (Index a = 1; a <= k_; ++a) {
            const auto i = static_cast<std::size_t>(a);
            const Lanes l = at(S_, a, 0) * inverse, ld = (at(D_, a, 0) - l * d) * inverse;
            f_[i] -= l * f;
            g_[i] -= l * g + ld * f;
            for (Index b = 1; b <= a; ++b) {
                at(S_, a, b) -= l * at(S_, b, 0);
                at(D_, a, b) -= l * at(D_, b, 0) + ld * at(S_, b, 0);
            }
        }
    }

    void shift()
    {
        for (Index a = 1; a <= k_; ++a) {
            for (Index b = 1; b <= a; ++b) {
                at(S_, a - 1, b - 1) = at(S_, a, b);
                at(D_, a - 1, b - 1) = at(D_, a, b);
            }
            f_[static_cast<std::size_t>(a - 1)] = f_[static_cast<std::size_t>(a)];
            g_[static_cast<std::size_t>(a - 1)] = g_[static_cast<std::size_t>(a)];
        }
    }

    const System& system_;
    Lanes ridges_;
    Index k_;
    Window S_, D_;
    std::array<Lanes, largest_frame + 1> f_, g_;
    Lanes q_ = Lanes::Zero(), qd_ = Lanes::Zero();
};

/// Right-hand sides of the frame on the front: B E for rows, K E and lambda E for directions.
Small frame_sides(const BandedRows& x, const System& system, double ridge)
{
    const Index k = x.frame();
    if (system.rows) {
        Small sides = Small::Zero(k, k);
        for (Index i = 0; i < k; ++i)
            for (Index j = i; j < k; ++j) sides(i, j) = x.band(j - i, i);
        return sides;
    }
    Small sides = Small::Zero(2 * k, 2 * k);
    for (Index j = 0; j < k; ++j) {
        for (Index i = std::max(Index{0}, j - k); i <= j + k; ++i)
            sides(i, j) = i >= j ? system.coupling(i - j, i) : system.coupling(j - i, j);
        sides(j, k + j) = ridge;
    }
    return sides;
}

FrameFit fit_of(const BandedRows& x, const System& system, const Elimination& elimination, Index lane, double ridge)
{
    const Index k = x.frame(), n = system.front, sides = system.rows ? k : 2 * k;
    Small S(n, n), D(n, n);
    SmallVector f(n), g(n);
    elimination.front(lane, S, D, f, g);
    const Eigen::LLT<Small> factor(S);
    FrameFit fit{Matrix(k, 2 * k + 1), Matrix(2 * k + 1, 2 * k + 1)};
    if (factor.info() != Eigen::Success) {
        fit.coordinates.setConstant(std::numeric_limits<double>::quiet_NaN());
        fit.products.setConstant(std::numeric_limits<double>::quiet_NaN());
        return fit;
    }
    const Small U = frame_sides(x, system, ridge), V = factor.solve(U);
    const SmallVector v = factor.solve(f), Dv = D * v;
    const Small products = V.transpose() * D * V;
    const SmallVector with_noise = V.transpose() * (Dv - g);
    const double noise = v.dot(Dv) - 2 * v.dot(g) - elimination.noise_form_derivative(lane);
    const Small along = system.rows ? Small(U.transpose() * V) : Small(V.topRows(k));
    const SmallVector noise_along = system.rows ? SmallVector(U.transpose() * v) : SmallVector(v.head(k));

    fit.coordinates.leftCols(sides) = along;
    fit.coordinates.col(2 * k) = noise_along;
    fit.products.topLeftCorner(sides, sides) = products;
    fit.products.col(2 * k).head(sides) = with_noise;
    fit.products(2 * k, 2 * k) = noise;
    if (system.rows) {  // g = E - z
        const Matrix z = along, zz = products;
        fit.coordinates.middleCols(k, k) = Matrix::Identity(k, k) - z;
        fit.products.block(0, k, k, k) = z.transpose() - zz;
        fit.products.block(k, 0, k, k) = z - zz;
        fit.products.block(k, k, k, k) = Matrix::Identity(k, k) - z - z.transpose() + zz;
        fit.products.col(2 * k).segment(k, k) = noise_along - with_noise;
    }
    fit.products.row(2 * k).head(2 * k) = fit.products.col(2 * k).head(2 * k).transpose();
    return fit;
}

}  // namespace

BandedRows draw_banded_rows(rng::Engine& engine, Index d, Index T, const Vector& frame, double rest)
{
    const Index k = frame.size(), m = std::min(T, d);
    support::ensure(k >= 1 && k < d && k <= largest_frame && T >= 1, "a frame has 1 .. 12 directions, fewer than there are");
    BandedRows rows{Matrix::Zero(k + 1, m), d, T};
    const double scale = std::sqrt(rest / static_cast<double>(T));
    const Vector frame_scale = (frame / static_cast<double>(T)).cwiseSqrt();
    for (Index i = 0; i < m; ++i) {
        auto row = rows.band.col(i);
        const Index inside = std::min(k, d - i);  // entries before the last superdiagonal
        row[0] = rng::chi(engine, static_cast<double>(T - i));
        rng::fill_normal(engine, {row.data() + 1, static_cast<std::size_t>(inside - 1)});
        if (i + k < d) row[k] = rng::chi(engine, static_cast<double>(d - k - i));
        for (Index a = 0; a <= k; ++a) row[a] *= i + a < k ? frame_scale[i + a] : scale;
    }
    return rows;
}

std::vector<FrameFit> fit_frame(const BandedRows& rows, const Vector& noise, std::span<const double> ridges)
{
    support::ensure(2 * rows.frame() <= std::min(rows.T, rows.d), "a frame is small beside rows and directions");
    const System system = rows.T < rows.d ? by_rows(rows, noise) : by_directions(rows, noise);
    std::vector<FrameFit> fits;
    for (std::size_t first = 0; first < ridges.size(); first += lanes) {
        const std::size_t here = std::min<std::size_t>(lanes, ridges.size() - first);
        Lanes side_by_side = Lanes::Constant(ridges[first]);
        for (std::size_t r = 0; r < here; ++r) side_by_side[static_cast<Index>(r)] = ridges[first + r];
        const Elimination elimination(system, side_by_side);
        for (std::size_t r = 0; r < here; ++r)
            fits.push_back(fit_of(rows, system, elimination, static_cast<Index>(r), ridges[first + r]));
    }
    return fits;
}

}  // namespace collapse::estimator
