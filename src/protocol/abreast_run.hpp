#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "collapse/estimator/lanes.hpp"
#include "collapse/protocol/course.hpp"
#include "collapse/protocol/levels.hpp"
#include "collapse/protocol/replicate.hpp"

namespace collapse::protocol {

using estimator::LaneMatrix;
using estimator::Lanes;

/// Whether AbreastRun can simulate the course in d directions, and is faster: its fits are separate, least squares or with a ridge.
bool is_abreast(const Course& course, double d);

/// One course of up to eight replicates abreast, for small d: rows are drawn as Run draws them, and what one replicate gives depends
/// on no other.
class AbreastRun {
  public:
    /// problem::ErrorForm of each replicate.
    struct Forms {
        using Numbers = Eigen::Array<double, estimator::abreast, 1, Eigen::DontAlign>;
        Numbers bias;
        problem::ByLevel<Numbers> variance;
        problem::ErrorForm of(Index lane) const { return {bias[lane], {variance[0][lane], variance[1][lane]}}; }
    };
    /// As Run::Result.
    struct Result {
        std::map<double, std::vector<Forms>> fits, evaluated;
    };

    /// Columns [x (1 + levels) F R] of F fits for R ridges: noise-free parts, then those that noise of each wanted level causes;
    /// ridges run fastest, then fits.
    struct Columns {
        LaneMatrix values;
        Index fits, ridges;
        Index at(Index part, Index k, Index r) const { return (part * fits + k) * ridges + (ridges == 1 ? 0 : r); }
    };
    /// As Run::Shared.
    using Shared = std::map<std::pair<double, std::uint64_t>, Columns>;

    /// `teachers`: of each replicate, differences of other teachers, each [d].
    AbreastRun(const Course& course, std::span<const Replicate> replicates, const std::vector<std::vector<Vector>>& teachers,
               const ByLevel<bool>& wanted, Shared* shared);

    Result operator()();

  private:
    Columns labelling_weights(const Step& step, Index ridges) const;
    void take(const Step& step);
    Columns drawn(const Step& step);
    void fit(const Step& step);
    std::vector<rng::Engine> engines(const problem::Block& block) const;
    LaneMatrix noise(const problem::Block& block, double source, Index count) const;

    using Parts = std::array<Index, 1 + problem::level_count>;  ///< columns: noise-free, and of each level that is wanted
    Forms forms_of(const LaneMatrix& weights, const Parts& columns) const;
    void enter(const Step& step, Index k, std::vector<Forms> forms);
    void enter(const Step& step, const Columns& weights);
    std::optional<Index> part_of(Level level) const;

    const Course* course_;
    std::span<const Replicate> replicates_;
    std::vector<Level> levels_;  ///< that are wanted
    Index d_;
    LaneMatrix eigenvalues_, truth_;
    std::vector<LaneMatrix> teachers_;
    Shared* shared_;
    std::map<double, Columns> models_;
    Result result_;
};

}  // namespace collapse::protocol
