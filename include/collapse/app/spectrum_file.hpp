#pragma once

#include <filesystem>
#include <string>

namespace collapse::app {

/// A measured or invented spectrum, as lists of numbers in the notation of the config.
struct SpectrumFile {
    std::string eigenvalues, squared_coefficients;
};

/// Reads a CSV file of two columns (eigenvalue, squared teacher coefficient; lines that start with a letter or # are skipped) or an
/// HDF5 file with the data sets `eigenvalues` and `squared_coefficients`. Throws InvalidInput.
SpectrumFile read_spectrum(const std::filesystem::path& path);

}  // namespace collapse::app
