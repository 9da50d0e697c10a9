#include "build.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "collapse/simulate/moments.hpp"
#include "collapse/store/timestamp.hpp"
#include "coordinates.hpp"
#include "hdf5_attributes.hpp"
#include "hdf5_dataset.hpp"

namespace collapse::store {

namespace {

using hdf5::Handle;
using hdf5::Shape;

/// Builds one file; the members run in the order in which a reader should see things.
class Builder {
  public:
    Builder(hid_t file, const sweep::Settings& settings, const Provenance& provenance)
        : file_(file), settings_(settings), provenance_(provenance), grid_(settings.axes)
    {
    }

    void operator()()
    {
        write_root_attributes();
        write_dimensions();
        write_parameters();
        for (const schema::Variable& variable : schema::variables()) write_variable(variable);
        write_variable(schema::status());
        write_provenance();
        if (settings_.simulation.replicates > 0) write_slots();
    }

  private:
    void write_root_attributes();
    void write_dimensions();
    void write_parameters();
    void write_variable(const schema::Variable& variable);
    void write_provenance();
    void write_slots();

    hid_t file_;
    const sweep::Settings& settings_;
    const Provenance& provenance_;
    sweep::Grid grid_;
    std::vector<const sweep::Axis*> axes_ = grid_.dimensions();
    std::vector<Handle> dimensions_;  ///< of the variables, like axes_
    std::int32_t dimension_count_ = 0;
};

void describe(hid_t dataset, std::string_view long_name, const char* units)
{
    hdf5::write(dataset, "long_name", std::string(long_name));
    hdf5::write(dataset, "units", std::string(units));
}

Handle create_group(hid_t parent, const char* name)
{
    const Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "set up a group");
    constexpr unsigned ordered = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hdf5::checked(H5Pset_link_creation_order(creation, ordered), "set up a group");
    hdf5::checked(H5Pset_attr_creation_order(creation, ordered), "set up a group");
    hdf5::checked(H5Pset_obj_track_times(creation, false), "set up a group");
    return {H5Gcreate2(parent, name, H5P_DEFAULT, creation, H5P_DEFAULT), H5Gclose, "create a group"};
}

void Builder::write_root_attributes()
{
    const std::string now = timestamp();
    hdf5::write(file_, "Conventions", std::string(schema::conventions));
    hdf5::write(file_, "title", std::string(schema::title));
    hdf5::write(file_, "schema_name", std::string(schema::name));
    hdf5::write(file_, "schema_version", std::int32_t{schema::version});
    hdf5::write(file_, "app_version", provenance_.app_version);
    hdf5::write(file_, "git_sha1", provenance_.git_sha1);
    hdf5::write(file_, "created", now);
    hdf5::write(file_, "modified", now);
    hdf5::write(file_, "complete", std::int32_t{0});
}

void Builder::write_dimensions()
{
    for (const sweep::Axis* axis : axes_) {
        const std::string name(axis->name());
        const Handle& dataset =
            dimensions_.emplace_back(hdf5::create_dataset(file_, name.c_str(), H5T_IEEE_F64LE, {axis->values.size()}));
        hdf5::write_values(dataset, axis->values);
        describe(dataset, axis->coordinate->long_name, "1");
        hdf5::write(dataset, "symbol", std::string(axis->coordinate->symbol));
        hdf5::make_dimension(dataset, name.c_str(), dimension_count_++);
    }
}

/// Parameters with one value, and those that follow from axes.
void Builder::write_parameters()
{
    const auto write = [&](std::string_view name, std::string_view symbol, std::string_view long_name,
                           const std::vector<const sweep::Axis*>& axes, std::span<const double> values) {
        Shape shape;
        std::vector<const Handle*> dimensions;
        for (const sweep::Axis* axis : axes) {
            shape.push_back(axis->values.size());
            dimensions.push_back(&dimensions_[static_cast<std::size_t>(std::ranges::find(axes_, axis) - axes_.begin())]);
        }
        const Handle dataset = hdf5::create_dataset(file_, std::string(name).c_str(), H5T_IEEE_F64LE, shape);
        hdf5::write_values(dataset, values);
        describe(dataset, long_name, "1");
        hdf5::write(dataset, "symbol", std::string(symbol));
        hdf5::attach(dataset, dimensions);
    };
    for (const sweep::Axis* axis : grid_.scalars())
        write(axis->name(), axis->coordinate->symbol, axis->coordinate->long_name, {}, axis->values);
    for (const DerivedCoordinate& derived : derived_coordinates(grid_))
        write(derived.name, derived.symbol, derived.long_name, derived.dimensions, derived.values);
}

void Builder::write_variable(const schema::Variable& variable)
{
    Shape shape;
    std::vector<const Handle*> dimensions;
    for (std::size_t k = 0; k < axes_.size(); ++k) {
        shape.push_back(axes_[k]->values.size());
        dimensions.push_back(&dimensions_[k]);
    }
    const bool real = variable.type == schema::Type::real;
    const Handle dataset = hdf5::create_dataset(file_, variable.name, hdf5::file_type(variable.type), shape,
                                                real ? hdf5::Fill::nan : hdf5::Fill::zero);
    describe(dataset, variable.long_name, variable.units);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    // Integers have no fill value: xarray would make them floating-point numbers.
    if (real) hdf5::write(dataset, "_FillValue", std::span(&nan, 1));
    if (!variable.flag_meanings.empty()) {
        std::vector<std::uint8_t> values(variable.flag_meanings.size());
        std::iota(values.begin(), values.end(), std::uint8_t{0});
        hdf5::write(dataset, "flag_values", values);
        hdf5::write(dataset, "flag_meanings", fmt::format("{}", fmt::join(variable.flag_meanings, " ")));
    }
    if (variable.source == schema::Source::theory && !provenance_.citations.empty())
        hdf5::write(dataset, "citation", fmt::format("{}", fmt::join(provenance_.citations, "; ")));
    hdf5::attach(dataset, dimensions);
}

void Builder::write_provenance()
{
    const Handle group = create_group(file_, "provenance");
    hdf5::write(group, "config", provenance_.config);
    hdf5::write(group, "resolved_config", resolved_text(settings_));
    hdf5::write(group, "compiler", provenance_.compiler);
    hdf5::write(group, "libraries", provenance_.libraries);
    hdf5::write(group, "processor", provenance_.processor);
    hdf5::write(group, "random_generator", provenance_.generator);
    hdf5::write(group, "seed", settings_.simulation.seed);
    hdf5::write(group, "citations", fmt::format("{}", fmt::join(provenance_.citations, "\n")));

    const Handle segment = hdf5::create_pure_dimension(group, "segment", schema::segment_lines, dimension_count_++);
    const Handle text = hdf5::create_pure_dimension(group, "segment_text", schema::segment_length, dimension_count_++);
    const Handle lines =
        hdf5::create_dataset(group, "segments", hdf5::character_type(), {schema::segment_lines, schema::segment_length});
    hdf5::write(lines, "long_name", std::string("runs of the program on this file, a line of JSON each"));
    hdf5::attach(lines, std::array{&segment, &text});
}

void Builder::write_slots()
{
    const Handle group = create_group(file_, schema::slots_group);
    hdf5::write(
        group, "long_name",
        std::string("exact sums over the replicates of each row of cells, from which a run continues: two slots a row, valid if "
                    "the checksum is right; the one with more replicates counts"));
    const hsize_t rows = grid_.rows(), cells = grid_.cells_per_row(), parts = simulate::Moments::stored_size;
    const Handle slot = hdf5::create_pure_dimension(group, "slot", 2, dimension_count_++);
    const Handle row = hdf5::create_pure_dimension(group, "row", rows, dimension_count_++);
    const Handle cell = hdf5::create_pure_dimension(group, "cell", cells, dimension_count_++);
    const Handle part = hdf5::create_pure_dimension(group, "part", parts, dimension_count_++);
    const auto create = [&](const char* name, hid_t type, const Shape& shape, const std::vector<const Handle*>& dimensions,
                            const char* units, const char* long_name) {
        const Handle dataset = hdf5::create_dataset(group, name, type, shape);
        describe(dataset, long_name, units);
        hdf5::attach(dataset, dimensions);
    };
    create("sums", H5T_IEEE_F64LE, {2, rows, cells, parts}, {&slot, &row, &cell, &part}, "1",
           "sums of test error, its square, bias and variance, each as four doubles that are to be added exactly");
    create("replicates", H5T_STD_I64LE, {2, rows}, {&slot, &row}, "1", "replicates 0, 1, ... that have been added");
    create("failure", H5T_STD_U8LE, {2, rows, cells}, {&slot, &row, &cell}, "1", "as the variable failure");
    create("seconds", H5T_IEEE_F64LE, {2, rows}, {&slot, &row}, "s", "core time spent on the row");
    create("checksum", H5T_STD_U64LE, {2, rows}, {&slot, &row}, "1",
           "FNV-1a (64 bit) of the row's number (uint64), replicates, seconds, failure and sums; 0: never written");
}

}  // namespace

void build(const std::filesystem::path& path, const sweep::Settings& settings, const Provenance& provenance)
{
    Handle file = hdf5::create_file(path);
    Builder(file, settings, provenance)();
    hdf5::checked(H5Fflush(file, H5F_SCOPE_GLOBAL), "write the file");
    file.close("write the file");
}

std::string resolved_text(const sweep::Settings& settings)
{
    std::string text;
    for (const auto& [key, value] : settings.resolved()) text += fmt::format("{} = {}\n", key, value);
    return text;
}

}  // namespace collapse::store
