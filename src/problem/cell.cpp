#include "collapse/problem/cell.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace collapse::problem {

namespace {

using Kind = Parameter::Kind;

constexpr std::array table{
    Parameter{"d", &Cell::d, Kind::count, "d", "dimension of the covariates", Cell::unset},
    Parameter{"T0", &Cell::T0, Kind::count, "T_0", "sample size of each generator", Cell::unset},
    Parameter{"lambda0", &Cell::lambda0, Kind::non_negative, "\\lambda_0", "ridge of each generator", 0},
    Parameter{"sigma", &Cell::sigma, Kind::non_negative, "\\sigma", "standard deviation of the label noise", 0},
    Parameter{"sigma0", &Cell::sigma0, Kind::non_negative, "\\sigma_0", "standard deviation of the noise of synthetic labels", 0},
    Parameter{"w", &Cell::w, Kind::real, "w", "weight of real labels", Cell::unset},
    Parameter{"p", &Cell::p, Kind::fraction, "p", "fraction of rows with real labels", Cell::unset},
    Parameter{"k", &Cell::k, Kind::positive, "k", "real over synthetic sample size", Cell::unset},
    Parameter{"distance", &Cell::distance, Kind::non_negative, "\\Delta^2", "squared distance of another teacher", Cell::unset},
    Parameter{"beta_synthetic", &Cell::beta_synthetic, Kind::non_negative, "\\beta_s", "capacity exponent of synthetic rows",
              Cell::unset},
    Parameter{"alpha", &Cell::alpha, Kind::real, "\\alpha", "source exponent", 0},
    Parameter{"beta", &Cell::beta, Kind::non_negative, "\\beta", "capacity exponent", 0},
    Parameter{"T", &Cell::T, Kind::count, "T", "sample size of the evaluated model", Cell::unset},
    Parameter{"lambda", &Cell::lambda, Kind::non_negative, "\\lambda", "ridge of the evaluated model", 0},
    Parameter{"n", &Cell::n, Kind::generations, "n", "synthetic generations", 0},
};

/// Its place in the table; for one that is not in the table that of alpha.
std::size_t place_of(const Parameter& parameter)
{
    const std::string_view name = parameter.member ? parameter.name : "alpha";
    return static_cast<std::size_t>(std::ranges::find(table, name, &Parameter::name) - table.begin());
}

}  // namespace

double& Parameter::in(Cell& cell) const
{
    return member ? cell.*member : cell.own.try_emplace(std::string(name), Cell::unset).first->second;
}

double Parameter::in(const Cell& cell) const
{
    if (member) return cell.*member;
    const auto found = cell.own.find(name);
    return found == cell.own.end() ? Cell::unset : found->second;
}

bool precedes(const Parameter& one, const Parameter& other)
{
    const auto order = [](const Parameter& parameter) {
        return std::tuple(place_of(parameter), parameter.member != nullptr, parameter.name);
    };
    return order(one) < order(other);
}

std::span<const Parameter> parameters() { return table; }

const Parameter* find_parameter(std::string_view name)
{
    const auto found = std::ranges::find(table, name, &Parameter::name);
    return found == table.end() ? nullptr : &*found;
}

}  // namespace collapse::problem
