#include "collapse/sweep/quantity.hpp"

#include <array>

#include "collapse/problem/components.hpp"

namespace collapse::sweep {

namespace {

using problem::Components;
using problem::Errors;
using protocol::Prediction;

template <double Components::*part>
double component(const Prediction& known)
{
    return problem::components_of(known.asymptotic, known.clean).*part;
}

template <double Errors::*part>
double error(const Prediction& known)
{
    return known.asymptotic.*part;
}

constexpr std::array table{
    Quantity{"clean_bias", component<&Components::clean_bias>},
    Quantity{"clean_variance", component<&Components::clean_variance>},
    Quantity{"collapse_bias", component<&Components::collapse_bias>},
    Quantity{"collapse_variance", component<&Components::collapse_variance>},
    Quantity{"bias", error<&Errors::bias>},
    Quantity{"variance", error<&Errors::variance>},
    Quantity{"test_error", error<&Errors::test_error>},
    Quantity{"generator_error", error<&Errors::generator_error>},
};

}  // namespace

std::span<const Quantity> quantities() { return table; }

}  // namespace collapse::sweep
