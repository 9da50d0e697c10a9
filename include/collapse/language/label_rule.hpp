#pragma once

#include "collapse/language/expression.hpp"
#include "collapse/problem/scheme.hpp"

namespace collapse::language {

/// Labels as a user writes them, compiled: a sum of `truth`, `model(s)`, `labels(s)` (those that the same rows had in fit s), teachers
/// by their names and `noise`, each times a share. Every `noise` written is drawn by itself, anew for every fit.
class LabelRule {
  public:
    /// `first_noise`: number of the first noise in this rule; is counted on. Throws InvalidInput: the line, the place, the reason.
    LabelRule(const Term& term, const Names& names, const std::vector<std::string>& teachers, const Line& line,
              std::size_t& first_noise);

    /// What the parts amount to; source of a noise: its number.
    struct Sum {
        double truth = 0;
        problem::Labels labels;  ///< `models` may contain the truth, as model -1

        double total() const;
    };
    Sum operator()(const Values& values) const;

    /// Whether a share, and not only the number of a model, depends on a variable or on a sequence.
    bool shares_use(std::size_t variable) const;

  private:
    enum class Kind { truth, model, kept, teacher, noise, add, subtract, multiply, divide, choose };
    void add_to(Sum& sum, double factor, const Values& values) const;

    Kind kind_ = Kind::truth;
    std::size_t index_ = 0;                ///< of a teacher or noise
    std::vector<Expression> expressions_;  ///< the factor, the condition, or the number of a model
    std::vector<LabelRule> parts_;
};

}  // namespace collapse::language
