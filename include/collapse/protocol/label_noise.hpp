#pragma once

namespace collapse::protocol {

/// What a replicate does about label noise.
enum class LabelNoise {
    drawn,     ///< draws it once
    averaged,  ///< averages over it: exactly, given the designs, where the structure of the fits allows it, else over several draws
};

}  // namespace collapse::protocol
