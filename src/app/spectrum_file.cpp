#include "collapse/app/spectrum_file.hpp"

#include <cctype>
#include <fstream>
#include <vector>

#include "collapse/problem/numbers.hpp"
#include "collapse/store/columns.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

std::string join(const std::vector<double>& values)
{
    std::vector<std::string> words;
    for (const double value : values) words.push_back(support::exact(value));
    return fmt::format("{}", fmt::join(words, ", "));
}

SpectrumFile read_csv(const std::filesystem::path& path)
{
    std::ifstream file(path);
    std::vector<double> eigenvalues, coefficients;
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        line = support::trim(line);
        if (line.empty() || line[0] == '#' || std::isalpha(static_cast<unsigned char>(line[0]))) continue;
        const auto parts = support::split(line, ',');
        const std::string place = fmt::format("{} line {}", path.string(), number);
        support::validate(parts.size() == 2, "{} has {} columns; write `eigenvalue, squared coefficient`", place, parts.size());
        eigenvalues.push_back(problem::parse_number(place, parts[0]));
        coefficients.push_back(problem::parse_number(place, parts[1]));
    }
    return {join(eigenvalues), join(coefficients)};
}

}  // namespace

SpectrumFile read_spectrum(const std::filesystem::path& path)
{
    std::error_code ignored;
    support::validate(std::filesystem::is_regular_file(path, ignored) && std::ifstream(path).good(),
                      "cannot read model.spectrum_file = {}; check its name and permissions", path.string());
    if (!store::is_hdf5(path)) return read_csv(path);
    return {join(store::read_column(path, "eigenvalues")), join(store::read_column(path, "squared_coefficients"))};
}

}  // namespace collapse::app
