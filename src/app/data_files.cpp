#include "collapse/app/data_files.hpp"

#include <algorithm>

#include "collapse/data/dataset.hpp"
#include "collapse/store/hdf5/columns.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::app {

namespace fs = std::filesystem;
using data::Numbers;
using support::validate;

namespace {

bool is_csv(const std::string& name)
{
    for (const char* end : {".csv", ".csv.gz", ".txt", ".txt.gz"})
        if (name.ends_with(end)) return true;
    return false;
}

/// The file of `file.h5:/dataset`, and what is behind the colon; empty if it is another name.
std::pair<std::string, std::string> hdf5_name(const std::string& name)
{
    const auto colon = name.find(":/");
    if (colon == std::string::npos) return {name, ""};
    return {name.substr(0, colon), name.substr(colon + 1)};
}

Numbers read_numbers(const std::string& key, const std::string& name)
{
    const auto [file, dataset] = hdf5_name(name);
    std::error_code ignored;
    const auto colon = file.rfind(':');
    validate(fs::exists(file, ignored) || colon == std::string::npos || !fs::exists(file.substr(0, colon), ignored),
             "cannot read {} = {}: a data set is named from the root of its file; write {}:/{}", key, name, file.substr(0, colon),
             colon == std::string::npos ? "" : file.substr(colon + 1));
    validate(fs::exists(file, ignored),
             "cannot read {} = {}: there is no such file; check its name, which is relative to the config", key, name);
    if (!dataset.empty()) return store::read_numbers(key, file, dataset);
    validate(!store::is_hdf5(file), "{} = {} is an HDF5 file; name a data set in it, as {}:/dataset", key, name, name);
    return is_csv(name) ? data::read_csv(key, name).numbers : data::read_idx(key, name);
}

/// One column, and all others.
std::pair<Numbers, Numbers> split(const data::Csv& csv, std::size_t column)
{
    Numbers rows{{csv.numbers.rows(), csv.numbers.columns() - 1}, {}, {}}, targets{{csv.numbers.rows()}, {}, {}};
    for (std::size_t i = 0; i < csv.numbers.size(); ++i)
        (i % csv.numbers.columns() == column ? targets : rows).values.push_back(csv.numbers.values[i]);
    return {std::move(rows), std::move(targets)};
}

}  // namespace

std::string name_beside(const fs::path& folder, const std::string& name)
{
    const fs::path path = fs::absolute(folder / hdf5_name(name).first).lexically_normal();
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return name;
    const std::string dataset = hdf5_name(name).second;
    return dataset.empty() ? path.string() : path.string() + ":" + dataset;
}

std::shared_ptr<const data::Dataset> read_dataset(const sweep::DataSettings& settings)
{
    const std::string &rows = settings.rows, &targets = settings.targets;
    if (rows.empty() || targets.empty()) return nullptr;  // said by validated()
    const data::Target target = data::target_called(settings.target);
    if (is_csv(rows)) {
        const data::Csv csv = data::read_csv("data.rows", rows);
        const std::ptrdiff_t column = csv.column(targets);
        if (column >= 0) {
            const auto count = std::ranges::count(csv.names, targets);
            validate(count == 1, "data.targets = {} names {} columns of {}; give them names of their own", targets, count, rows);
            validate(csv.numbers.columns() > 1, "data.rows = {} has no column but {}; give one with rows", rows, targets);
            auto [others, own] = split(csv, static_cast<std::size_t>(column));
            return std::make_shared<data::Dataset>(std::move(others), own, target);
        }
        std::error_code ignored;
        validate(fs::exists(hdf5_name(targets).first, ignored),
                 "data.targets = {} is neither a file nor a column of {}, which has {}; name one of them", targets, rows,
                 csv.names.empty() ? "no header" : fmt::format("the columns {}", fmt::join(csv.names, ", ")));
        return std::make_shared<data::Dataset>(csv.numbers, read_numbers("data.targets", targets), target);
    }
    Numbers read = read_numbers("data.rows", rows);
    return std::make_shared<data::Dataset>(std::move(read), read_numbers("data.targets", targets), target);
}

}  // namespace collapse::app
