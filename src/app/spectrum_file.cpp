#include "collapse/app/spectrum_file.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <vector>

#include "collapse/problem/numbers.hpp"
#include "collapse/store/hdf5/columns.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

SpectrumFile read_csv(const std::filesystem::path& path)
{
    std::ifstream file(path);
    std::vector<double> eigenvalues, coefficients;
    std::size_t number = 0, columns = 0;
    bool header = false;
    for (std::string line; std::getline(file, line);) {
        ++number;
        line = support::trim(line);
        if (line.empty() || line[0] == '#') continue;
        if (std::isalpha(static_cast<unsigned char>(line[0])) && eigenvalues.empty() && !header) {
            header = true;
            continue;
        }
        const auto parts = support::split(line, ',');
        const std::string place = fmt::format("{} line {}", path.string(), number);
        if (columns == 0) columns = std::min<std::size_t>(parts.size(), 2);
        support::validate(parts.size() == columns, "{} has {} columns; write `eigenvalue, squared coefficient`", place,
                          parts.size());
        for (std::size_t i = 0; i < columns; ++i) {
            const double value = problem::parse_number(place, parts[i]);
            support::validate(value >= 0 && std::isfinite(value), "{} has the {} {}; it must be finite and not negative", place,
                              i == 0 ? "eigenvalue" : "squared coefficient", parts[i]);
            (i == 0 ? eigenvalues : coefficients).push_back(value);
        }
    }
    support::validate(!eigenvalues.empty(), "{} contains no numbers; write lines `eigenvalue, squared coefficient`", path.string());
    return {support::exact(eigenvalues), support::exact(coefficients), ""};
}

SpectrumFile read_hdf5(const std::filesystem::path& path)
{
    const auto column = [&](const std::string& name) {
        const auto values = store::read_column(path, name);
        const auto bad = std::ranges::find_if(values, [](double value) { return std::isnan(value); });
        support::validate(bad == values.end(), "the data set {} of {} has the value nan at place {}; all must be numbers", name,
                          path.string(), bad - values.begin() + 1);
        support::validate(!values.empty(), "the data set {} of {} contains no numbers; give one for every dimension", name,
                          path.string());
        return support::exact(values);
    };
    const auto optional = [&](const std::string& name) { return store::has_column(path, name) ? column(name) : std::string(); };
    return {column("eigenvalues"), optional("squared_coefficients"), optional("weights")};
}

}  // namespace

SpectrumFile read_spectrum(const std::filesystem::path& path)
{
    std::error_code ignored;
    errno = 0;
    const bool readable = std::ifstream(path).is_open() && std::filesystem::is_regular_file(path, ignored);
    support::validate(readable, "cannot read model.spectrum_file = {} ({}: {}); check its name and permissions", path.string(),
                      std::filesystem::absolute(path, ignored).string(), errno != 0 ? std::strerror(errno) : "no regular file");
    return store::is_hdf5(path) ? read_hdf5(path) : read_csv(path);
}

}  // namespace collapse::app
