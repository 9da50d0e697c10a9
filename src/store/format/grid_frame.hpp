#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "../hdf5/dataset.hpp"
#include "coordinates.hpp"

namespace collapse::store {

/// Gives an object its attributes long_name and units.
void describe(hid_t dataset, std::string_view long_name, const char* units);

/// What files over a grid have in common: its axes as dimensions at the root, parameters with one value as scalars, and variables
/// over all dimensions.
class GridFrame {
  public:
    /// Writes the dimensions and the scalars; the axes must outlive the frame. `storage`: of the variables.
    GridFrame(hid_t file, std::vector<const sweep::Axis*> dimensions, const std::vector<const sweep::Axis*>& scalars,
              hdf5::Storage storage = hdf5::Storage::raw);

    /// A parameter that follows from axes.
    void write(const DerivedCoordinate& derived);

    /// A variable over all dimensions, filled with NaN (float64) or 0 (integers), with its attributes.
    hdf5::Handle create(const char* name, hid_t type, std::string_view long_name, const char* units,
                        std::span<const char* const> flag_meanings = {});

    /// A number for one more dimension of the file.
    std::int32_t next_dimension() { return dimension_count_++; }

  private:
    hdf5::Handle write_parameter(std::string_view name, std::string_view symbol, std::string_view long_name,
                                 const std::vector<const sweep::Axis*>& axes, std::span<const double> values);

    hid_t file_;
    hdf5::Storage storage_;
    std::vector<const sweep::Axis*> axes_;
    std::vector<hdf5::Handle> dimensions_;  ///< like axes_
    std::int32_t dimension_count_ = 0;
};

}  // namespace collapse::store
