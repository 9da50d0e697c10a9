#pragma once

#include <memory>
#include <vector>

#include "collapse/problem/errors.hpp"
#include "collapse/problem/scheme.hpp"
#include "collapse/problem/spectrum.hpp"

namespace collapse::theory {

using numerics::Array;
using problem::Nodes;

/// E f_j g_j of fixed vectors f, g: number 0 is the truth w0, number k + 1 teacher k's difference from it. [F][F] of [nodes], read for
/// g <= f; an empty array is zero.
using SecondMoments = std::vector<std::vector<Array>>;

/// Those of a scheme's teachers. A teacher that is given by its distance has random signs; one that is given by its difference
/// [nodes] is correlated with the truth [nodes] (empty: the positive root of the nodes' coefficients) and the others that are given.
SecondMoments teacher_moments(const Nodes& nodes, const std::vector<problem::OtherTeacher>& teachers, const Array& truth = {});

/// The high-dimensional limit of any chain of ridge fits on shared blocks of Gaussian rows (THEORY section 8), fit by fit: all that
/// a fit is told by the earlier ones is kept, so that the chain of N fits serves every shorter one. A fit that is evaluated and
/// labels nothing is added, read and dropped. Costs O(nodes N^2) a fit, O(nodes N) where labels come from few fits and rows
/// are used once.
///
/// Ranges: fits may have any rows >= 0, also fractions, and any ridge >= 0. Without ridge on exactly as many rows as directions that they
/// vary in, a fit on noise-free consistent labels passes them on, and any other has an infinite variance (bias, if the
/// labels contradict each other without noise), as have fits on its labels.
class ChainEquivalent {
  public:
    /// `spectra` as eigenvalues [nodes] of blocks with Block::spectrum = 1, 2, ...
    explicit ChainEquivalent(const Nodes& nodes, const std::vector<Array>& spectra = {}, const SecondMoments& fixed = {});
    ~ChainEquivalent();
    ChainEquivalent(ChainEquivalent&&) noexcept;
    ChainEquivalent& operator=(ChainEquivalent&&) noexcept;

    /// Appends the next fit, number size() so far. Its `ridges` are not read.
    problem::Errors add(const problem::Fit& fit, double ridge);
    /// Takes the last fit away again.
    void drop_last();

    std::size_t size() const;
    /// E (w_t - w0)' Sigma (w_u - w0), signal and noise.
    double overlap(std::size_t t, std::size_t u) const;

    /// What is particular about one fit.
    struct Facts {
        double rows;   ///< that take part
        double kappa;  ///< effective ridge
        double df1;    ///< effective number of parameters, sum_b rows_b theta_b
        double spare;  ///< rows (1 - df2 sum_b rows_b theta_b^2 / df1^2): T - df2 if all rows weigh the same; 0 at the threshold
    };
    Facts facts(std::size_t t) const;

  private:
    std::unique_ptr<struct ChainState> state_;
};

}  // namespace collapse::theory
