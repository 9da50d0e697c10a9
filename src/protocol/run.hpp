#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "collapse/estimator/factorisation.hpp"
#include "collapse/estimator/solver.hpp"
#include "collapse/estimator/stack.hpp"
#include "collapse/protocol/course.hpp"
#include "collapse/protocol/levels.hpp"
#include "collapse/protocol/replicate.hpp"

namespace collapse::protocol {

using estimator::Solver;
using problem::ErrorForm;

/// Columns [x (1 + N) K R]: noise-free parts of K fits for R ridges, then, for each of N draws of label noise, the parts that it
/// causes; ridges run fastest, then fits. Draws of noise of one level come after those of another.
struct Columns {
    Matrix values{};
    Index fits = 1, ridges = 1;

    static Columns zero(Index rows, Index parts, Index fits, Index ridges)
    {
        return {Matrix::Zero(rows, parts * fits * ridges), fits, ridges};
    }
    Index size() const { return fits * ridges; }            ///< columns of each part
    Index parts() const { return values.cols() / size(); }  ///< 1 + N
    Index at(Index part, Index k, Index r) const { return part * size() + k * ridges + r; }
    auto signal() { return values.leftCols(size()); }
    /// Adds a share of columns of one fit for one or all ridges to those of fit k.
    void add(Index k, double share, const Columns& other);
    /// All parts of all fits for ridge r [x (1 + N) K].
    Matrix of_ridge(Index r) const;
    /// Puts columns [x (1 + N) K] in the place of those that of_ridge(r) gives.
    void set_ridge(Index r, const Eigen::Ref<const Matrix>& columns);
};

/// Columns for one ridge, repeated for each of several.
Columns widened(const Columns& narrow, Index ridges);

/// A fit of a replicate: its weights, or the labels and the solver from which they follow if they are wanted.
struct Model {
    std::shared_ptr<const Solver> solver{};
    std::vector<double> ridges{};  ///< one, or one for each ridge of the course
    Columns labels{};
    std::optional<Columns> weights{};

    static Model of(Columns weights);
};

/// Eigenvalues of a block's rows; `spectra`: those of the scheme [d].
const Vector& eigenvalues_of(const problem::Block& block, const Replicate& replicate, const std::vector<Vector>& spectra);

/// One course of one replicate.
class Run {
  public:
    /// Errors by number of fit or of generations, [ridges of the course], or one if they do not depend on the ridge.
    struct Result {
        std::map<double, std::vector<ErrorForm>> fits, evaluated;
    };
    /// Models that do not depend on the ridge of the cell, by number and history: the courses of one replicate share them.
    using Shared = std::map<std::pair<double, std::uint64_t>, Model>;

    /// `spectra`, `teachers`: eigenvalues of other covariances, differences of other teachers, each [d]. `draws`: of label noise of
    /// each of the levels that are `wanted`. `factorisation`: of fits whose ridge is that of the cell.
    Run(const Course& course, const Replicate& replicate, const std::vector<Vector>& spectra, const std::vector<Vector>& teachers,
        const ByLevel<bool>& wanted, Index draws, estimator::Factorisation factorisation, Shared* shared);

    Result operator()();

  private:
    /// The rows of a block as labels see them: B' = X' / sqrt(T), or the solver's.
    struct Rows {
        estimator::Design design;
        std::shared_ptr<const Solver> solver;
        std::optional<Matrix> truth{};  ///< labels of w0 [m x 1]

        double noise_scale() const;
        Index count() const;
    };

    void take(const Step& step);
    bool keeps_labels(const Step& step) const;
    void forget_after(std::size_t step);

    Rows& rows_for(const problem::Block& block, const Step& step);
    std::shared_ptr<const Solver> solver_for(const Step& step) const;
    Matrix labels_of_weights(const Rows& rows, const Matrix& weights) const;
    const Matrix& labels_of_truth(Rows& rows);

    std::vector<const problem::Labels*> labels_in(const Step& step, std::size_t use) const;
    bool add_sources(const std::vector<const problem::Labels*>& labels, const Solver* own_rows, Columns& weights);
    static void add_truth(const std::vector<const problem::Labels*>& labels, const Eigen::Ref<const Vector>& truth,
                          Columns& columns);
    bool is_on(const Solver* rows, double fit);
    Columns relabelled(const Model& model) const;
    Columns labels_of(const Step& step, std::size_t use, Rows& rows);

    Columns drawn(const Step& step);
    Columns stacked(const Step& step);
    Columns chosen(const Step& step);
    void alone(const Step& step);

    const Columns& weights_of(double fit);
    Model& model(double fit);
    void keep(const Step& step, Model model);
    void enter(const Step& step, const Columns& weights);
    void enter(const Step& step, Index k, std::vector<ErrorForm> errors);
    template <class Column>
    ErrorForm form_of(Column&& column) const;
    std::optional<Index> first_part(Level level) const;
    void evaluate_postponed();

    Index ridges_of(const Step& step) const { return step.narrow ? 1 : static_cast<Index>(course_->ridges.size()); }

    const Course* course_;
    const Replicate* replicate_;
    const std::vector<Vector>*spectra_, *teachers_;
    ByLevel<bool> wanted_;
    Index draws_, parts_;  ///< parts: 1 + draws for each level
    estimator::Factorisation factorisation_;
    Shared* shared_;

    std::map<double, Model> models_;
    std::map<BlockKey, Rows> rows_;
    std::map<LabelKey, Columns> kept_;
    std::optional<estimator::Stack> stack_;
    Matrix right_hand_sides_;
    double stack_scale_ = 1;  ///< weights in the stack over those of the latest fit
    struct Postponed {
        const Step* step;
        Model model;
    };
    std::vector<Postponed> postponed_;  ///< evaluations, which go together for all fits on the same rows
    Result result_;
};

}  // namespace collapse::protocol
