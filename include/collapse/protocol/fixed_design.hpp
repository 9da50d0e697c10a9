#pragma once

#include "collapse/protocol/protocol.hpp"
#include "collapse/theory/label_chain.hpp"

/// What protocols have in common that fit every generation on one design, labelled anew by `rule`.
namespace collapse::protocol {

/// One replicate of every cell of the row. Labels stay in the coordinates of one factorisation, where a generation costs O(T) a
/// ridge; weights are formed only for the generations asked for.
Table<Errors> simulate_fixed_design(const Protocol& protocol, const Row& row, const Replicate& replicate,
                                    const theory::LabelRule& rule, theory::RealLabels real_labels);

/// Predictions of every cell with finite n, asymptotic and exact (the latter: least squares, or minimum norm and isotropic).
Table<Prediction> predict_fixed_design(const Row& row, const Nodes& nodes, const theory::LabelRule& rule,
                                       const theory::LabelNoise& noise);

Cost cost_of_fixed_design(const Row& row);

}  // namespace collapse::protocol
