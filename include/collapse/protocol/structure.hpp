#pragma once

#include "collapse/problem/scheme.hpp"
#include "collapse/theory/label_chain.hpp"

/// What is special about a scheme: the fast ways of prediction and simulation are chosen by structure, never by a protocol's name.
namespace collapse::protocol {

using problem::Fit;
using problem::Scheme;
using problem::Share;
using problem::Use;

/// The uses of a fit that have rows and a weight.
std::vector<Use> present_uses(const Fit& fit);

/// The share of `of` among shares; 0 if it is not there.
double share_of(const std::vector<Share>& shares, double of);

/// What is left of one for the truth, labels that are kept having truths of their own.
double share_of_truth(const problem::Labels& labels);

/// Variance of the noise of labels, without that of labels kept.
double noise_variance(const problem::Labels& labels);
/// The same of noise of one level.
double noise_variance(const problem::Labels& labels, problem::Level level);

/// Rows that take part in a fit, counted with every use.
double rows_of(const Fit& fit);

/// Whether a block takes part several times, with labels of its own: such rows are not independent of each other.
bool takes_rows_repeatedly(const Fit& fit);

/// The model evaluated after n generations: fitted after the fits 0 .. n - 1.
Fit evaluated_fit(const Scheme& scheme, double n);

/// Fits 0 .. t that stand for all up to `last`: later ones repeat them, or, where they never do, are taken to go on as they did
/// (to look at n fits on all rows so far costs n^2).
double last_to_look_at(const Scheme& scheme, double last);

/// For every ridge of the row the number of the first one that is like it: zero in the same fits, and the same as that of fit 0 in the
/// same fits. Structures, means and ways of simulation are those of its kind; rows may have a hundred thousand ridges.
std::vector<std::size_t> kinds_of_ridges(const Scheme& scheme, std::size_t ridges, double last);

enum class Structure {
    fresh,       ///< every fit has rows of its own, labelled by the truth, other teachers and the model before
    one_design,  ///< all fits are on the same rows with the same ridge, labelled as theory::LabelStep says
    growing,     ///< every fit has the rows of the one before with their labels, and new ones labelled by it; all weigh the same
    general,
};

/// The structure of all chains of up to `last` generations, for ridge number i of the row.
Structure structure_of(const Scheme& scheme, std::size_t ridge, double last);

/// Structure::fresh, one block a fit, and every generation is the same fit on labels of the model before: n fits are the n-th
/// power of one.
bool is_repeated_fit(const Scheme& scheme);

/// is_repeated_fit(), and the evaluated model, too, is fitted on one block labelled by the last model alone: what the scaling laws
/// are of.
bool hands_labels_on(const Scheme& scheme);

/// Structure::one_design: how the labels of generation t >= 1 follow from those before; t = inf: what that comes to.
theory::LabelStep label_step(const Scheme& scheme, double t);

/// Structure::one_design: whether labels are the average of those of all generations so far, each labelled by the one before.
bool averages_labels(const Scheme& scheme);

}  // namespace collapse::protocol
