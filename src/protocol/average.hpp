#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "collapse/estimator/spectral_fit.hpp"
#include "covariance.hpp"
#include "run.hpp"

/// Courses of which the label noise is averaged over exactly (THEORY section 5): noise-free weights are computed as ever, and beside them,
/// instead of the weights' noise, its covariance.
namespace collapse::protocol {

/// One course of one replicate whose fits all have rows of their own and are labelled by the model before: with M = (S + ridge)^-1 S
/// of a fit and N what unit noise of its labels makes of the weights,
///   C' = share^2 M C M' + variance N N',
/// for noise of each level by itself. A least-squares fit has M = 1. The error needs tr(Sigma C') only: with F the covariance of a
/// fit's coordinates (SpectralFit), G = P' Sigma P and c_i = 1 / (L_i + ridge) it is c' (G o F) c, for every ridge from the same F.
class CovarianceRun {
  public:
    CovarianceRun(const Course& course, const Replicate& replicate, const std::vector<Vector>& spectra,
                  const std::vector<Vector>& teachers, const ByLevel<bool>& wanted);

    Run::Result operator()();

  private:
    /// One column, or covariance, or one for each ridge of the course.
    struct Model {
        Matrix signal;
        ByLevel<std::vector<Covariance>> noise;  ///< empty: none of this level, or of a level that nobody wants
    };
    /// Who labels the blocks of a fit: noise-free weights, and shares of the noise of the model before.
    struct Labelling {
        std::vector<Matrix> signal;  ///< for each block [d x ridges of the labels]
        const Model* before = nullptr;
        std::vector<double> shares;              ///< for each block: of the model before
        ByLevel<std::vector<double>> variances;  ///< for each block: of the noise of the labels themselves

        bool has_noise(std::size_t level) const
        {
            return std::ranges::any_of(variances[level], [](double variance) { return variance != 0; });
        }
        /// Covariances of the model before.
        const std::vector<Covariance>* carried(std::size_t level) const
        {
            return before != nullptr && !before->noise[level].empty() ? &before->noise[level] : nullptr;
        }
    };
    struct Fitted;

    Labelling labelling_of(const Fit& fit, bool narrow) const;
    void least_squares(const Step& step);
    std::shared_ptr<const CovarianceBase> base_of(const problem::Block& block);
    double trace_of(const Covariance& covariance);
    void fitted(const Step& step);
    Vector variances_of(const Labelling& labelling, Fitted& fitted, std::size_t level) const;
    std::vector<Covariance> covariances_of(const Labelling& labelling, Fitted& fitted, std::size_t level) const;
    void enter(const Step& step, std::size_t fit, const Matrix& signal, const ByLevel<Vector>& variances);

    const Course* course_;
    const Replicate* replicate_;
    const std::vector<Vector>*spectra_, *teachers_;
    ByLevel<bool> wanted_;
    std::map<double, Model> models_;
    std::map<BlockKey, std::shared_ptr<const CovarianceBase>> bases_;  ///< of least squares
    std::map<std::shared_ptr<const CovarianceBase>, double> traces_;   ///< with Sigma, of bases that least squares passes on
    Run::Result result_;
};

/// One course of one replicate whose fits are all on the same rows: in the eigenbasis of their Gram matrix everything is diagonal,
/// and labels' noise has a covariance between generations, but none between directions:
///   y_t = sum_s models_s H_s y_s + sum_s kept_s y_s + noise,   H_s = L / (L + ridge_s),   w_t = P (L + ridge_t)^-1 y_t.
class DesignRun {
  public:
    DesignRun(const Course& course, const Replicate& replicate, const std::vector<Vector>& spectra,
              const std::vector<Vector>& teachers, const ByLevel<bool>& wanted);

    Run::Result operator()();

  private:
    using Table = Eigen::ArrayXXd;  ///< [m x ridges of the course]
    /// Labels of a fit, or a source of noise that later fits use again.
    struct Name {
        bool is_source;
        double number;
        auto operator<=>(const Name&) const = default;
    };
    struct Term {
        Name name;
        Table gain;
    };

    /// What labels are made of, as far as it is noisy: noise of one level, and all labels or models that may carry it.
    std::vector<Term> terms_of(const problem::Labels& labels, Level level) const;
    void add_signal(double number, const problem::Labels& labels);
    void add_covariances(double number, const problem::Labels& labels, Level level);
    void enter(const Step& step, std::size_t fit, double labels);
    void forget(const Name& name);
    void forget_after(std::size_t step);
    Table gains_of(const Fit& fit) const;  ///< 1 / (L + ridge)
    /// nullptr: zero.
    const Table* covariance(const Name& one, const Name& other, Level level) const;

    const Course* course_;
    const Replicate* replicate_;
    const std::vector<Vector>* teachers_;
    std::vector<Level> levels_;  ///< that are wanted
    estimator::SpectralFit rows_;
    double scale_;                                                 ///< size of unit noise in the coordinates
    Vector weight_of_direction_;                                   ///< G_ii
    std::map<double, Table> signals_;                              ///< of labels [m x ridges]
    std::map<double, Table> filters_;                              ///< of the fits whose models label rows later
    std::map<Name, std::size_t> last_use_;                         ///< step after which labels or sources are not needed
    ByLevel<std::map<std::pair<Name, Name>, Table>> covariances_;  ///< of ordered pairs; absent: zero
    Run::Result result_;
};

}  // namespace collapse::protocol
