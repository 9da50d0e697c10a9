#pragma once

#include <optional>
#include <span>

#include "collapse/numerics/types.hpp"
#include "collapse/problem/cell.hpp"
#include "collapse/problem/description.hpp"

namespace collapse::problem {

/// A spectrum as theory sees it: sums over eigendirections are sums over nodes with weights. All d eigenvalues with weight 1 is
/// one case, a quadrature rule another. The arrays have equal length [nodes].
struct Nodes {
    numerics::Array weight;        ///< how many eigendirections a node stands for
    numerics::Array index;         ///< its place j = 1..d in the spectrum
    numerics::Array eigenvalue;    ///< s_j >= 0
    numerics::Array coefficient2;  ///< squared teacher coefficient w0_j^2 (its mean, if the teacher is random)
    double d = 0;                  ///< dimension, if the weights of a quadrature only come near it; 0: their sum

    double sum(const numerics::Array& values) const { return (weight * values).sum(); }
    double dimension() const { return d > 0 ? d : weight.sum(); }
};

/// A family of covariance spectra: one file in src/problem/spectra/ each.
class Spectrum {
  public:
    virtual ~Spectrum() = default;
    virtual Description describe() const = 0;
    /// All d eigenvalues of a cell in decreasing order; `coefficient2` is empty unless has_teacher(). d is finite.
    virtual Nodes nodes(const Cell& cell, const Choices& choices) const = 0;
    /// The same for sums: fewer nodes where that loses nothing. Throws InvalidInput if d = inf and there is no such limit.
    virtual Nodes nodes_for_sums(const Cell& cell, const Choices& choices) const;
    /// Whether `nodes` fills in coefficient2 itself, so that no Teacher is asked.
    virtual bool has_teacher(const Choices&) const { return false; }
    /// Whether the eigenvalues are j^-beta, and nothing else.
    virtual bool is_power_law() const { return false; }
    /// The dimension, if the options fix it.
    virtual std::optional<double> dimension(const Choices&) const { return std::nullopt; }
};

/// A family of teachers: one file in src/problem/teachers/ each.
class Teacher {
  public:
    virtual ~Teacher() = default;
    virtual Description describe() const = 0;
    /// Squared coefficients [nodes] before scaling to the signal power.
    virtual numerics::Array coefficient2(const Nodes& nodes, const Cell& cell, const Choices& choices) const = 0;
    /// Whether the squared coefficients are proportional to j^-alpha.
    virtual bool is_power_law() const { return false; }
    /// Whether the coefficients are redrawn for every replicate, as independent N(0, coefficient2).
    virtual bool random() const { return false; }
};

/// The tables of models: every file of the folder, in alphabetical order (made by CMake from its listing).
std::span<const Spectrum* const> spectra();
std::span<const Teacher* const> teachers();

}  // namespace collapse::problem
