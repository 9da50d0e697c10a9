#pragma once

#include <filesystem>
#include <string>

namespace collapse::app {

/// A measured or invented spectrum, as lists of numbers in the notation of the config.
struct SpectrumFile {
    std::string eigenvalues, squared_coefficients, weights;  ///< the last two may be empty
};

/// Reads a CSV file of one column (eigenvalue) or two (and squared teacher coefficient), whose first line may be a header, or an HDF5
/// file with the data sets `eigenvalues` and, if there are any, `squared_coefficients` and `weights`. Throws InvalidInput.
SpectrumFile read_spectrum(const std::filesystem::path& path);

}  // namespace collapse::app
