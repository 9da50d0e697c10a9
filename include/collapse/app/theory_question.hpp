#pragma once

#include <string>
#include <vector>

#include "collapse/app/arguments.hpp"
#include "collapse/store/life/table_file.hpp"

/// What the verbs have in common that ask theory about one coordinate, for every cell of the others.
namespace collapse::app {

/// The two increasing numbers of `--range a,b`, or the range given. Throws InvalidInput.
void read_range(const Arguments& arguments, double& low, double& high);

/// A coordinate that is asked about, with a value that stands for it.
struct Asked {
    sweep::CoordinatePointer coordinate;
    double placeholder;
};

/// The config as a sweep of predictions in which each coordinate has one value, a placeholder, under whatever name the config gives
/// its parameter.
sweep::Settings settings_about(const Arguments& arguments, const std::vector<Asked>& asked);

/// A table without variables over all axes but those of the coordinates.
store::Table table_about(const sweep::Grid& grid, const std::vector<Asked>& asked);

/// `--output`, or the config's name with `-suffix.h5`.
std::string output_of(const Arguments& arguments, const std::string& suffix);

}  // namespace collapse::app
