#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace collapse::support {

/// A dense table, row-major: in this project always [ridges x generations] of one row of the grid.
template <class T>
class Table {
  public:
    Table() = default;
    Table(std::size_t rows, std::size_t columns, T value = T{}) : columns_(columns), values_(rows * columns, std::move(value)) {}

    T& operator()(std::size_t row, std::size_t column) { return values_[row * columns_ + column]; }
    const T& operator()(std::size_t row, std::size_t column) const { return values_[row * columns_ + column]; }

    std::size_t size() const { return values_.size(); }
    std::size_t rows() const { return columns_ == 0 ? 0 : values_.size() / columns_; }
    std::size_t columns() const { return columns_; }
    T& operator[](std::size_t index) { return values_[index]; }
    const T& operator[](std::size_t index) const { return values_[index]; }
    auto begin() { return values_.begin(); }
    auto end() { return values_.end(); }
    auto begin() const { return values_.begin(); }
    auto end() const { return values_.end(); }

  private:
    std::size_t columns_ = 0;
    std::vector<T> values_;
};

}  // namespace collapse::support
