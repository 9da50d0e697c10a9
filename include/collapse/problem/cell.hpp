#pragma once

#include <limits>
#include <span>
#include <string_view>

namespace collapse::problem {

/// One cell of the grid: the parameters of THEORY as the config names them. NaN: not used by the protocol.
/// Counts (n, T, d, T0) are doubles because they may be infinite, and because theory treats them as continuous.
struct Cell {
    static constexpr double unset = std::numeric_limits<double>::quiet_NaN();

    double alpha = unset;    ///< source exponent: squared teacher coefficients ~ j^-alpha
    double beta = unset;     ///< capacity exponent: eigenvalues j^-beta
    double T = unset;        ///< rows the evaluated model is fitted on
    double lambda = unset;   ///< its ridge; 0: minimum norm
    double n = unset;        ///< synthetic generations before it
    double d = unset;        ///< dimension
    double T0 = unset;       ///< rows of a generator
    double lambda0 = unset;  ///< ridge of a generator
    double sigma = unset;    ///< label noise of real labels, and of the last labels in `replace`
    double sigma0 = unset;   ///< label noise of synthetic labels
    double w = unset;        ///< weight of real labels
    double p = unset;        ///< fraction of rows with real labels
    double k = unset;        ///< real over synthetic rows
};

/// What users meet of a parameter, from flag to figure.
struct Parameter {
    enum class Kind { real, positive, non_negative, fraction, count, generations };
    std::string_view name;  ///< in the config, on the command line, in the file
    double Cell::*member;
    Kind kind;                   ///< the values it may take
    std::string_view symbol;     ///< LaTeX, as in the papers
    std::string_view long_name;  ///< in the file and in help
    double otherwise;            ///< value if the config is silent; NaN: it must be given where it is used
};

/// Every parameter, in the order of the dimensions of the result file: extra axes first, then alpha, beta, T, lambda, n.
std::span<const Parameter> parameters();

/// The parameter called `name`, or nullptr.
const Parameter* find_parameter(std::string_view name);

}  // namespace collapse::problem
