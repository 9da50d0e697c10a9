#pragma once

#include <limits>
#include <memory>
#include <string>

#include "collapse/problem/spectrum.hpp"
#include "collapse/rng/draws.hpp"

namespace collapse::data {
class Dataset;
}

namespace collapse::problem {

/// The linear model of one replicate, in the eigenbasis of the covariance: y = <x, teacher> + noise, x ~ N(0, diag(eigenvalues)).
struct LinearModel {
    numerics::Vector eigenvalues;  ///< s [d]
    numerics::Vector teacher;      ///< w0 [d]
};

/// A spectrum and a teacher by values, worked out when they are first asked for.
class GivenNodes {
  public:
    virtual ~GivenNodes() = default;
    virtual const Nodes& nodes() const = 0;
};

/// Which linear models a sweep is about; plain settings, and what they lead to.
struct ModelSettings {
    std::string estimator =
        "ridge";                 ///< or `kernel_ridge`, on the rows of a data set: then spectrum, teacher and covariates are unused
    std::string kernel = "rbf";  ///< of kernel_ridge
    std::string spectrum = "power_law";
    std::string teacher = "power_law";
    std::string covariates = "gaussian";  ///< distribution of the entries of covariates, see estimator/covariates.hpp
    double signal = 1;                    ///< signal power sum_j s_j w0_j^2; NaN: raw, coefficients as the teacher gives them
    Choices choices;                      ///< options of protocol, spectrum and teacher, or of protocol and kernel
    std::shared_ptr<const data::Dataset> dataset;  ///< of kernel_ridge; null where it is not needed
    std::shared_ptr<const GivenNodes> given;       ///< instead of a spectrum and a teacher; null: there is none
    std::int64_t test = 0;                         ///< rows of the data set that a replicate is tested on

    bool has_data() const { return estimator == "kernel_ridge"; }

    static constexpr double raw = std::numeric_limits<double>::quiet_NaN();
};

/// The spectrum and the squared teacher coefficients of a cell, scaled to the signal power; directions that are alike may be one node.
/// Throws InvalidInput for an unknown spectrum or teacher, or an impossible cell.
Nodes nodes_of(const ModelSettings& settings, const Cell& cell);

/// The models that replicates of a cell simulate: all d eigendirections.
class Instances {
  public:
    Instances(const ModelSettings& settings, const Cell& cell);

    /// That of one replicate, from whose draws a random teacher is.
    LinearModel operator()(const rng::Draws& draws) const;

  private:
    LinearModel mean_;  ///< with the root mean squares of a random teacher
    bool random_;
};

/// One of them.
LinearModel instance_of(const ModelSettings& settings, const Cell& cell, const rng::Draws& draws);

/// alpha = 1 + beta (2 r - 1): the source exponent of the coefficients from that of the papers [CLKZ].
double alpha_from_r(double r, double beta);
/// The inverse; NaN for beta = 0, where every r gives alpha = 1.
double r_from_alpha(double alpha, double beta);

/// The entry called `name`. Throws InvalidInput that names the nearest known one.
const Spectrum& spectrum_called(const std::string& name);
const Teacher& teacher_called(const std::string& name);

}  // namespace collapse::problem
