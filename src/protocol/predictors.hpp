#pragma once

#include "collapse/protocol/predict.hpp"
#include "collapse/protocol/structure.hpp"

/// The prediction of a scheme, a way for each structure. Every function enters the cells of the ridges given, for all generations
/// of the row; what it cannot say it leaves NaN.
namespace collapse::protocol {

using problem::Nodes;

/// Numbers of ridges of a row.
using Ridges = std::vector<std::size_t>;

/// Second moments of the other teachers' delta [nodes], each of sum_j s_j delta_j^2 = distance.
std::vector<numerics::Array> teacher_moments(const Scheme& scheme, const Nodes& nodes);

/// Structure::fresh: one recursion of moments, O(nodes) a fit (THEORY sections 4.1 to 4.3); any real n where every generation is
/// the same fit; n = inf by the fixed point.
void predict_fresh(const Scheme& scheme, const Row& row, const Nodes& nodes, const Ridges& ridges, Table<Prediction>& result);

/// Structure::fresh, generators of their own that are all the same fit and label one block of fresh rows of the evaluated model:
/// sums over nodes for every ridge and n, and slopes from them. Whether the scheme is of this kind; enters all cells.
bool predict_repeated(const Scheme& scheme, const Row& row, const Nodes& nodes, Wanted wanted, WithSlopes& result);

/// Structure::one_design: functions of one hat operator (THEORY section 4.4).
void predict_one_design(const Scheme& scheme, const Row& row, const Nodes& nodes, const Ridges& ridges, Table<Prediction>& result);

/// Structure::growing, least squares on T > d rows: a sum (THEORY section 4.5). Other ridges are left to predict_general.
void predict_growing(const Scheme& scheme, const Row& row, const Nodes& nodes, const Ridges& ridges, Table<Prediction>& result);

/// Any chain of up to most_general_fits fits (THEORY section 8).
void predict_general(const Scheme& scheme, const Row& row, const Nodes& nodes, const Ridges& ridges, Table<Prediction>& result);

constexpr double most_general_fits = 400;  ///< their cost grows like the cube

}  // namespace collapse::protocol
