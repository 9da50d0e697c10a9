#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <vector>

#include "collapse/problem/scheme.hpp"

namespace collapse::theory {

/// Lower-triangular numbers of fits t >= u, read as symmetric.
class PairTable {
  public:
    void add_row() { rows_.emplace_back(rows_.size() + 1, 0.0); }
    void drop_row() { rows_.pop_back(); }
    double& at(std::size_t t, std::size_t u) { return rows_[t][u]; }  ///< t >= u
    double operator()(std::size_t t, std::size_t u) const { return t >= u ? rows_[t][u] : rows_[u][t]; }

  private:
    std::vector<std::vector<double>> rows_;
};

/// Labels of a block in one fit, `kept` expanded: x.w0 + sum models x.(w_s - w0) + sum teachers x.delta_k + noise.
struct LabelRow {
    std::size_t fit;
    std::vector<std::pair<std::size_t, double>> models;  ///< (s, share), s increasing
    std::vector<double> teachers;                        ///< share of each fixed vector; number 0 is the truth
    std::map<double, double> noise;                      ///< size by source
};

/// One block of rows, by itself: how a row's residuals in the fits it takes part in depend on each other. Fits are counted by
/// the block's own numbers 0, 1, ...; matrices have [uses] rows and columns.
struct ChainBlock {
    struct Use {
        std::size_t fit;
        std::size_t labels;             ///< which row of `labels`
        double share, pull;             ///< p, k
        double theta, rest;             ///< share of its residual by which a row moves the fit, and 1 - theta
        std::vector<double> feedback;   ///< G_tr = [(I - C) chi]_tr, r = 0 .. this
        std::vector<double> residuals;  ///< column of K: K_r,this for r = this, this + 1, ...
        double pulled() const { return share * pull; }
    };
    /// Second moments over rows: E e_t e_u of residuals, and what one fit needs of the next while it is added.
    struct Moments {
        std::vector<std::vector<double>> residuals;  ///< E, symmetric
        std::vector<double> labels;                  ///< E z_t e_u of the last t
        std::vector<double> seen;                    ///< sum_r G_tr E_ru of the last t
        std::vector<double> unanswered;              ///< z_t of fit u before its residual is pulled back
        std::vector<double> error;                   ///< [(I - C) Q]_ts of the last t, by fit s
    };

    double rows;
    std::size_t spectrum;
    std::vector<LabelRow> labels;
    std::vector<std::pair<std::size_t, std::size_t>> labelled;  ///< (fit, row of labels), in order
    std::vector<Use> uses;
    std::array<Moments, 2> moments;  ///< signal, noise
    bool copies = false;             ///< whether any labels come from a model

    /// Expands the labels of a fit and returns their row.
    std::size_t label(std::size_t fit, const problem::Labels& rule, std::size_t vectors);
    void drop(std::size_t fit);
};

/// E of the noise of one row in two fits.
double noise_covariance(const LabelRow& one, const LabelRow& other);

}  // namespace collapse::theory
