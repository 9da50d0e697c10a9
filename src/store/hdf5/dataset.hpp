#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "handle.hpp"

/// Datasets whose space is taken and filled when they are created, and which HDF5 never touches again; or packed ones.
namespace collapse::store::hdf5 {

using Shape = std::vector<hsize_t>;  ///< empty: a scalar

/// Throws Refusal if there are more than any file has.
std::size_t elements_of(const Shape& shape);

enum class Fill { zero, nan };

/// What is smaller than a page is raw in a packed file, too.
Handle create_dataset(hid_t parent, const char* name, hid_t type, const Shape& shape, Fill fill = Fill::zero,
                      Storage storage = Storage::raw);
/// Gives the elements to `take` in their order, some neighbours at a time, as bytes of the type that they have in the file.
void read_in_order(hid_t dataset, const std::function<void(std::span<const std::byte>)>& take);
/// Copies the elements of a dataset to another of the same type and shape.
void copy_elements(hid_t from, hid_t to);
void write_values(hid_t dataset, std::span<const double> values);

/// A one-byte character, for arrays of text (arrays of fixed-length strings crash netCDF 4.9.0).
Handle character_type();

Shape shape_of(hid_t dataset);

/// Makes a dataset the coordinate of dimension `number` (unique in the file, so that netCDF keeps the order of dimensions).
void make_dimension(hid_t dataset, const char* name, std::int32_t number);
/// Creates a dimension without coordinate values, which takes no space.
Handle create_pure_dimension(hid_t parent, const char* name, hsize_t size, std::int32_t number);
/// Names the dimensions of a dataset.
void attach(hid_t dataset, std::span<const Handle* const> dimensions);

}  // namespace collapse::store::hdf5
