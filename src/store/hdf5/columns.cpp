#include "collapse/store/hdf5/columns.hpp"

#include <algorithm>
#include <cmath>

#include "collapse/support/failure.hpp"
#include "dataset.hpp"
#include "handle.hpp"

namespace collapse::store {

bool is_hdf5(const std::filesystem::path& path)
{
    hdf5::silence();
    return H5Fis_hdf5(path.c_str()) > 0;
}

bool has_column(const std::filesystem::path& path, const std::string& name)
{
    hdf5::silence();
    try {
        return hdf5::has_dataset(hdf5::open_for_reading(path), name);
    } catch (const hdf5::Refusal&) {
        return false;
    }
}

std::vector<double> read_column(const std::filesystem::path& path, const std::string& name)
{
    hdf5::silence();
    try {
        const hdf5::Handle file = hdf5::open_for_reading(path);
        const hdf5::Handle dataset = hdf5::open_dataset(file, name.c_str());
        const hdf5::Shape shape = hdf5::shape_of(dataset);
        support::validate(shape.size() == 1, "the data set {} of {} has {} dimensions; it must have one", name, path.string(),
                          shape.size());
        std::vector<double> values(shape[0]);
        hdf5::checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "read the data set");
        return values;
    } catch (const hdf5::Refusal& refusal) {
        throw support::InvalidInput(fmt::format("cannot read the data set {} of {} ({}); it must be one-dimensional numbers", name,
                                                path.string(), refusal.what()));
    }
}

data::Numbers read_numbers(const std::string& key, const std::filesystem::path& path, const std::string& name)
{
    hdf5::silence();
    try {
        const hdf5::Handle file = hdf5::open_for_reading(path);
        const hdf5::Handle dataset = hdf5::open_dataset(file, name.c_str());
        const hdf5::Handle type(H5Dget_type(dataset), H5Tclose, "look at the data set");
        const hdf5::Shape shape = hdf5::shape_of(dataset);
        data::Numbers numbers{{shape.begin(), shape.end()}, {}, {}};
        const std::size_t count = hdf5::elements_of(shape);
        support::validate(count > 0 && !shape.empty(), "{}: the data set {} of {} is {}; give one with rows", key, name,
                          path.string(), shape.empty() ? "a single number" : "empty");
        if (H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) == 1 && H5Tget_sign(type) == H5T_SGN_NONE) {
            numbers.bytes.resize(count);
            hdf5::checked(H5Dread(dataset, H5T_NATIVE_UCHAR, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.bytes.data()),
                          "read the data set");
            return numbers;
        }
        numbers.values.resize(count);
        hdf5::checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.values.data()),
                      "read the data set");
        const auto bad = std::ranges::find_if(numbers.values, [](double value) { return !std::isfinite(value); });
        support::validate(bad == numbers.values.end(), "{}: the data set {} of {} has the value {} in row {}; all must be finite",
                          key, name, path.string(), bad == numbers.values.end() ? 0 : *bad,
                          (bad - numbers.values.begin()) / static_cast<std::ptrdiff_t>(count / shape[0]) + 1);
        return numbers;
    } catch (const hdf5::Refusal& refusal) {
        throw support::InvalidInput(fmt::format("cannot read {}: the data set {} of {} ({}); give numbers, as file.h5:/dataset",
                                                key, name, path.string(), refusal.what()));
    }
}

}  // namespace collapse::store
