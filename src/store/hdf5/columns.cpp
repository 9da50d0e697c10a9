#include "collapse/store/hdf5/columns.hpp"

#include "collapse/support/failure.hpp"
#include "dataset.hpp"
#include "handle.hpp"

namespace collapse::store {

bool is_hdf5(const std::filesystem::path& path)
{
    hdf5::silence();
    return H5Fis_hdf5(path.c_str()) > 0;
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

}  // namespace collapse::store
