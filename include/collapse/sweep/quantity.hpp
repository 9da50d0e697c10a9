#pragma once

#include <span>
#include <string_view>

#include "collapse/protocol/row.hpp"

namespace collapse::sweep {

/// What theory says of a cell that may be compared with another of these.
struct Quantity {
    std::string_view name;
    double (*of)(const protocol::Prediction& with_clean);
};

/// The four components, both parts and the whole of the error, and that of the last generator, in this order.
std::span<const Quantity> quantities();

}  // namespace collapse::sweep
