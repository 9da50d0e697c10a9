#pragma once

#include <functional>

#include <Eigen/Core>

namespace collapse::theory {

/// How the labels of generation t follow from those before on one and the same design X:
///   y_t = keep y_{t-1} + copy X w_{t-1} + first y_0 + (the rest of one) X w0 + fresh noise,
/// w_{t-1} being the fit on y_{t-1}. y_0 is X w0 + noise of generation 0.
struct LabelStep {
    double keep = 0, copy = 0, first = 0;
    double noise = 0;  ///< variance of what is drawn anew

    /// The share of real labels, those of generation 0 included.
    double real() const { return 1 - keep - copy; }
};

/// The step of generation t = 1, 2, ...
using LabelRule = std::function<LabelStep(double t)>;

/// On one design everything is a polynomial of the hat operator M = (Shat + lambda)^-1 Shat. With e_t = w_t - w0, noise-free,
///   e_t = -(1 - M) b_t(M) w0,   b_t = 1 + M l_t,   l_t = keep l_{t-1} + copy b_{t-1},   l_0 = 0,
/// and with f = keep + copy M the labels carry noise of covariance G_t(M), in the directions of the rows:
///   G_t = S_t + a_t^2 v_0,   S_t = f^2 S_{t-1} + noise_t, S_0 = 0,   a_t = f a_{t-1} + first, a_0 = 1,
/// v_0 the variance of generation 0. This evaluates them at many points u in place of M.
class LabelChain {
  public:
    using Points = Eigen::ArrayXcd;

    LabelChain(const Points& u, double first_noise)
        : u_(u),
          first_noise_(first_noise),
          labels_(Points::Zero(u.size())),
          weights_(Points::Ones(u.size())),
          own_(Points::Zero(u.size())),
          amplitude_(Points::Ones(u.size()))
    {
    }

    /// From generation t - 1 to t.
    void advance(const LabelStep& step)
    {
        const Points passed = step.keep + step.copy * u_;
        labels_ = step.keep * labels_ + step.copy * weights_;
        weights_ = 1 + u_ * labels_;
        own_ = passed.square() * own_ + step.noise;
        amplitude_ = passed * amplitude_ + step.first;
    }

    const Points& error() const { return weights_; }                            ///< b_t
    Points noise() const { return own_ + first_noise_ * amplitude_.square(); }  ///< G_t

  private:
    Points u_;
    double first_noise_;
    Points labels_, weights_, own_, amplitude_;
};

}  // namespace collapse::theory
