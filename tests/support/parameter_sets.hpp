#pragma once

#include <map>
#include <string>
#include <vector>

#include "collapse/problem/model.hpp"

/// The parameter sets at which every protocol is confronted with its own theory. A new protocol adds a function and a line in
/// parameter_sets(); the generic tests then hold it to the contract.
namespace collapse::test {

struct ParameterSet {
    std::string name;
    problem::Cell cell;
    problem::ModelSettings model;  ///< options that are not given get their defaults
    double finite_size = 1.5;  ///< relative deviation from asymptotic theory that counts as none, times d: up to 1.6 was measured
};

/// n generators on T0 rows, then the evaluated model on T. The four shapes T over/under d x T0 over/under d, without and with
/// ridge, isotropic and power law, each of the three noises alone, and a random teacher.
// clang-format off
inline std::vector<ParameterSet> parameter_sets_of_replace()
{
    const auto random_teacher = [] {
        problem::ModelSettings model;
        model.teacher = "random";
        return model;
    };
    return {
        {"least squares throughout",
         {.alpha = 0, .beta = 0, .T = 300, .lambda = 0, .n = 3, .d = 100, .T0 = 250, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.5},
         {}},
        {"least squares, power law",
         {.alpha = 1, .beta = 1.5, .T = 200, .lambda = 0, .n = 2, .d = 100, .T0 = 400, .lambda0 = 0, .sigma = 0.2, .sigma0 = 0.3},
         {}},
        {"real labels only, overdetermined",
         {.alpha = 0, .beta = 0, .T = 250, .lambda = 0, .n = 0, .d = 100, .T0 = 250, .lambda0 = 0, .sigma = 0.7, .sigma0 = 0.5},
         {}},
        {"real labels only, minimum norm",
         {.alpha = 0, .beta = 0, .T = 60, .lambda = 0, .n = 0, .d = 120, .T0 = 250, .lambda0 = 0, .sigma = 0.4, .sigma0 = 0},
         {}},
        {"minimum norm throughout",
         {.alpha = 0, .beta = 0, .T = 100, .lambda = 0, .n = 2, .d = 150, .T0 = 80, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.4},
         {}},
        {"minimum norm, no noise at all",
         {.alpha = 0, .beta = 0, .T = 100, .lambda = 0, .n = 3, .d = 150, .T0 = 110, .lambda0 = 0, .sigma = 0, .sigma0 = 0},
         {}},
        {"minimum norm after least squares",
         {.alpha = 0, .beta = 0, .T = 70, .lambda = 0, .n = 2, .d = 120, .T0 = 240, .lambda0 = 0, .sigma = 0.2, .sigma0 = 0.5},
         {}},
        {"least squares after minimum norm",
         {.alpha = 0, .beta = 0, .T = 300, .lambda = 0, .n = 1, .d = 120, .T0 = 70, .lambda0 = 0, .sigma = 0.6, .sigma0 = 0.2},
         {}},
        {"minimum norm, power law",
         {.alpha = 1, .beta = 0.7, .T = 90, .lambda = 0, .n = 1, .d = 160, .T0 = 80, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.3},
         {}},
        {"ridge after least squares",
         {.alpha = 0, .beta = 0, .T = 200, .lambda = 0.2, .n = 2, .d = 120, .T0 = 300, .lambda0 = 0, .sigma = 0.4, .sigma0 = 0.8},
         {}},
        {"ridge after minimum norm",
         {.alpha = 0, .beta = 0, .T = 80, .lambda = 0.1, .n = 2, .d = 160, .T0 = 100, .lambda0 = 0, .sigma = 0.4, .sigma0 = 0.4},
         {}},
        {"ridge throughout",
         {.alpha = 0, .beta = 0, .T = 160, .lambda = 0.3, .n = 2, .d = 120, .T0 = 90, .lambda0 = 0.2, .sigma = 0.5, .sigma0 = 0.5},
         {}},
        {"ridge, power law",
         {.alpha = 1.2,
          .beta = 1.2,
          .T = 200,
          .lambda = 0.01,
          .n = 2,
          .d = 150,
          .T0 = 200,
          .lambda0 = 0.005,
          .sigma = 0.5,
          .sigma0 = 0.5},
         {}},
        {"ridge, power law, no noise",
         {.alpha = 1, .beta = 0.8, .T = 150, .lambda = 0.02, .n = 3, .d = 150, .T0 = 120, .lambda0 = 0.01, .sigma = 0, .sigma0 = 0},
         {}},
        {"ridge, noise of the last labels only",
         {.alpha = 0, .beta = 0, .T = 200, .lambda = 0.5, .n = 1, .d = 100, .T0 = 150, .lambda0 = 0.1, .sigma = 1, .sigma0 = 0},
         {}},
        {"ridge, noise of the generators only",
         {.alpha = 0, .beta = 0.5, .T = 200, .lambda = 0.05, .n = 3, .d = 100, .T0 = 150, .lambda0 = 0, .sigma = 0, .sigma0 = 1},
         {}},
        {"ridge, random teacher",
         {.alpha = 0,
          .beta = 0.6,
          .T = 120,
          .lambda = 0.1,
          .n = 2,
          .d = 120,
          .T0 = 180,
          .lambda0 = 0.05,
          .sigma = 0.4,
          .sigma0 = 0.4},
         random_teacher()},
        {"minimum norm, random teacher",
         {.alpha = 0, .beta = 0, .T = 75, .lambda = 0, .n = 1, .d = 150, .T0 = 100, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.3},
         random_teacher()},
    };
}

inline problem::ModelSettings with_options(const problem::Choices& choices)
{
    problem::ModelSettings model;
    model.choices = choices;
    return model;
}

/// Fresh and fixed designs, fresh and fixed real labels, T over/under d, without and with ridge, few and many generations.
inline std::vector<ParameterSet> parameter_sets_of_mix()
{
    const auto fixed = with_options({{"design", "fixed"}}),
               fixed_labels = with_options({{"design", "fixed"}, {"real_labels", "fixed"}});
    const auto adaptive = with_options({{"weighting", "adaptive"}});
    return {
        {"least squares",
         {.alpha = 0, .beta = 0, .T = 250, .lambda = 0, .n = 3, .d = 100, .sigma = 0.5, .sigma0 = 0.7, .w = 0.4},
         {}},
        {"minimum norm",
         {.alpha = 0, .beta = 0, .T = 80, .lambda = 0, .n = 2, .d = 130, .sigma = 0.3, .sigma0 = 0.4, .w = 0.5},
         {}},
        {"ridge", {.alpha = 1, .beta = 0.8, .T = 120, .lambda = 0.05, .n = 3, .d = 120, .sigma = 0.4, .sigma0 = 0.6, .w = 0.3}, {}},
        {"ridge, no real labels after the first",
         {.alpha = 0, .beta = 0, .T = 200, .lambda = 0.2, .n = 2, .d = 120, .sigma = 0.5, .sigma0 = 0.5, .w = 0},
         {}},
        {"ridge, adaptive weight",
         {.alpha = 0, .beta = 0.5, .T = 90, .lambda = 0.1, .n = 3, .d = 120, .sigma = 0.4, .sigma0 = 0.4},
         adaptive},
        {"fixed design, least squares",
         {.alpha = 0, .beta = 0, .T = 250, .lambda = 0, .n = 3, .d = 100, .sigma = 0.5, .sigma0 = 0.7, .w = 0.4},
         fixed},
        {"fixed design, minimum norm",
         {.alpha = 0, .beta = 0, .T = 80, .lambda = 0, .n = 2, .d = 130, .sigma = 0.3, .sigma0 = 0.4, .w = 0.5},
         fixed},
        {"fixed design, ridge",
         {.alpha = 1, .beta = 0.8, .T = 120, .lambda = 0.05, .n = 3, .d = 120, .sigma = 0.4, .sigma0 = 0.6, .w = 0.3},
         fixed},
        {"fixed design and labels, ridge",
         {.alpha = 0, .beta = 0, .T = 90, .lambda = 0.1, .n = 8, .d = 120, .sigma = 0.5, .sigma0 = 0.5, .w = 0.5},
         fixed_labels},
        {"fixed design and labels, least squares",
         {.alpha = 0, .beta = 0, .T = 250, .lambda = 0, .n = 2, .d = 100, .sigma = 0.5, .sigma0 = 0.5, .w = 0.6},
         fixed_labels},
    };
}

/// T over/under d, the blocks of real and synthetic rows over/under d, all or no real labels.
inline std::vector<ParameterSet> parameter_sets_of_partial()
{
    return {
        {"least squares",
         {.alpha = 0, .beta = 0, .T = 250, .lambda = 0, .n = 2, .d = 100, .sigma = 0.5, .sigma0 = 0.7, .p = 0.4},
         {}},
        {"least squares, power law",
         {.alpha = 1, .beta = 1, .T = 200, .lambda = 0, .n = 1, .d = 100, .sigma = 0.3, .sigma0 = 0.6, .p = 0.7},
         {}},
        {"minimum norm",
         {.alpha = 0, .beta = 0, .T = 90, .lambda = 0, .n = 2, .d = 150, .sigma = 0.3, .sigma0 = 0.4, .p = 0.5},
         {}},
        {"ridge", {.alpha = 1, .beta = 0.8, .T = 150, .lambda = 0.05, .n = 3, .d = 120, .sigma = 0.4, .sigma0 = 0.6, .p = 0.3}, {}},
        {"ridge, no noise",
         {.alpha = 0, .beta = 0, .T = 100, .lambda = 0.1, .n = 3, .d = 150, .sigma = 0, .sigma0 = 0, .p = 0.2},
         {}},
        {"ridge, no real labels after the first",
         {.alpha = 0, .beta = 0.5, .T = 200, .lambda = 0.1, .n = 2, .d = 120, .sigma = 0.4, .sigma0 = 0.4, .p = 0},
         {}},
        {"ridge, real labels only",
         {.alpha = 0, .beta = 0, .T = 200, .lambda = 0.2, .n = 2, .d = 120, .sigma = 0.4, .sigma0 = 0.4, .p = 1},
         {}},
    };
}

inline std::vector<ParameterSet> parameter_sets_of_accumulate()
{
    const auto fixed = with_options({{"design", "fixed"}}), subsample = with_options({{"subsample", "yes"}});
    return {
        {"least squares", {.alpha = 0, .beta = 0, .T = 200, .lambda = 0, .n = 3, .d = 80, .sigma = 0.5, .sigma0 = 0.7}, {}},
        {"least squares, power law",
         {.alpha = 1, .beta = 1, .T = 160, .lambda = 0, .n = 2, .d = 80, .sigma = 0.5, .sigma0 = 0.5},
         {}},
        {"minimum norm at first", {.alpha = 0, .beta = 0, .T = 60, .lambda = 0, .n = 3, .d = 100, .sigma = 0.4, .sigma0 = 0.4}, {}, 4.5},
        {"ridge", {.alpha = 1, .beta = 0.5, .T = 100, .lambda = 0.1, .n = 2, .d = 100, .sigma = 0.4, .sigma0 = 0.4}, {}},
        {"fixed design, least squares",
         {.alpha = 0, .beta = 0, .T = 200, .lambda = 0, .n = 3, .d = 80, .sigma = 0.5, .sigma0 = 0.7},
         fixed},
        {"fixed design, minimum norm",
         {.alpha = 0, .beta = 0, .T = 70, .lambda = 0, .n = 2, .d = 120, .sigma = 0.4, .sigma0 = 0.4},
         fixed},
        {"fixed design, ridge",
         {.alpha = 1, .beta = 0.8, .T = 120, .lambda = 0.05, .n = 3, .d = 120, .sigma = 0.4, .sigma0 = 0.6},
         fixed},
        {"fixed design, minimum norm, little noise",
         {.alpha = 0, .beta = 0, .T = 60, .lambda = 0, .n = 1, .d = 150, .sigma = 0.1, .sigma0 = 0.1},
         fixed},
        {"fixed design, ridge, no noise",
         {.alpha = 0, .beta = 0, .T = 100, .lambda = 0.2, .n = 3, .d = 150, .sigma = 0, .sigma0 = 0},
         fixed},
        {"minimum norm, real labels only",
         {.alpha = 0, .beta = 0, .T = 60, .lambda = 0, .n = 0, .d = 150, .sigma = 0.1, .sigma0 = 0},
         {}},
        {"subsample", {.alpha = 0, .beta = 0, .T = 150, .lambda = 0.1, .n = 2, .d = 60, .sigma = 0.4, .sigma0 = 0.6}, subsample},
    };
}

/// More and fewer synthetic rows than real ones, T over/under d.
inline std::vector<ParameterSet> parameter_sets_of_weighted()
{
    return {
        {"least squares",
         {.alpha = 0, .beta = 0, .T = 250, .lambda = 0, .n = 2, .d = 80, .sigma = 0.5, .sigma0 = 0.7, .w = 0.6, .k = 1},
         {}},
        {"least squares, many synthetic rows",
         {.alpha = 1, .beta = 1, .T = 160, .lambda = 0, .n = 2, .d = 80, .sigma = 0.4, .sigma0 = 0.4, .w = 0.3, .k = 0.25},
         {}},
        {"minimum norm",
         {.alpha = 0, .beta = 0, .T = 40, .lambda = 0, .n = 2, .d = 150, .sigma = 0.3, .sigma0 = 0.3, .w = 0.7, .k = 1},
         {}},
        {"ridge",
         {.alpha = 1, .beta = 0.6, .T = 120, .lambda = 0.1, .n = 3, .d = 120, .sigma = 0.4, .sigma0 = 0.6, .w = 0.5, .k = 2},
         {}},
        {"ridge, little noise",
         {.alpha = 0, .beta = 0, .T = 60, .lambda = 0.2, .n = 1, .d = 150, .sigma = 0.1, .sigma0 = 0.1, .w = 0.5, .k = 1},
         {}},
        {"minimum norm, no noise",
         {.alpha = 0, .beta = 0, .T = 40, .lambda = 0, .n = 2, .d = 150, .sigma = 0, .sigma0 = 0, .w = 0.4, .k = 2},
         {}},
        {"ridge, real rows only",
         {.alpha = 0, .beta = 0, .T = 150, .lambda = 0.2, .n = 2, .d = 120, .sigma = 0.4, .sigma0 = 0.6, .w = 1, .k = 1},
         {}},
    };
}

/// Shares of real labels inside and outside [0, 1], T over/under d, teachers with the student's ridge and with their own.
inline std::vector<ParameterSet> parameter_sets_of_distill()
{
    const auto own = with_options({{"teacher_ridge", "lambda0"}});
    return {
        {"one step", {.alpha = 1, .beta = 0.5, .T = 120, .lambda = 0.1, .n = 1, .d = 120, .lambda0 = 0, .sigma = 0.4, .w = 0.4}, {}},
        {"more than real labels",
         {.alpha = 1, .beta = 0.5, .T = 100, .lambda = 0.2, .n = 2, .d = 120, .lambda0 = 0, .sigma = 0.4, .w = 1.5},
         {}},
        {"less than none",
         {.alpha = 0, .beta = 0, .T = 200, .lambda = 0.05, .n = 3, .d = 120, .lambda0 = 0, .sigma = 0.6, .w = -0.4},
         {}},
        {"a ridge of its own",
         {.alpha = 1, .beta = 0.8, .T = 100, .lambda = 0.02, .n = 2, .d = 120, .lambda0 = 0.3, .sigma = 0.5, .w = 0.5},
         own},
        {"an interpolating teacher",
         {.alpha = 0, .beta = 0, .T = 60, .lambda = 0.3, .n = 2, .d = 140, .lambda0 = 0, .sigma = 0.3, .w = 0.2},
         own},
        {"without noise, isotropic",
         {.alpha = 0, .beta = 0, .T = 150, .lambda = 0.3, .n = 4, .d = 100, .lambda0 = 0, .sigma = 0, .w = 0.3},
         {}},
        {"minimum norm keeps its labels",
         {.alpha = 0, .beta = 0, .T = 70, .lambda = 0, .n = 2, .d = 130, .lambda0 = 0, .sigma = 0.4, .w = 0.3},
         {}},
    };
}

/// Labels of generators and of another teacher, rows of equal and unequal weight, on covariates of their own too.
inline std::vector<ParameterSet> parameter_sets_of_mixture()
{
    const auto teacher = with_options({{"generator", "teacher"}});
    return {
        {"half real, least-squares generators",
         {.alpha = 0, .beta = 0, .T = 200, .lambda = 0.1, .n = 2, .d = 100, .T0 = 250, .lambda0 = 0, .sigma = 0.4, .sigma0 = 0.5, .p = 0.5},
         {}},
        {"minimum norm throughout",
         {.alpha = 0, .beta = 0, .T = 80, .lambda = 0, .n = 1, .d = 150, .T0 = 70, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.3, .p = 0.25},
         {}},
        {"weights",
         {.alpha = 1, .beta = 0.6, .T = 150, .lambda = 0.05, .n = 1, .d = 120, .T0 = 90, .lambda0 = 0.1, .sigma = 0.4, .sigma0 = 0.2, .w = 0.7, .p = 0.4},
         {}},
        {"another teacher",
         {.alpha = 1, .beta = 0.5, .T = 150, .lambda = 0.1, .n = 0, .d = 120, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.2, .p = 0.4, .distance = 0.3},
         teacher},
        {"another teacher, least squares",
         {.alpha = 0, .beta = 0, .T = 260, .lambda = 0, .n = 0, .d = 100, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.3, .w = 0.6, .p = 0.5, .distance = 0.5},
         teacher},
        {"generators on a flatter spectrum",
         {.alpha = 1, .beta = 1, .T = 120, .lambda = 0.03, .n = 2, .d = 120, .T0 = 150, .lambda0 = 0.05, .sigma = 0.3, .sigma0 = 0.4, .p = 0.5, .beta_synthetic = 0.4},
         {}},
    };
}

/// By the name of the protocol.
inline const std::map<std::string, std::vector<ParameterSet>>& parameter_sets()
{
    static const std::map<std::string, std::vector<ParameterSet>> sets{
        {"replace", parameter_sets_of_replace()},   {"mix", parameter_sets_of_mix()},
        {"partial", parameter_sets_of_partial()},   {"accumulate", parameter_sets_of_accumulate()},
        {"weighted", parameter_sets_of_weighted()}, {"distill", parameter_sets_of_distill()},
        {"mixture", parameter_sets_of_mixture()},
    };
    return sets;
}

/// Those of one protocol; none if nobody has written any (a test complains about that).
inline const std::vector<ParameterSet>& parameter_sets_of(const std::string& protocol)
{
    static const std::vector<ParameterSet> none;
    const auto found = parameter_sets().find(protocol);
    return found == parameter_sets().end() ? none : found->second;
}

// clang-format on

}  // namespace collapse::test
