#include "collapse/store/life/result_view.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <type_traits>

#include "../format/schema.hpp"
#include "../format/segment_line.hpp"
#include "../hdf5/attributes.hpp"
#include "../row/offsets.hpp"
#include "../row/pack.hpp"
#include "../row/reader.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::store {

using hdf5::Handle;
using support::InvalidInput;
using support::validate;

class ResultView::Implementation {
  public:
    explicit Implementation(std::filesystem::path path) : path_(std::move(path)), file_(open())
    {
        guarded([&] {
            check_schema();
            read_parameters();
            read_status();
        });
    }

    /// What HDF5 refuses in a file that it has opened means that the file is damaged.
    template <class Work>
    std::invoke_result_t<Work> guarded(Work&& work) const
    {
        try {
            return work();
        } catch (const hdf5::Refusal& refusal) {
            throw InvalidInput(damaged(refusal.what()));
        } catch (const std::bad_alloc&) {
            throw InvalidInput(damaged("it claims to be larger than the memory"));
        }
    }

    template <class Number>
    std::vector<Number> read(const std::string& name, hid_t type, const char* type_name) const
    {
        return guarded([&] {
            validate(has(name), "{} has no variable {}; look with `ncdump -h` at what it has", path_.string(), name);
            const Handle dataset = hdf5::open_dataset(file_, name.c_str());
            const Handle found(H5Dget_type(dataset), H5Tclose, "read a type");
            if (others_ && H5Tequal(found, type) <= 0) throw hdf5::Refusal(fmt::format("{} is not of type {}", name, type_name));
            validate(H5Tequal(found, type) > 0, "{} has a variable {} that is not of type {}; it was not written by this program",
                     path_.string(), name, type_name);
            const hdf5::Shape shape = hdf5::shape_of(dataset);
            expect_dataset(dataset, name.c_str(), type, shape);
            std::vector<Number> values(hdf5::elements_of(shape));
            hdf5::checked(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "read a dataset");
            return values;
        });
    }

    bool has(const std::string& name) const { return hdf5::has_dataset(file_, name); }

    std::string text(const std::string& name) const { return text(file_, name); }

    std::string text(hid_t object, const std::string& name) const
    {
        return guarded([&] {
            const auto value = hdf5::read_text(object, name.c_str());
            if (!value) throw hdf5::Refusal(fmt::format("it has no attribute {}", name));
            return *value;
        });
    }

    std::int64_t integer(const std::string& name) const
    {
        return guarded([&] {
            const auto value = hdf5::read_integer(file_, name.c_str());
            if (!value) throw hdf5::Refusal(fmt::format("it has no attribute {}", name));
            return *value;
        });
    }

    std::string provenance(const std::string& name) const
    {
        return guarded([&] { return text(hdf5::open_group(file_, "provenance"), name); });
    }

    std::int64_t sampler_version() const
    {
        return guarded([&] {
            const auto value = hdf5::read_integer(hdf5::open_group(file_, "provenance"), "sampler_version");
            if (!value) throw hdf5::Refusal("it states no sampler_version");
            return *value;
        });
    }

    std::string measured_spectrum() const
    {
        return guarded([&] { return hdf5::read_text(hdf5::open_group(file_, "provenance"), "measured_spectrum").value_or(""); });
    }

    std::string shard() const
    {
        return guarded([&] { return hdf5::read_text(hdf5::open_group(file_, "provenance"), "shard").value_or(""); });
    }

    std::vector<Segment> segments() const
    {
        const hdf5::Shape shape = schema::segments_shape();
        std::string characters(hdf5::elements_of(shape), '\0');
        guarded([&] {
            const Handle dataset = hdf5::open_dataset(hdf5::open_group(file_, "provenance"), "segments");
            const Handle type = hdf5::character_type();
            expect_dataset(dataset, "segments", type, shape);
            hdf5::checked(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, characters.data()), "read a dataset");
        });
        std::vector<Segment> result;
        for (std::size_t line = 0; line < schema::segment_lines; ++line)
            if (auto segment =
                    parse_segment(std::string_view(characters).substr(line * schema::segment_length, schema::segment_length)))
                result.push_back(std::move(*segment));
        return result;
    }

    sweep::RowState load(sweep::RowIndex index) const
    {
        support::ensure(index.value < data().offsets.rows, "a row index lies in the file");
        return read_row(data().file, data().offsets, index);
    }

    const RawData& data() const
    {
        if (!raw_) raw_.emplace(guarded([&] { return raw_data(file_, path_); }));
        return *raw_;
    }

    bool packed() const
    {
        return guarded([&] { return !locate(file_); });
    }

    std::vector<Dimension> dimensions, scalars;
    std::vector<Status> status;
    bool shares_ridges = true;

  private:
    std::string damaged(const char* reason) const
    {
        if (others_)
            return fmt::format(
                "{} is not as `collapse run` wrote it: another program has written it anew ({}); give the original file",
                path_.string(), reason);
        return fmt::format("{} is damaged ({}); restore it from a copy, or use --fresh to begin anew", path_.string(), reason);
    }

    Handle open() const
    {
        hdf5::silence();
        const std::string name = path_.string();
        validate(std::filesystem::exists(path_), "{} does not exist; check the name", name);
        validate(std::filesystem::is_regular_file(path_), "{} is not a file; give the name of a result file", name);
        validate(access(path_.c_str(), R_OK) == 0, "{} cannot be read: {}; check its permissions", name, std::strerror(errno));
        validate(H5Fis_hdf5(path_.c_str()) > 0, "{} is not an HDF5 file; give a file that `collapse run` has written", name);
        return guarded([&] {
            Handle file = hdf5::open_for_reading(path_);
            others_ = hdf5::is_of_others(file);
            return file;
        });
    }

    void check_schema() const
    {
        const std::string name = path_.string();
        const auto version = hdf5::read_integer(file_, "schema_version");
        // The texts of version 1, of variable length, cannot be read safely: see attributes.cpp.
        validate(
            version != 1 || !has(schema::status().name),
            "{} has schema version 1, of collapse before 0.2.0, which drew other random numbers; this program knows version {}: "
            "read it with the version that wrote it, or run its sweep again with another --output or with --fresh",
            name, schema::version);
        const auto schema_name = hdf5::read_text(file_, "schema_name");
        validate(schema_name == schema::name,
                 "{} is not a result file of this program: its schema_name is {}, not {}; give a file that "
                 "`collapse run` has written",
                 name, schema_name.value_or("missing"), schema::name);
        if (!version) throw hdf5::Refusal("it states no schema_version");
        validate(*version <= schema::version,
                 "{} has schema version {}, and this program knows version {}; use the version of collapse that wrote it ({})",
                 name, *version, schema::version, hdf5::read_text(file_, "app_version").value_or("unknown"));
        if (*version < schema::version) throw hdf5::Refusal(fmt::format("its schema_version is {}", *version));
    }

    /// Dimensions are the one-dimensional scales of the root; other parameters the scalars of the root.
    void read_parameters()
    {
        std::vector<std::pair<std::int64_t, Dimension>> numbered;
        for (const std::string& name : hdf5::link_names(file_)) {
            if (!has(name)) continue;
            const Handle dataset = hdf5::open_dataset(file_, name.c_str());
            const auto rank = hdf5::shape_of(dataset).size();
            const bool scale = rank == 1 && hdf5::read_text(dataset, "CLASS") == "DIMENSION_SCALE";
            if (rank != 0 && !scale) continue;
            Dimension dimension{name, hdf5::read_text(dataset, "symbol").value_or(name),
                                hdf5::read_text(dataset, "long_name").value_or(name),
                                read<double>(name, H5T_IEEE_F64LE, "float64")};
            if (scale) numbered.emplace_back(hdf5::read_integer(dataset, "_Netcdf4Dimid").value_or(0), std::move(dimension));
            else scalars.push_back(std::move(dimension));
        }
        std::ranges::sort(numbered, {}, [](const auto& entry) { return entry.first; });
        for (auto& [number, dimension] : numbered) dimensions.push_back(std::move(dimension));
    }

    void read_status()
    {
        const char* name = schema::status().name;
        for (const std::uint8_t value : read<std::uint8_t>(name, H5T_STD_U8LE, "uint8")) {
            if (value >= std::size(status_names)) throw hdf5::Refusal(fmt::format("status has the value {}", value));
            status.push_back(static_cast<Status>(value));
        }
        hdf5::Shape shape;
        for (const Dimension& dimension : dimensions) shape.push_back(dimension.values.size());
        const Handle dataset = hdf5::open_dataset(file_, name);
        if (shape.size() < 2 || status.empty() || hdf5::shape_of(dataset) != shape)
            throw hdf5::Refusal("status does not extend over the dimensions");
        shares_ridges = store::shares_ridges(dataset);
    }

    std::filesystem::path path_;
    mutable bool others_ = false;  ///< another program has written the file
    Handle file_;
    mutable std::optional<RawData> raw_;
};

ResultView::ResultView(const std::filesystem::path& path) : implementation_(std::make_unique<Implementation>(path)) {}
ResultView::ResultView(ResultView&&) noexcept = default;
ResultView& ResultView::operator=(ResultView&&) noexcept = default;
ResultView::~ResultView() = default;

const std::vector<ResultView::Dimension>& ResultView::dimensions() const { return implementation_->dimensions; }
const std::vector<ResultView::Dimension>& ResultView::scalars() const { return implementation_->scalars; }
const std::vector<Status>& ResultView::status() const { return implementation_->status; }
std::size_t ResultView::cells() const { return implementation_->status.size(); }

std::size_t ResultView::cells_per_row() const
{
    const auto& all = dimensions();
    return (implementation_->shares_ridges ? all[all.size() - 2].values.size() : 1) * all.back().values.size();
}

std::vector<double> ResultView::numbers(const std::string& name) const
{
    return implementation_->read<double>(name, H5T_IEEE_F64LE, "float64");
}

std::vector<std::uint8_t> ResultView::flags(const std::string& name) const
{
    return implementation_->read<std::uint8_t>(name, H5T_STD_U8LE, "uint8");
}

std::vector<std::int64_t> ResultView::counts(const std::string& name) const
{
    return implementation_->read<std::int64_t>(name, H5T_STD_I64LE, "int64");
}

bool ResultView::has(const std::string& name) const { return implementation_->has(name); }
std::string ResultView::text(const std::string& attribute) const { return implementation_->text(attribute); }
std::int64_t ResultView::integer(const std::string& attribute) const { return implementation_->integer(attribute); }
std::string ResultView::provenance(const std::string& attribute) const { return implementation_->provenance(attribute); }
std::int64_t ResultView::sampler_version() const { return implementation_->sampler_version(); }
std::string ResultView::measured_spectrum() const { return implementation_->measured_spectrum(); }
std::string ResultView::shard() const { return implementation_->shard(); }
std::vector<Segment> ResultView::segments() const { return implementation_->segments(); }
const RawData& ResultView::data() const { return implementation_->data(); }
bool ResultView::packed() const { return implementation_->packed(); }
sweep::RowState ResultView::load(sweep::RowIndex index) const { return implementation_->load(index); }

std::vector<std::pair<std::string, std::string>> ResultView::resolved() const
{
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const std::string& line : support::split(provenance("resolved_config"), '\n')) {
        const auto equals = line.find('=');
        if (equals != std::string::npos)
            pairs.emplace_back(support::trim(line.substr(0, equals)), support::trim(line.substr(equals + 1)));
    }
    return pairs;
}

}  // namespace collapse::store
