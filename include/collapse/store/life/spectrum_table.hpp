#pragma once

#include <filesystem>
#include <vector>

#include "collapse/store/format/provenance.hpp"
#include "collapse/sweep/settings.hpp"
#include "collapse/theory/pool_spectrum.hpp"

namespace collapse::store {

/// What `collapse spectrum` measures.
struct SpectrumTable {
    problem::Nodes nodes;       ///< what theory takes, and `spectrum = file` reads
    theory::PoolSpectrum pool;  ///< the plain kernel matrix
    theory::PowerLaw beta, r;   ///< laws fitted to it
};

/// Writes a netCDF-4 file: `eigenvalues`, `squared_coefficients`, `weights` over the nodes, `pool_eigenvalues`,
/// `pool_squared_coefficients` over the pool's directions, and the laws as attributes. An older answer is replaced, atomically. Throws
/// InvalidInput if `path` is something else, SystemFailure if the disk refuses.
void write_spectrum(const std::filesystem::path& path, const SpectrumTable& table, const sweep::Settings& settings,
                    const Provenance& provenance);

}  // namespace collapse::store
