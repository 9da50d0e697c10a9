#pragma once

#include <span>
#include <string>

namespace collapse::protocol {

/// What a replicate does about label noise.
enum class LabelNoise {
    drawn,     ///< draws it once
    averaged,  ///< averages over it: exactly, given the designs, where the structure of the fits allows it, else over several draws
};

/// Their names, in this order.
std::span<const char* const> label_noises();

/// The one called `name`. Throws InvalidInput that names the nearest known one and the key.
LabelNoise label_noise_called(const std::string& key, const std::string& name);

}  // namespace collapse::protocol
