#include "collapse/app/build.hpp"

#include <fstream>
#include <set>

#include <Eigen/Core>
#include <boost/version.hpp>

#include "collapse/mpi/world.hpp"
#include "collapse/numerics/blas.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

std::string compiler() { return support::trim(COLLAPSE_COMPILER) + (COLLAPSE_ARCH[0] ? " -march=" COLLAPSE_ARCH : ""); }

std::string libraries()
{
    return fmt::format("{}; HDF5 {}; {}; Eigen {}.{}.{}; Boost {}.{}.{}", mpi::World::library(), COLLAPSE_HDF5,
                       numerics::blas_name(), EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION, BOOST_VERSION / 100000,
                       BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100);
}

constexpr const char* generator = "Philox4x64-10 (Random123), normals by Boost's ziggurat";

std::string processor()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) return support::trim(line.substr(line.find(':') + 1));
    return "unknown";
}

}  // namespace

std::string version() { return COLLAPSE_VERSION; }

std::string version_text()
{
    return fmt::format("collapse {} ({})\nbuild: {}, {}\nlibraries: {}\nrandom numbers: {}\nprocessor: {}\n", version(),
                       COLLAPSE_GIT_SHA1, COLLAPSE_BUILD_TYPE, compiler(), libraries(), generator, processor());
}

store::Provenance provenance_of(const sweep::Settings& settings, const std::string& config_text)
{
    std::set<std::string> keys;
    for (const problem::Description& description : sweep::models_of(settings))
        keys.insert(description.citations.begin(), description.citations.end());
    std::vector<std::string> citations;
    for (const std::string& key : keys) citations.push_back(fmt::format("[{}] {}", key, problem::reference(key)));
    return {.app_version = version(),
            .git_sha1 = COLLAPSE_GIT_SHA1,
            .config = config_text,
            .compiler = compiler(),
            .libraries = libraries(),
            .processor = processor(),
            .generator = generator,
            .citations = citations};
}

}  // namespace collapse::app
