#pragma once

#include <compare>
#include <cstddef>

namespace collapse::support {

/// The number of one thing among its kind, from 0: a place, not a count, so that nothing is added to it, and that of a row is none of
/// a cell. `for (RowIndex row{0}; row.value < rows; ++row)`.
template <class Kind>
struct Index {
    std::size_t value = 0;

    constexpr Index() = default;
    constexpr explicit Index(std::size_t number) : value(number) {}
    constexpr Index& operator++()
    {
        ++value;
        return *this;
    }
    friend constexpr auto operator<=>(const Index&, const Index&) = default;
};

}  // namespace collapse::support
