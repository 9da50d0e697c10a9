#include "grid_frame.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "../hdf5/attributes.hpp"

namespace collapse::store {

using hdf5::Handle;
using hdf5::Shape;

void describe(hid_t dataset, std::string_view long_name, const char* units)
{
    hdf5::write(dataset, "long_name", std::string(long_name));
    hdf5::write(dataset, "units", std::string(units));
}

GridFrame::GridFrame(hid_t file, std::vector<const sweep::Axis*> dimensions, const std::vector<const sweep::Axis*>& scalars,
                     hdf5::Storage storage)
    : file_(file), storage_(storage), axes_(std::move(dimensions))
{
    for (const sweep::Axis* axis : axes_) {
        const std::string name(axis->name());
        const Handle& dataset =
            dimensions_.emplace_back(hdf5::create_dataset(file_, name.c_str(), H5T_IEEE_F64LE, {axis->values.size()}));
        hdf5::write_values(dataset, axis->values);
        describe(dataset, axis->coordinate->long_name, "1");
        hdf5::write(dataset, "symbol", std::string(axis->coordinate->symbol));
        if (!axis->used) hdf5::write(dataset, "used", std::int32_t{0});  // it is there for the shape alone
        hdf5::make_dimension(dataset, name.c_str(), dimension_count_++);
    }
    for (const sweep::Axis* axis : scalars)
        write_parameter(axis->name(), axis->coordinate->symbol, axis->coordinate->long_name, {}, axis->values);
}

void GridFrame::write(const DerivedCoordinate& derived)
{
    const Handle dataset = write_parameter(derived.name, derived.symbol, derived.long_name, derived.dimensions, derived.values);
    if (!derived.follows.empty()) hdf5::write(dataset, "follows", derived.follows);
}

Handle GridFrame::write_parameter(std::string_view name, std::string_view symbol, std::string_view long_name,
                                  const std::vector<const sweep::Axis*>& axes, std::span<const double> values)
{
    Shape shape;
    std::vector<const Handle*> dimensions;
    for (const sweep::Axis* axis : axes) {
        shape.push_back(axis->values.size());
        dimensions.push_back(&dimensions_[static_cast<std::size_t>(std::ranges::find(axes_, axis) - axes_.begin())]);
    }
    Handle dataset = hdf5::create_dataset(file_, std::string(name).c_str(), H5T_IEEE_F64LE, shape);
    hdf5::write_values(dataset, values);
    describe(dataset, long_name, "1");
    hdf5::write(dataset, "symbol", std::string(symbol));
    hdf5::attach(dataset, dimensions);
    return dataset;
}

Handle GridFrame::create(const char* name, hid_t type, std::string_view long_name, const char* units,
                         std::span<const char* const> flag_meanings)
{
    Shape shape;
    std::vector<const Handle*> dimensions;
    for (std::size_t k = 0; k < axes_.size(); ++k) {
        shape.push_back(axes_[k]->values.size());
        dimensions.push_back(&dimensions_[k]);
    }
    const bool real = H5Tget_class(type) == H5T_FLOAT;
    Handle dataset = hdf5::create_dataset(file_, name, type, shape, real ? hdf5::Fill::nan : hdf5::Fill::zero, storage_);
    describe(dataset, long_name, units);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    // Integers have no fill value: xarray would make them floating-point numbers.
    if (real) hdf5::write(dataset, "_FillValue", std::span(&nan, 1));
    if (!flag_meanings.empty()) {
        std::vector<std::uint8_t> values(flag_meanings.size());
        std::iota(values.begin(), values.end(), std::uint8_t{0});
        hdf5::write(dataset, "flag_values", values);
        hdf5::write(dataset, "flag_meanings", fmt::format("{}", fmt::join(flag_meanings, " ")));
    }
    hdf5::attach(dataset, dimensions);
    return dataset;
}

}  // namespace collapse::store
