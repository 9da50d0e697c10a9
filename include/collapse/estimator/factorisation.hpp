#pragma once

#include "collapse/problem/description.hpp"

namespace collapse::estimator {

/// How fits on the same rows with several ridges are solved for. Which way it is follows from the config alone, never from how many
/// ridges there are, so that more of them change no number. Rows belong to neither; label noise of drawn rows is drawn in
/// coordinates of each, so that what it causes is another sample of the same distribution.
enum class Factorisation {
    once,       ///< one reduction of the Gram matrix to a tridiagonal or band matrix serves every ridge
    per_ridge,  ///< a Cholesky factor for each: a quarter of the operations for one of them
};

/// The option of [model] that chooses, and what was chosen; `once` if nothing was.
problem::Option factorisation_option();
Factorisation factorisation_in(const problem::Choices& choices);
const char* name_of(Factorisation factorisation);

}  // namespace collapse::estimator
