#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "collapse/estimator/kernel_fit.hpp"
#include "collapse/protocol/kernel_simulation.hpp"

namespace collapse::protocol {

using estimator::KernelFit;
using estimator::KernelWay;
using numerics::Matrix;
using numerics::Vector;
using problem::ErrorForm;

/// One replicate of a row of cells on the rows of a data set.
class KernelRun {
  public:
    /// Errors by number of fit or of generations, for every ridge of the row, or one if they do not depend on it.
    struct Result {
        std::map<double, std::vector<ErrorForm>> fits, evaluated;
    };

    KernelRun(const KernelSimulation& simulation, const rng::Draws& draws, support::Meter& meter);
    Result operator()();

    /// A way, and the ridge that a factorisation is for (0: for several, or for none).
    struct Way {
        KernelWay way;
        double ridge;
        auto operator<=>(const Way&) const = default;
    };
    /// How the ridges of a fit, given by their numbers, are solved for: by the fit and `factorisation` alone, never by the other
    /// ridges of the row, so that more of them change no number.
    using Ways = std::map<Way, std::vector<std::size_t>>;
    static Ways ways_of(const Fit& fit, bool narrow, const problem::Choices& choices);

    /// Whether fits on the rows of this one can share its factorisation: one block, all of it.
    static bool may_share(const Fit& fit);

  private:
    using Step = KernelSimulation::Step;

    /// Columns [x P O R], or [x P O] if all ridges share them: noise-free parts of O outputs, then the parts caused by label noise
    /// of each level that is wanted; ridges run fastest.
    struct Model {
        std::vector<Index> rows;  ///< of the data set
        Matrix coefficients;      ///< [m x ...]
        Matrix fitted;            ///< on the rows themselves
    };

    /// Rows that take part in a fit, with their labels.
    struct Sample {
        std::vector<Index> rows;
        Vector weights;
        Matrix labels;
    };

    void take(const Step& step, std::size_t number);
    Matrix labels_of(const Step& step, const Use& use);
    Sample sample_of(const Step& step, const std::vector<Matrix>& labels) const;
    Model fitted(const Step& step, Sample sample);
    std::shared_ptr<const KernelFit> fit_for(const Step& step, const Sample& sample, const Way& way, Matrix& gram, bool is_last);
    using Tiles = std::vector<Matrix>;  ///< of a kernel matrix, some rows after the others
    Matrix predictions(const Model& model, std::span<const Index> rows, Tiles* known = nullptr) const;
    std::vector<ErrorForm> errors_of(const Step& step, const Model& model, std::size_t number);
    void forget_after(std::size_t number);

    Index groups() const { return (1 + static_cast<Index>(levels_.size())) * outputs_; }
    /// Adds a share of columns that may belong to one or all ridges.
    void add(Matrix& to, double share, const Matrix& other) const;

    const KernelSimulation* simulation_;
    const rng::Draws* draws_;
    support::Meter* meter_;
    Index outputs_, ridges_;
    std::vector<Level> levels_;  ///< that are wanted
    std::vector<Index> order_;
    Matrix test_targets_;  ///< [test x outputs]

    std::map<std::pair<BlockKey, Way>, std::shared_ptr<const KernelFit>> shared_;
    std::map<BlockKey, Tiles> to_test_;  ///< between test rows and blocks on which several fits are evaluated
    std::map<double, Model> models_;
    std::map<LabelKey, Matrix> kept_;
    Result result_;
};

}  // namespace collapse::protocol
