#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "collapse/problem/errors.hpp"
#include "collapse/protocol/replicate.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/table.hpp"

namespace collapse::protocol {

using problem::Cell;
using problem::Choices;
using problem::Errors;
using problem::Nodes;
using support::Table;

/// The cells that share their random draws: one value of every parameter, but all ridges and all numbers of generations.
struct Row {
    Cell cell;                        ///< lambda and n are unset
    std::vector<double> lambda;       ///< ridges, any order
    std::vector<double> generations;  ///< values of n, any order; may contain inf

    std::size_t size() const { return lambda.size() * generations.size(); }
    /// The cell of ridge i and number of generations j.
    Cell at(std::size_t i, std::size_t j) const;
    /// The largest finite number of generations; -1 if there is none.
    double last_generation() const;
};

/// Logarithmic derivatives of the asymptotic test error along the axes of a sweep; NaN: undefined or unknown.
struct Rates {
    double T = std::numeric_limits<double>::quiet_NaN();             ///< at fixed exponents, where lambda, T0, n are powers of T
    double lambda = std::numeric_limits<double>::quiet_NaN();        ///< at fixed T
    double n = std::numeric_limits<double>::quiet_NaN();             ///< at fixed T
    double asymptotic_T = std::numeric_limits<double>::quiet_NaN();  ///< limit of `T` for large T (THEORY section 6)
};

/// What theory says of one cell.
struct Prediction {
    Errors asymptotic;                                        ///< high-dimensional limit (THEORY section 4); NaN: none known
    double exact = std::numeric_limits<double>::quiet_NaN();  ///< finite-size test error; NaN: no formula
    Errors clean = {};                                        ///< `asymptotic` of n = 0; entered by predict_with_clean()
    Rates rates = {};                                         ///< entered by sweep::predict()
};

/// What one replicate of a row costs, for planning.
struct Cost {
    double seconds = 0;  ///< nominal core-seconds
    double bytes = 0;    ///< largest memory held at once
};

/// How labels are made from one generation to the next, and what theory says of it: one file in src/protocol/models/ each, which
/// is all that a new protocol needs. `simulate` never looks at `predict` and the other way round; tests confront them.
class Protocol {
  public:
    virtual ~Protocol() = default;

    virtual problem::Description describe() const = 0;

    /// Throws InvalidInput if the cell asks for something impossible: one sentence with the value, the reason, the remedy.
    virtual void check(const Cell& cell, const Choices& choices) const;

    /// Why the cell has no finite mean to simulate (Reason::infinite_error), or none. Limits (n, d = inf) are dealt with before.
    virtual support::Reason obstacle(const Cell& cell, const Choices& choices) const = 0;

    /// One replicate of every cell of the row [ridges x generations]; cells with an obstacle are left NaN.
    virtual Table<Errors> simulate(const Row& row, const Replicate& replicate) const = 0;

    /// The prediction of every cell of the row, on the nodes of its spectrum.
    virtual Table<Prediction> predict(const Row& row, const Nodes& nodes, const Choices& choices) const = 0;

    /// Why a prediction of the cell is NaN: a clause for the user; empty if theory has its say.
    virtual std::string reason_not_predicted(const Cell& cell, const Choices& choices) const;

    /// Whether n may be any real number for `predict`, at a cost that does not grow with it.
    virtual bool continuous_generations() const { return false; }

    virtual Cost cost(const Row& row, const Choices& choices) const = 0;
};

/// The table of protocols: every file of src/protocol/models/, in alphabetical order (made by CMake from its listing).
std::span<const Protocol* const> protocols();

/// The protocol called `name`. Throws InvalidInput that names the nearest known one.
const Protocol& protocol_called(const std::string& name);

/// The prediction of every cell of the row, with that of n = 0 beside it, which need not be on the row.
Table<Prediction> predict_with_clean(const Protocol& protocol, const Row& row, const Nodes& nodes, const Choices& choices);

/// Why a cell is not simulated, including that it is a limit which only theory reaches.
support::Reason reason_not_simulated(const Protocol& protocol, const Cell& cell, const Choices& choices);

}  // namespace collapse::protocol
