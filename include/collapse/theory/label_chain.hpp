#pragma once

#include <functional>

#include <Eigen/Core>

namespace collapse::theory {

/// How the labels of generation t follow from those before on one and the same design X:
///   y_t = keep y_{t-1} + copy (X w_{t-1} + sigma0 noise) + real (X w0 + sigma noise),   keep + copy + real = 1,
/// w_{t-1} being the fit on y_{t-1}. y_0 is all real.
struct LabelStep {
    double keep = 0, copy = 0, real = 1;
};

/// The step of generation t = 1, 2, ...
using LabelRule = std::function<LabelStep(double t)>;

enum class RealLabels { fresh, fixed };  ///< whether the noise of real labels is drawn anew in each generation

/// Noise variances of real and of synthetic labels.
struct LabelNoise {
    double real, synthetic;
    RealLabels real_labels;
};

/// On one design everything is a polynomial of the hat operator M = (Shat + lambda)^-1 Shat. With e_t = w_t - w0, noise-free,
///   e_t = -(1 - M) b_t(M) w0,   b_t = 1 + M l_t,   l_t = keep l_{t-1} + copy b_{t-1},   l_0 = 0,
/// and with f = keep + copy M the labels carry noise of covariance G_t(M), in the directions of the rows:
///   fresh: G_t = f^2 G_{t-1} + copy^2 sigma0^2 + real^2 sigma^2,   G_0 = sigma^2;
///   fixed: G_t = S_t + a_t^2 sigma^2,   S_t = f^2 S_{t-1} + copy^2 sigma0^2, S_0 = 0,   a_t = f a_{t-1} + real, a_0 = 1.
/// This evaluates them at many points u in place of M.
class LabelChain {
  public:
    using Points = Eigen::ArrayXcd;

    LabelChain(const Points& u, LabelNoise noise)
        : u_(u),
          noise_(noise),
          labels_(Points::Zero(u.size())),
          weights_(Points::Ones(u.size())),
          own_(Points::Constant(u.size(), noise.real_labels == RealLabels::fresh ? noise.real : 0)),
          amplitude_(Points::Ones(u.size()))
    {
    }

    /// From generation t - 1 to t.
    void advance(const LabelStep& step)
    {
        const double copied = step.copy * step.copy * noise_.synthetic;
        const double drawn = noise_.real_labels == RealLabels::fresh ? step.real * step.real * noise_.real : 0;
        const Points passed = step.keep + step.copy * u_;
        labels_ = step.keep * labels_ + step.copy * weights_;
        weights_ = 1 + u_ * labels_;
        own_ = passed.square() * own_ + (copied + drawn);
        amplitude_ = passed * amplitude_ + step.real;
    }

    const Points& error() const { return weights_; }  ///< b_t
    Points noise() const                              ///< G_t
    {
        return noise_.real_labels == RealLabels::fresh ? own_ : Points(own_ + noise_.real * amplitude_.square());
    }

  private:
    Points u_;
    LabelNoise noise_;
    Points labels_, weights_, own_, amplitude_;
};

}  // namespace collapse::theory
