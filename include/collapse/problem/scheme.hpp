#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "collapse/numerics/types.hpp"
#include "collapse/problem/errors.hpp"

/// Who labels what for whom: a protocol as a value (THEORY section 2). A scheme says which rows are drawn, which fits are made on
/// them and how their labels are made; simulation, prediction, cost and all that is said about a protocol are derived from it.
///
/// Fits are numbered 0, 1, 2, ...; numbers of fits and of generations are doubles because schemes are also asked for the limit of
/// endless generations.
namespace collapse::problem {

/// Rows that are drawn together. The same (kind, generation) anywhere in a scheme means the same rows.
struct Block {
    int kind = 0;           ///< number of the kind of rows: the scheme's own numbering
    double generation = 0;  ///< in which they are drawn
    double rows = 0;        ///< T_b > 0; theory takes fractions
    int spectrum = 0;       ///< 0: that of the test distribution; k > 0: Scheme::spectra[k - 1]

    bool is(const Block& other) const { return kind == other.kind && generation == other.generation; }
};

/// A share, possibly negative, of what fit (or teacher) number `of` contributes.
struct Share {
    double of;
    double share;
};

/// Noise of independent N(0, 1) numbers, one a row. A source that occurs in several fits on a block is drawn once.
struct Noise {
    double source;               ///< number within its block
    double size;                 ///< standard deviation, or that over the level where levels have been taken out (LevelledScheme)
    Level level = Level::sigma;  ///< which then is this one
};

/// Labels of a block's rows x in one fit t:
///   y_t = x.w0 + sum_s models_s x.(w_s - w0) + sum_s kept_s (y_s - x.w0) + sum_k teachers_k x.delta_k + sum noise,
/// s < t earlier fits (s = -1: the truth, w_s = w0), y_s the labels that the same rows had in fit s. The truth has the share that
/// is left of one.
struct Labels {
    std::vector<Share> models{};
    std::vector<Share> kept{};
    std::vector<Share> teachers{};
    std::vector<Noise> noise{};
};

/// The part of one block in one fit.
struct Use {
    Block block;
    double weight;  ///< a >= 0 of the squared residual of every row that takes part
    Labels labels{};
    double share = 1;  ///< part of the block's rows that takes part, drawn anew for every fit
    double copy = 0;   ///< a block may take part several times in a fit: number of this set of its labels
};

/// w = argmin sum over uses of a sum over rows (y - x.w)^2 + ridge |w|^2; the minimum-norm solution for ridge 0.
struct Fit {
    std::vector<double> ridges;  ///< one for every ridge of the row of cells that the scheme is for
    std::vector<Use> uses{};
    double subsample = 0;  ///< so many of all the rows of its uses take part, drawn without replacement; 0: all, or as `share` says
    bool swept = true;     ///< whether `ridges` follow the ridge of the cell; false: a ridge of its own, the same for all of them
};

/// A teacher that differs from the truth by a vector delta.
struct OtherTeacher {
    double distance = 0;      ///< sum_j s_j delta_j^2: delta_j = +- w0_j sqrt(distance / signal), signs drawn for every replicate,
    numerics::Array delta{};  ///< unless it is given [d]
};

/// Eigenvalues, in the eigenbasis of the test distribution, of rows that have a covariance of their own.
struct OtherSpectrum {
    double beta = 0;               ///< j^-beta,
    numerics::Array eigenvalue{};  ///< unless they are given [d]
};

/// A protocol for one row of cells: one value of every parameter but lambda and n.
struct Scheme {
    /// Fit number t = 0, 1, 2, ... For t = inf the fit that generations come to repeat, with t - 1 = inf for the one before.
    std::function<Fit(double t)> generation;
    /// The model that is evaluated after n generations, fitted after fits 0 .. n - 1 and used by none of them. Empty: fit n itself.
    std::function<Fit(double n)> evaluated{};
    /// From this t on, generation(t) differs from generation(t - 1) by its number alone; inf: never.
    double repeats_from = 1;
    /// Number of the last generation that is described.
    double last = std::numeric_limits<double>::infinity();
    std::vector<OtherTeacher> teachers{};
    std::vector<OtherSpectrum> spectra{};
};

}  // namespace collapse::problem
