#pragma once

#include <span>
#include <string>
#include <vector>

#include "collapse/problem/description.hpp"
#include "collapse/problem/spectrum.hpp"
#include "collapse/protocol/label_noise.hpp"
#include "collapse/protocol/levels.hpp"
#include "collapse/protocol/replicate.hpp"
#include "collapse/protocol/row.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::protocol {

using problem::Choices;
using problem::Nodes;

/// How labels are made from one generation to the next: one file in src/protocol/models/ each, which describes the protocol as a
/// scheme and is all that a new one needs. What is simulated, predicted, planned and said about it is derived from the scheme.
class Protocol {
  public:
    virtual ~Protocol() = default;

    virtual problem::Description describe() const = 0;

    /// Throws InvalidInput if the cell asks for something impossible: one sentence with the value, the reason, the remedy.
    virtual void check(const Cell& cell, const Choices& choices) const;

    /// Blocks, fits and labels for the cells of a row.
    virtual Scheme scheme(const Row& row, const Choices& choices) const = 0;

    /// The same with the levels of label noise taken out, where they decide nothing else.
    LevelledScheme levelled(const Row& row, const Choices& choices) const;

    /// One replicate of every cell of the row [ridges x generations]; cells without a finite mean are left NaN.
    Table<Errors> simulate(const Row& row, const Replicate& replicate, LabelNoise noise = LabelNoise::drawn) const;

    /// The prediction of every cell of the row, on the nodes of its spectrum. `simulate` never looks at it, nor it at `simulate`;
    /// tests confront them.
    Table<Prediction> predict(const Row& row, const Nodes& nodes, const Choices& choices) const;

    /// Why the cells of the row are not simulated: they have no finite mean (Reason::infinite_error), or are limits that only theory
    /// reaches; none for the others [ridges x generations].
    Table<support::Reason> reasons_not_simulated(const Row& row, const Choices& choices) const;

    /// Why the asymptotic prediction of a cell of the row is NaN: a clause for the user; empty if theory has its say
    /// [ridges x generations].
    Table<std::string> reasons_not_predicted(const Row& row, const Choices& choices) const;

    /// Whether n may be any real number for `predict`, at a cost that does not grow with it.
    bool continuous_generations(const Row& row, const Choices& choices) const;
};

/// The protocol of a config that names none.
inline constexpr const char* default_protocol = "replace";

/// The table of protocols: every file of src/protocol/models/, in alphabetical order (made by CMake from its listing).
std::span<const Protocol* const> protocols();

/// The protocol called `name`. Throws InvalidInput that names the nearest known one.
const Protocol& protocol_called(const std::string& name);

/// The prediction of every cell of the row, with that of n = 0 beside it, which need not be on the row.
Table<Prediction> predict_with_clean(const Protocol& protocol, const Row& row, const Nodes& nodes, const Choices& choices);

}  // namespace collapse::protocol
