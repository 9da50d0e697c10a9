#pragma once

#include <map>
#include <optional>
#include <vector>

#include "collapse/estimator/banded_rows.hpp"
#include "collapse/protocol/course.hpp"
#include "collapse/protocol/replicate.hpp"
#include "run.hpp"

namespace collapse::protocol {

/// A covariance that is isotropic but for a few directions.
struct Isotropy {
    std::vector<Index> others;  ///< directions of another variance
    double variance;            ///< of all the rest
};

/// Whether so few of the eigenvalues [d] differ from the rest that a frame holds them; none if not.
std::optional<Isotropy> isotropy_of(const Vector& eigenvalues);

/// Vectors of a frame: directions of other variance, and what of the course is followed.
Index frame_of(const Course& course, std::size_t others, std::size_t teachers);

/// Whether FramedRun can simulate the course: its fits are separate, and rows and directions many beside the frame.
/// `others`: number of Isotropy::others.
bool is_framed(const Course& course, double d, std::size_t others, std::size_t teachers);

/// One course of one replicate, in O(d) a fit [THEORY section 6]. What decides about errors are inner products alone, and fresh rows see no
/// direction but by them: so every block of rows is drawn in a basis that begins with the vectors alive, and of these only their
/// coordinates in the directions of other variance and their products in the rest are kept. Different numbers of generations see the
/// same draws, each in a basis of its own: every cell is distributed as ever, and differences between cells keep little noise.
class FramedRun {
  public:
    using Result = Run::Result;

    /// `teachers`: differences of other teachers, each [d].
    FramedRun(const Course& course, const Replicate& replicate, const Isotropy& isotropy, const std::vector<Vector>& teachers);

    Result operator()();

  private:
    /// The vectors alive: e = signal part of the weights - w0, b = the part of noise of each level that they carry, w0, other
    /// teachers' differences [L].
    struct State {
        Matrix inside;   ///< coordinates along the directions of other variance [p x L]
        Matrix outside;  ///< products of the rest [L x L]
    };
    /// e and b of every level after a fit as combinations of what its rows make of the frame: of [z g zeta] of a FrameFit, or of
    /// the frame and the noise of least squares. Both levels have the same noise, which changes no mean.
    struct Combination {
        Matrix axes;    ///< coordinates of the vectors alive before along the frame [k x L]
        Matrix shares;  ///< [(2k+1) x (1 + levels)], or [(k+1) x (1 + levels)]
    };
    /// What rows give: coordinates of z, g, zeta, or of the frame and of noise, along the frame, and their products.
    using Given = estimator::FrameFit;

    const std::vector<State>& states_before(const Fit& fit) const;
    Combination combination(const State& before, const Fit& fit, bool reproduced) const;
    State after(const State& before, const Combination& made, const Given& given) const;
    ErrorForm errors(const Combination& made, const Given& given) const;
    void draw(const Step& step);
    void take(const Step& step, std::size_t k);

    const Course* course_;
    const Replicate* replicate_;
    const Isotropy* isotropy_;
    std::vector<Level> carried_;    ///< b among the vectors alive, in this order
    Index others_, fixed_, alive_;  ///< p; number of w0 among the vectors alive; L
    Vector variances_;              ///< along the frame [p + L]
    std::map<double, std::vector<State>> models_;

    std::vector<Given> given_;  ///< by the rows of the step, for every ridge, or one
    Result result_;
};

}  // namespace collapse::protocol
