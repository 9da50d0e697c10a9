#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <vector>

#include "collapse/protocol/row.hpp"
#include "collapse/protocol/structure.hpp"
#include "collapse/rng/draws.hpp"

/// How the fits of a row of cells are simulated: what is worked out once, before any replicate is drawn.
namespace collapse::protocol {

/// A block's name, as a key.
struct BlockKey {
    int kind;
    double generation;
    auto operator<=>(const BlockKey&) const = default;
};
inline BlockKey key_of(const problem::Block& block) { return {block.kind, block.generation}; }

/// Where the random numbers of a block are, or of one source of noise of its labels.
inline rng::Place place_of(const problem::Block& block, double source = 0)
{
    return {static_cast<std::uint64_t>(block.kind), static_cast<std::uint64_t>(block.generation),
            static_cast<std::uint64_t>(source)};
}

/// Labels of a block's rows in one fit.
struct LabelKey {
    BlockKey block;
    double copy;
    double fit;
    auto operator<=>(const LabelKey&) const = default;
};

/// The way in which a fit is simulated.
enum class Way {
    drawn,    ///< least squares on a block that no other fit uses: it reproduces what labels it, and its noise is drawn in O(d)
    alone,    ///< one block, which no fit uses together with others: fits of all generations and ridges share a factorisation
    stacked,  ///< several blocks, or one that other fits stack
    chosen,   ///< some of the rows, which are therefore drawn one by one
};

/// One fit, or several evaluated models that are fitted on the same rows.
struct Step {
    double number = 0;        ///< of the fit; of evaluated models: larger than that of all fits they need
    std::vector<Fit> fits{};  ///< the uses that take part
    std::vector<double> n{};  ///< numbers of generations that each is evaluated for; empty for a fit between
    Way way = Way::alone;
    bool narrow_labels = false;  ///< labels do not depend on the ridge of the cell,
    bool narrow = false;         ///< nor does the fit
    bool exclusive = false;      ///< no other step uses its block
    double rows_of = 0;          ///< drawn: the generation whose rows stand for the block's where noise is averaged over
    bool without_ridge = false;  ///< alone: no fit on its block has a ridge
    bool extends = false;        ///< stacked: the step before has all rows but the new ones, with these labels
    std::uint64_t history = 0;   ///< names the ways of this fit and all before: equal ones give the same numbers
    bool wants_weights = false;  ///< other rows are labelled by it
    bool wants_errors = false;   ///< it is evaluated, or precedes an evaluated model
};

/// How label noise is averaged over.
enum class Averaging {
    draws,       ///< several draws
    covariance,  ///< exactly: fits on rows of their own pass on the covariance of the weights
    diagonal,    ///< exactly: fits on one set of rows, in its eigenbasis
};

/// What is not needed after a step.
struct Ending {
    std::vector<BlockKey> blocks;
    std::vector<LabelKey> labels;
    std::vector<double> models;  ///< numbers of fits
};

/// The steps for ridges of a row that are simulated in the same ways.
struct Course {
    std::vector<std::size_t> ridges;
    std::vector<Step> steps;
    std::map<BlockKey, std::size_t> last_use;      ///< step after which a block is not needed
    std::map<double, std::size_t> last_reference;  ///< the same of a fit's model
    std::map<LabelKey, std::size_t> last_kept;     ///< the same of labels; those that no fit keeps are absent
    std::vector<Ending> endings;                   ///< [steps] the same by step
    std::map<BlockKey, bool> drawn_by_rows;        ///< blocks of which some rows are chosen
    /// Whether every fit, also of generations that are not asked for, has one block of its own with rows of the test covariance,
    /// labelled by the truth, other teachers and one model before.
    bool separate = false;
    double least_rows = 0;             ///< of fits that are not drawn, if `separate`
    bool positive = true;              ///< whether the ridges of these are, also of ones not asked for
    problem::ByLevel<bool> carried{};  ///< levels of noise in the labels of models that label others, also of ones not asked for
};

/// Whether a step is of models that are evaluated and used by no other, as opposed to fit number `step.number`.
inline bool is_evaluation(const Course& course, const Step& step)
{
    return &step != course.steps.data() + static_cast<std::ptrdiff_t>(step.number);
}

/// Ridges of a step: one if the step is narrow, else one for each ridge of the course.
std::vector<double> ridge_values(const Course& course, const Step& step);

/// How label noise is averaged over in a scheme: the same for every row that has these parameters.
Averaging averaging_of(const Scheme& scheme, const Row& row);

/// The courses of a row: as many as there are ways for its ridges. d: directions that rows vary in.
std::vector<Course> courses_of(const Scheme& scheme, const Row& row, double d);

}  // namespace collapse::protocol
