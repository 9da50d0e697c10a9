#include "collapse/store/life/table_file.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "../format/build.hpp"
#include "../format/coordinates.hpp"
#include "../format/grid_frame.hpp"
#include "../format/schema.hpp"
#include "../hdf5/attributes.hpp"
#include "collapse/store/format/timestamp.hpp"
#include "collapse/store/hdf5/columns.hpp"
#include "collapse/store/life/place.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "difference.hpp"
#include "publish.hpp"

namespace collapse::store {

namespace {

using hdf5::Handle;

/// An older answer may be replaced; anything else at that name is somebody's work.
void check_replaceable(const std::filesystem::path& path, const Table& table, const sweep::Settings& settings)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return;
    std::string kind = std::filesystem::is_regular_file(path, ignored) ? "no HDF5 file" : "no file";
    std::optional<std::string> difference;
    if (kind == "no HDF5 file" && is_hdf5(path)) {
        const Handle file = hdf5::open_for_reading(path);
        kind = "another kind of HDF5 file";
        try {
            kind = hdf5::read_text(file, "schema_name").value_or(kind);
            Pairs theirs{{"the question", hdf5::read_text(file, "question").value_or("unknown")}},
                ours{{"the question", table.question}};
            for (const std::string& line : support::split(hdf5::read_text(file, "resolved_config").value_or(""), '\n'))
                if (const auto equals = line.find('='); equals != std::string::npos)
                    theirs.emplace_back(support::trim(line.substr(0, equals)), support::trim(line.substr(equals + 1)));
            std::ranges::copy(settings.resolved(), std::back_inserter(ours));
            difference = first_difference(theirs, ours, "there", "here");
        } catch (const hdf5::Refusal&) {  // a text of variable length: of another program, or of collapse before 0.2.0
        }
    }
    support::validate(kind == table.schema_name,
                      "{} exists and is {}, not an older answer to the same question; choose another --output", path.string(),
                      kind);
    support::validate(!difference, "{} exists and answers another question: {}; choose another --output, or remove it",
                      path.string(), difference.value_or(""));
}

/// What follows axes that the table has.
void write_ties(GridFrame& frame, const Table& table, const sweep::Grid& grid)
{
    for (DerivedCoordinate& derived : derived_coordinates(grid)) {
        const auto in = [](const std::vector<sweep::Axis>& axes, const sweep::Axis* wanted) {
            const auto found = std::ranges::find(axes, wanted->name(), &sweep::Axis::name);
            return found == axes.end() ? nullptr : &*found;
        };
        const bool known = std::ranges::all_of(derived.sources, [&](const sweep::Axis* source) {
            return in(table.dimensions, source) != nullptr || in(table.scalars, source) != nullptr;
        });
        if (derived.follows.empty() || !known) continue;
        for (const sweep::Axis*& axis : derived.dimensions) axis = in(table.dimensions, axis);
        frame.write(derived);
    }
}

void write_file(hid_t file, const Table& table, const sweep::Settings& settings, const Provenance& provenance)
{
    const std::string now = timestamp();
    hdf5::write(file, "Conventions", std::string("CF-1.10"));
    hdf5::write(file, "title", table.title);
    hdf5::write(file, "schema_name", table.schema_name);
    hdf5::write(file, "schema_version", std::int32_t{schema::version});
    hdf5::write(file, "question", table.question);
    hdf5::write(file, "app_version", provenance.app_version);
    hdf5::write(file, "git_sha1", provenance.git_sha1);
    hdf5::write(file, "created", now);
    hdf5::write(file, "config", provenance.config);
    hdf5::write(file, "resolved_config", resolved_text(settings));
    hdf5::write(file, "citations", fmt::format("{}", fmt::join(provenance.citations, "\n")));

    const auto pointers = [](const std::vector<sweep::Axis>& axes) {
        std::vector<const sweep::Axis*> result;
        for (const sweep::Axis& axis : axes) result.push_back(&axis);
        return result;
    };
    GridFrame frame(file, pointers(table.dimensions), pointers(table.scalars));
    write_ties(frame, table, settings.grid());
    for (const TableVariable& variable : table.variables) {
        std::vector<const char*> meanings;
        for (const std::string& meaning : variable.flag_meanings) meanings.push_back(meaning.c_str());
        const bool flag = !meanings.empty();
        const Handle dataset =
            frame.create(variable.name.c_str(), flag ? H5T_STD_U8LE : H5T_IEEE_F64LE, variable.long_name, "1", meanings);
        hdf5::write_values(dataset, variable.values);
    }
}

}  // namespace

void write_table(const std::filesystem::path& given, const Table& table, const sweep::Settings& settings,
                 const Provenance& provenance)
{
    const std::filesystem::path path = place_of(given);
    check_directory(path);
    check_replaceable(path, table, settings);
    write_over(path, [&](hid_t file) { write_file(file, table, settings, provenance); });
}

}  // namespace collapse::store
