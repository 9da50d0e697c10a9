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
};

/// n generators on T0 rows, then the evaluated model on T. The four shapes T over/under d x T0 over/under d, without and with
/// ridge, isotropic and power law, each of the three noises alone, and a random teacher.
inline std::vector<ParameterSet> parameter_sets_of_replace()
{
    const auto random_teacher = [] {
        problem::ModelSettings model;
        model.teacher = "random";
        return model;
    };
    return {
        {"least squares throughout", {.alpha = 0, .beta = 0, .T = 300, .lambda = 0, .n = 3, .d = 100, .T0 = 250, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.5}, {}},
        {"least squares, power law", {.alpha = 1, .beta = 1.5, .T = 200, .lambda = 0, .n = 2, .d = 100, .T0 = 400, .lambda0 = 0, .sigma = 0.2, .sigma0 = 0.3}, {}},
        {"real labels only, overdetermined", {.alpha = 0, .beta = 0, .T = 250, .lambda = 0, .n = 0, .d = 100, .T0 = 250, .lambda0 = 0, .sigma = 0.7, .sigma0 = 0.5}, {}},
        {"real labels only, minimum norm", {.alpha = 0, .beta = 0, .T = 60, .lambda = 0, .n = 0, .d = 120, .T0 = 250, .lambda0 = 0, .sigma = 0.4, .sigma0 = 0}, {}},
        {"minimum norm throughout", {.alpha = 0, .beta = 0, .T = 100, .lambda = 0, .n = 2, .d = 150, .T0 = 80, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.4}, {}},
        {"minimum norm, no noise at all", {.alpha = 0, .beta = 0, .T = 100, .lambda = 0, .n = 3, .d = 150, .T0 = 110, .lambda0 = 0, .sigma = 0, .sigma0 = 0}, {}},
        {"minimum norm after least squares", {.alpha = 0, .beta = 0, .T = 70, .lambda = 0, .n = 2, .d = 120, .T0 = 240, .lambda0 = 0, .sigma = 0.2, .sigma0 = 0.5}, {}},
        {"least squares after minimum norm", {.alpha = 0, .beta = 0, .T = 300, .lambda = 0, .n = 1, .d = 120, .T0 = 70, .lambda0 = 0, .sigma = 0.6, .sigma0 = 0.2}, {}},
        {"minimum norm, power law", {.alpha = 1, .beta = 0.7, .T = 90, .lambda = 0, .n = 1, .d = 160, .T0 = 80, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.3}, {}},
        {"ridge after least squares", {.alpha = 0, .beta = 0, .T = 200, .lambda = 0.2, .n = 2, .d = 120, .T0 = 300, .lambda0 = 0, .sigma = 0.4, .sigma0 = 0.8}, {}},
        {"ridge after minimum norm", {.alpha = 0, .beta = 0, .T = 80, .lambda = 0.1, .n = 2, .d = 160, .T0 = 100, .lambda0 = 0, .sigma = 0.4, .sigma0 = 0.4}, {}},
        {"ridge throughout", {.alpha = 0, .beta = 0, .T = 160, .lambda = 0.3, .n = 2, .d = 120, .T0 = 90, .lambda0 = 0.2, .sigma = 0.5, .sigma0 = 0.5}, {}},
        {"ridge, power law", {.alpha = 1.2, .beta = 1.2, .T = 200, .lambda = 0.01, .n = 2, .d = 150, .T0 = 200, .lambda0 = 0.005, .sigma = 0.5, .sigma0 = 0.5}, {}},
        {"ridge, power law, no noise", {.alpha = 1, .beta = 0.8, .T = 150, .lambda = 0.02, .n = 3, .d = 150, .T0 = 120, .lambda0 = 0.01, .sigma = 0, .sigma0 = 0}, {}},
        {"ridge, noise of the last labels only", {.alpha = 0, .beta = 0, .T = 200, .lambda = 0.5, .n = 1, .d = 100, .T0 = 150, .lambda0 = 0.1, .sigma = 1, .sigma0 = 0}, {}},
        {"ridge, noise of the generators only", {.alpha = 0, .beta = 0.5, .T = 200, .lambda = 0.05, .n = 3, .d = 100, .T0 = 150, .lambda0 = 0, .sigma = 0, .sigma0 = 1}, {}},
        {"ridge, random teacher", {.alpha = 0, .beta = 0.6, .T = 120, .lambda = 0.1, .n = 2, .d = 120, .T0 = 180, .lambda0 = 0.05, .sigma = 0.4, .sigma0 = 0.4}, random_teacher()},
        {"minimum norm, random teacher", {.alpha = 0, .beta = 0, .T = 75, .lambda = 0, .n = 1, .d = 150, .T0 = 100, .lambda0 = 0, .sigma = 0.3, .sigma0 = 0.3}, random_teacher()},
    };
}

/// By the name of the protocol.
inline const std::map<std::string, std::vector<ParameterSet>>& parameter_sets()
{
    static const std::map<std::string, std::vector<ParameterSet>> sets{
        {"replace", parameter_sets_of_replace()},
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

}  // namespace collapse::test
