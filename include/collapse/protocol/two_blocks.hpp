#pragma once

#include "collapse/protocol/protocol.hpp"
#include "collapse/theory/two_blocks.hpp"

/// What protocols have in common that fit every generation on fresh rows of two kinds, with real and with synthetic labels, after
/// a first model of T rows of real labels.
namespace collapse::protocol {

struct TwoBlockRows {
    theory::Block real, synthetic;
};

/// One replicate of every cell of the row; whole numbers of rows.
Table<Errors> simulate_two_blocks(const Protocol& protocol, const Row& row, const Replicate& replicate, const TwoBlockRows& rows);

/// Asymptotic predictions of every cell, n = inf included; exact ones of generation 0, and of all if one kind of rows is absent.
Table<Prediction> predict_two_blocks(const Row& row, const Nodes& nodes, const TwoBlockRows& rows);

Cost cost_of_two_blocks(const Row& row, const TwoBlockRows& rows);

}  // namespace collapse::protocol
