#pragma once

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include <boost/container/flat_map.hpp>

namespace collapse::problem {

/// One cell of the grid: the parameters of THEORY as the config names them. NaN: not used by the protocol.
/// Counts (n, T, d, T0) are doubles because they may be infinite, and because theory treats them as continuous.
struct Cell {
    static constexpr double unset = std::numeric_limits<double>::quiet_NaN();

    double alpha = unset;           ///< source exponent: squared teacher coefficients ~ j^-alpha
    double beta = unset;            ///< capacity exponent: eigenvalues j^-beta
    double T = unset;               ///< rows the evaluated model is fitted on
    double lambda = unset;          ///< its ridge; 0: minimum norm
    double n = unset;               ///< synthetic generations before it
    double d = unset;               ///< dimension
    double T0 = unset;              ///< rows of a generator
    double lambda0 = unset;         ///< ridge of a generator
    double sigma = unset;           ///< label noise of real labels, and of the last labels in `replace`
    double sigma0 = unset;          ///< label noise of synthetic labels
    double w = unset;               ///< weight of real labels, or of rows that carry them
    double p = unset;               ///< fraction of rows with real labels
    double k = unset;               ///< real over synthetic rows
    double distance = unset;        ///< squared distance sum_j s_j delta_j^2 of another teacher from the truth
    double beta_synthetic = unset;  ///< capacity exponent of synthetic rows, and of those of generators; unset: beta
    boost::container::flat_map<std::string, double, std::less<>>
        own{};  ///< parameters that the config itself brings along, by name
};

/// What users meet of a parameter, from flag to figure.
struct Parameter {
    enum class Kind { real, positive, non_negative, fraction, count, generations };
    std::string_view name;       ///< in the config, on the command line, in the file
    double Cell::*member;        ///< nullptr: it is one of Cell::own
    Kind kind;                   ///< the values it may take
    std::string_view symbol;     ///< LaTeX, as in the papers
    std::string_view long_name;  ///< in the file and in help
    double otherwise;            ///< value if the config is silent; NaN: it must be given where it is used

    double& in(Cell& cell) const;
    double in(const Cell& cell) const;  ///< NaN if it is unset
};

/// Every parameter of the program, in the order of the dimensions of the result file: extra axes first, then alpha, beta, T, lambda, n.
std::span<const Parameter> parameters();

/// The parameter called `name`, or nullptr.
const Parameter* find_parameter(std::string_view name);

/// Whether `one` stands before `other` in the order of the dimensions. Those that a config brings along stand before alpha, by name.
bool precedes(const Parameter& one, const Parameter& other);

}  // namespace collapse::problem
