#include "offsets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "../hdf5/attributes.hpp"
#include "collapse/simulate/moments.hpp"

namespace collapse::store {

namespace {

constexpr double best_compression = 1100;  ///< gzip's is 1032; a damaged shape must not take all memory

std::optional<std::size_t> clean_column(hid_t file, std::size_t generations)
{
    if (!hdf5::has_dataset(file, "n")) return std::nullopt;
    const hdf5::Handle dataset = hdf5::open_dataset(file, "n");
    if (hdf5::shape_of(dataset).size() != 1) return std::nullopt;  // the axis is another coordinate of n
    std::vector<double> n(generations);
    expect_dataset(dataset, "n", H5T_IEEE_F64LE, {generations});
    hdf5::checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, n.data()), "read a dataset");
    const auto found = std::ranges::find(n, 0.0);
    return found == n.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - n.begin()));
}

}  // namespace

bool shares_ridges(hid_t status) { return hdf5::read_integer(status, schema::one_ridge).value_or(0) == 0; }

void expect_dataset(hid_t dataset, const char* name, hid_t type, const hdf5::Shape& shape)
{
    const hdf5::Handle found(H5Dget_type(dataset), H5Tclose, "read a type");
    if (H5Tequal(found, type) <= 0) throw hdf5::Refusal(fmt::format("{} has another type than expected", name));
    if (hdf5::shape_of(dataset) != shape) throw hdf5::Refusal(fmt::format("{} has another shape than expected", name));
    const hdf5::Handle creation(H5Dget_create_plist(dataset), H5Pclose, "read a layout");
    const auto size = static_cast<double>(hdf5::elements_of(shape)) * static_cast<double>(H5Tget_size(type));
    const auto stored = static_cast<double>(H5Dget_storage_size(dataset));
    const bool possible = H5Pget_layout(creation) == H5D_CONTIGUOUS ? stored == size : stored * best_compression >= size;
    if (!possible) throw hdf5::Refusal(fmt::format("{} has another size than expected", name));
}

std::uint64_t Offsets::row_of(std::size_t variable, sweep::RowIndex row) const
{
    return variables[variable] + row.value * cells_per_row() * schema::size_of(schema::variables()[variable].type);
}

std::optional<Offsets> locate(hid_t file)
{
    bool raw = true;
    Offsets offsets = locate(file, [&](hid_t dataset) -> std::uint64_t {
        const haddr_t address = H5Dget_offset(dataset);
        raw = raw && address != HADDR_UNDEF;
        return address;
    });
    return raw ? std::optional(std::move(offsets)) : std::nullopt;
}

std::uint64_t locate_segments(hid_t file)
{
    const hdf5::Handle dataset = hdf5::open_dataset(hdf5::open_group(file, "provenance"), "segments");
    expect_dataset(dataset, "segments", hdf5::character_type(), schema::segments_shape());
    return H5Dget_offset(dataset);
}

Offsets locate(hid_t file, const std::function<std::uint64_t(hid_t)>& place)
{
    const auto address_of = [&](hid_t parent, const char* name, hid_t type, const hdf5::Shape& shape) {
        const hdf5::Handle dataset = hdf5::open_dataset(parent, name);
        expect_dataset(dataset, name, type, shape);
        return place(dataset);
    };
    Offsets offsets;
    const hdf5::Handle status = hdf5::open_dataset(file, schema::status().name);
    const hdf5::Shape shape = hdf5::shape_of(status);
    if (shape.size() < 2) throw hdf5::Refusal("status has another shape than expected");
    offsets.generations = shape.back();
    offsets.ridges = shares_ridges(status) ? shape[shape.size() - 2] : 1;
    offsets.clean = clean_column(file, offsets.generations);
    const std::size_t cells = hdf5::elements_of(shape);
    if (cells == 0) throw hdf5::Refusal("status has another shape than expected");
    offsets.rows = cells / offsets.cells_per_row();
    offsets.status = address_of(file, schema::status().name, H5T_STD_U8LE, shape);
    for (const schema::Variable& variable : schema::variables())
        offsets.variables.push_back(address_of(file, variable.name, schema::file_type(variable.type), shape));
    offsets.segments =
        address_of(hdf5::open_group(file, "provenance"), "segments", hdf5::character_type(), schema::segments_shape());
    if (hdf5::checked(H5Lexists(file, schema::slots_group, H5P_DEFAULT), "look for a group") > 0) {
        const hdf5::Handle group = hdf5::open_group(file, schema::slots_group);
        const hsize_t rows = offsets.rows, row = offsets.cells_per_row();
        offsets.slots = {
            address_of(group, "sums", H5T_IEEE_F64LE, {2, rows, row, simulate::Moments::stored_size}),
            address_of(group, "replicates", H5T_STD_I64LE, {2, rows}), address_of(group, "failure", H5T_STD_U8LE, {2, rows, row}),
            address_of(group, "seconds", H5T_IEEE_F64LE, {2, rows}), address_of(group, "checksum", H5T_STD_U64LE, {2, rows})};
    }
    return offsets;
}

}  // namespace collapse::store
