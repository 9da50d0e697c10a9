#include "collapse/store/life/spectrum_table.hpp"

#include <array>

#include "../format/build.hpp"
#include "../format/schema.hpp"
#include "../hdf5/attributes.hpp"
#include "../hdf5/dataset.hpp"
#include "collapse/store/format/timestamp.hpp"
#include "collapse/store/hdf5/columns.hpp"
#include "collapse/store/life/place.hpp"
#include "collapse/support/failure.hpp"
#include "publish.hpp"

namespace collapse::store {

namespace {

using hdf5::Handle;

constexpr const char* schema_name = "collapse-spectrum";

void check_replaceable(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return;
    std::string kind = "no HDF5 file";
    if (is_hdf5(path)) {
        kind = "another kind of HDF5 file";
        try {
            kind = hdf5::read_text(hdf5::open_for_reading(path), "schema_name").value_or(kind);
        } catch (const hdf5::Refusal&) {  // a text of variable length: of another program
        }
    }
    support::validate(kind == schema_name, "{} exists and is {}, not a measured spectrum; choose another --output", path.string(),
                      kind);
}

void write_variable(hid_t file, const char* name, const char* long_name, const numerics::Array& values, const Handle& dimension)
{
    const Handle dataset = hdf5::create_dataset(file, name, H5T_IEEE_F64LE, {static_cast<hsize_t>(values.size())});
    hdf5::write(dataset, "long_name", std::string(long_name));
    hdf5::write(dataset, "units", std::string("1"));
    hdf5::attach(dataset, std::array{&dimension});
    hdf5::write_values(dataset, {values.data(), static_cast<std::size_t>(values.size())});
}

void write_law(hid_t file, const std::string& name, const theory::PowerLaw& law)
{
    const auto number = [&](const std::string& what, double value) {
        hdf5::write(file, what.c_str(), std::span<const double>(&value, 1));
    };
    number(name, law.exponent);
    number(name + "_stderr", law.standard_error);
    const std::array window{law.first, law.last};
    hdf5::write(file, (name + "_window").c_str(), std::span<const double>(window));
}

void write_file(hid_t file, const SpectrumTable& table, const sweep::Settings& settings, const Provenance& provenance)
{
    hdf5::write(file, "Conventions", std::string("CF-1.10"));
    hdf5::write(file, "title", std::string("Spectrum and coefficients of a data set in the space of a kernel"));
    hdf5::write(file, "schema_name", std::string(schema_name));
    hdf5::write(file, "schema_version", std::int32_t{schema::version});
    hdf5::write(file, "app_version", provenance.app_version);
    hdf5::write(file, "git_sha1", provenance.git_sha1);
    hdf5::write(file, "created", timestamp());
    hdf5::write(file, "config", provenance.config);
    hdf5::write(file, "resolved_config", resolved_text(settings));
    write_law(file, "beta", table.beta);
    write_law(file, "r", table.r);
    const auto size = [](const numerics::Array& values) { return static_cast<hsize_t>(values.size()); };
    const Handle node = hdf5::create_pure_dimension(file, "node", size(table.nodes.eigenvalue), 0);
    const Handle direction = hdf5::create_pure_dimension(file, "direction", size(table.pool.eigenvalue), 1);
    const problem::Nodes plain = theory::plain_nodes(table.pool);
    write_variable(file, "eigenvalues", "eigenvalues of the kernel, corrected for the size of the pool", table.nodes.eigenvalue,
                   node);
    write_variable(file, "squared_coefficients", "squared coefficients of the targets", table.nodes.coefficient2, node);
    write_variable(file, "weights", "how many directions each node stands for", table.nodes.weight, node);
    write_variable(file, "pool_eigenvalues", "eigenvalues of the pool's kernel matrix over its rows", table.pool.eigenvalue,
                   direction);
    write_variable(file, "pool_squared_coefficients", "squared coefficients of the pool's targets", plain.coefficient2, direction);
}

}  // namespace

void write_spectrum(const std::filesystem::path& given, const SpectrumTable& table, const sweep::Settings& settings,
                    const Provenance& provenance)
{
    const std::filesystem::path path = place_of(given);
    check_directory(path);
    check_replaceable(path);
    write_over(path, [&](hid_t file) { write_file(file, table, settings, provenance); });
}

}  // namespace collapse::store
