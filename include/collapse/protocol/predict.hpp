#pragma once

#include <limits>
#include <string>

#include "collapse/problem/spectrum.hpp"
#include "collapse/protocol/row.hpp"

namespace collapse::protocol {

/// What theory says of every cell of the row [ridges x generations], by the fastest way that the scheme's structure allows.
Table<Prediction> predict(const Scheme& scheme, const Row& row, const problem::Nodes& nodes);

/// d log E / d log x of the asymptotic test error E for one parameter x by itself; NaN: undefined, or not asked for.
struct Slopes {
    double T = std::numeric_limits<double>::quiet_NaN();
    double T0 = std::numeric_limits<double>::quiet_NaN();
    double lambda = std::numeric_limits<double>::quiet_NaN();
    double n = std::numeric_limits<double>::quiet_NaN();
};

/// Predictions, and slopes by the same sums where there is a formula for them (an evaluated model on fresh rows after generations that
/// are all the same fit); elsewhere the table of slopes is empty.
struct WithSlopes {
    Table<Prediction> predictions;
    Table<Slopes> slopes{};
};
enum class Wanted { predictions, slopes, slopes_and_T0 };
WithSlopes predict(const Scheme& scheme, const Row& row, const problem::Nodes& nodes, Wanted wanted);

/// The predictions of a row from those of the same row with n = 0 appended, which becomes that of clean data beside every cell.
Table<Prediction> beside_clean(const Table<Prediction>& appended);

/// Why the asymptotic prediction of ridge i and n generations is NaN: a clause for the user; empty if theory has its say.
std::string reason_not_predicted(const Scheme& scheme, std::size_t ridge, double n);

}  // namespace collapse::protocol
