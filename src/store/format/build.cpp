#include "build.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "../hdf5/attributes.hpp"
#include "../hdf5/dataset.hpp"
#include "collapse/rng/key.hpp"
#include "collapse/simulate/moments.hpp"
#include "collapse/store/format/timestamp.hpp"
#include "coordinates.hpp"
#include "grid_frame.hpp"
#include "schema.hpp"

#include "collapse/sweep/measured.hpp"

namespace collapse::store {

namespace {

using hdf5::Handle;
using hdf5::Shape;

/// Builds one file; the members run in the order in which a reader should see things.
class Builder {
  public:
    Builder(hid_t file, const sweep::Settings& settings, const Provenance& provenance, hdf5::Storage storage)
        : file_(file), settings_(settings), provenance_(provenance), storage_(storage), grid_(settings.grid())
    {
        write_root_attributes();
        frame_.emplace(file, grid_.dimensions(), grid_.scalars(), storage);
    }

    void operator()()
    {
        for (const DerivedCoordinate& derived : derived_coordinates(grid_)) frame_->write(derived);
        for (const schema::Variable& variable : schema::variables()) write_variable(variable);
        write_variable(schema::status());
        if (!grid_.shares_ridges())
            hdf5::write(hdf5::open_dataset(file_, schema::status().name), schema::one_ridge, std::int32_t{1});
        write_provenance();
        if (settings_.simulation.replicates > 0) write_slots();
    }

  private:
    void write_root_attributes();
    void write_variable(const schema::Variable& variable);
    void write_provenance();
    void write_slots();

    hid_t file_;
    const sweep::Settings& settings_;
    const Provenance& provenance_;
    hdf5::Storage storage_;
    sweep::Grid grid_;
    std::optional<GridFrame> frame_;  ///< after the attributes, because a file lists things in the order of their making
};

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

void Builder::write_variable(const schema::Variable& variable)
{
    const Handle dataset =
        frame_->create(variable.name, schema::file_type(variable.type), variable.long_name, variable.units, variable.flag_meanings);
    if (variable.source == schema::Source::theory && !provenance_.citations.empty())
        hdf5::write(dataset, "citation", fmt::format("{}", fmt::join(provenance_.citations, "; ")));
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
    hdf5::write(group, "sampler_version", rng::sampler_version);
    hdf5::write(group, "seed", settings_.simulation.seed);
    if (settings_.model.has_data() && settings_.model.given)
        hdf5::write(group, "measured_spectrum", sweep::text_of(settings_.model.given->nodes()));
    if (!provenance_.shard.empty()) hdf5::write(group, "shard", provenance_.shard);
    hdf5::write(group, "citations", fmt::format("{}", fmt::join(provenance_.citations, "\n")));

    const hdf5::Shape shape = schema::segments_shape();
    const Handle text = hdf5::create_pure_dimension(group, "segment_text", shape.front(), frame_->next_dimension());
    const Handle lines = hdf5::create_dataset(group, "segments", hdf5::character_type(), shape);
    hdf5::write(lines, "long_name", std::string("runs of the program on this file, a line of JSON each"));
    hdf5::attach(lines, std::array{&text});
}

void Builder::write_slots()
{
    const Handle group = create_group(file_, schema::slots_group);
    hdf5::write(
        group, "long_name",
        std::string("exact sums over the replicates of each row of cells, from which a run continues: two slots a row, valid if "
                    "the checksum is right; the one with more replicates counts"));
    const hsize_t rows = grid_.rows(), cells = grid_.cells_per_row(), parts = simulate::Moments::stored_size;
    const Handle slot = hdf5::create_pure_dimension(group, "slot", 2, frame_->next_dimension());
    const Handle row = hdf5::create_pure_dimension(group, "row", rows, frame_->next_dimension());
    const Handle cell = hdf5::create_pure_dimension(group, "cell", cells, frame_->next_dimension());
    const Handle part = hdf5::create_pure_dimension(group, "part", parts, frame_->next_dimension());
    const auto create = [&](const char* name, hid_t type, const Shape& shape, const std::vector<const Handle*>& dimensions,
                            const char* units, const char* long_name) {
        const Handle dataset = hdf5::create_dataset(group, name, type, shape, hdf5::Fill::zero, storage_);
        describe(dataset, long_name, units);
        hdf5::attach(dataset, dimensions);
    };
    create("sums", H5T_IEEE_F64LE, {2, rows, cells, parts}, {&slot, &row, &cell, &part}, "1",
           "sums of test error, its square, bias, variance and generator error, each as four doubles that are to be added exactly");
    create("replicates", H5T_STD_I64LE, {2, rows}, {&slot, &row}, "1", "replicates 0, 1, ... that have been added");
    create("failure", H5T_STD_U8LE, {2, rows, cells}, {&slot, &row, &cell}, "1", "as the variable failure");
    create("seconds", H5T_IEEE_F64LE, {2, rows}, {&slot, &row}, "s", "core time spent on the row");
    create("checksum", H5T_STD_U64LE, {2, rows}, {&slot, &row}, "1",
           "FNV-1a (64 bit) of the row's number (uint64), replicates, seconds, failure and sums; 0: never written");
}

}  // namespace

void build(const std::filesystem::path& path, const sweep::Settings& settings, const Provenance& provenance, hdf5::Storage storage)
{
    Handle file = hdf5::create_file(path, storage);
    Builder(file, settings, provenance, storage)();
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
