#pragma once

#include <limits>
#include <string>

#include "collapse/problem/spectrum.hpp"
#include "collapse/rng/draws.hpp"

namespace collapse::problem {

/// The linear model of one replicate, in the eigenbasis of the covariance: y = <x, teacher> + noise, x ~ N(0, diag(eigenvalues)).
struct LinearModel {
    numerics::Vector eigenvalues;  ///< s [d]
    numerics::Vector teacher;      ///< w0 [d]
};

/// Which linear models a sweep is about; plain settings.
struct ModelSettings {
    std::string spectrum = "power_law";
    std::string teacher = "power_law";
    std::string covariates = "gaussian";  ///< distribution of the entries of covariates, see estimator/covariates.hpp
    double signal = 1;                    ///< signal power sum_j s_j w0_j^2; NaN: raw, coefficients as the teacher gives them
    Choices choices;                      ///< options of protocol, spectrum and teacher

    static constexpr double raw = std::numeric_limits<double>::quiet_NaN();
};

/// The spectrum and the squared teacher coefficients of a cell, scaled to the signal power.
/// Throws InvalidInput for an unknown spectrum or teacher, or an impossible cell.
Nodes nodes_of(const ModelSettings& settings, const Cell& cell);

/// The model that replicates of the cell simulate: all d eigendirections. A random teacher is drawn from `draws`.
LinearModel instance_of(const ModelSettings& settings, const Cell& cell, const rng::Draws& draws);

/// alpha = 1 + beta (2 r - 1): the source exponent of the coefficients from that of the papers [CLKZ].
double alpha_from_r(double r, double beta);
/// The inverse; NaN for beta = 0, where every r gives alpha = 1.
double r_from_alpha(double alpha, double beta);

/// The entry called `name`. Throws InvalidInput that names the nearest known one.
const Spectrum& spectrum_called(const std::string& name);
const Teacher& teacher_called(const std::string& name);

}  // namespace collapse::problem
