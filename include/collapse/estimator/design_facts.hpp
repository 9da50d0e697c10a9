#pragma once

#include <vector>

#include "collapse/estimator/covariates.hpp"
#include "collapse/estimator/design.hpp"

namespace collapse::estimator {

/// What a design is like, for a fit with a ridge lambda to labels y = X w without noise.
struct DesignFacts {
    double rows;               ///< T
    double smallest, largest;  ///< eigenvalues of K = X X' / T, compressed to min(T, d) rows
    double condition;          ///< of K + lambda
    double training_residual;  ///< |y - X w'| / |y| of the fit w'
    double solve_residual;     ///< |(K + lambda) c - y| / |y|: how exactly the fit was solved
};

/// `teacher`: w [d]. Costs O(min(T, d)^3).
DesignFacts facts_of(const Design& design, const numerics::Vector& teacher, double lambda);

/// Draws what another family of covariates draws, bit for bit, and looks at it.
class Observer final : public Covariates {
  public:
    Observer(const Covariates& observed, const numerics::Vector& teacher, double lambda)
        : observed_(&observed), teacher_(&teacher), lambda_(lambda)
    {
    }

    problem::Description describe() const override { return observed_->describe(); }
    Design design(rng::Engine& engine, const numerics::Vector& eigenvalues, numerics::Index T,
                  const problem::Choices& choices) const override;
    numerics::Vector least_squares_noise(rng::Engine& engine, const numerics::Vector& eigenvalues, numerics::Index T,
                                         const problem::Choices& choices) const override;

    bool isotropic() const override { return observed_->isotropic(); }
    /// Isotropic rows know no direction: one of the frame stands for the teacher's. Looked at up to some thousand rows.
    BandedRows banded_rows(rng::Engine& engine, numerics::Index d, numerics::Index T, const numerics::Vector& frame,
                           double rest) const override;
    numerics::Vector least_squares_noise_along(rng::Engine& engine, numerics::Index d, numerics::Index T,
                                               const numerics::Vector& frame, double rest) const override;

    mutable std::vector<DesignFacts> designs;  ///< in the order in which they were drawn
    mutable std::size_t without_design = 0;    ///< least-squares fits whose noise was drawn directly

  private:
    const Covariates* observed_;
    const numerics::Vector* teacher_;
    double lambda_;
};

}  // namespace collapse::estimator
