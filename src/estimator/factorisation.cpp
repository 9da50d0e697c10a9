#include "collapse/estimator/factorisation.hpp"

namespace collapse::estimator {

const char* name_of(Factorisation factorisation) { return factorisation == Factorisation::once ? "once" : "per_ridge"; }

problem::Option factorisation_option()
{
    return {"factorisation",
            {name_of(Factorisation::once), name_of(Factorisation::per_ridge)},
            name_of(Factorisation::once),
            "one factorisation of a Gram matrix for all ridges, or a Cholesky factor for each: less time for few ridges (`collapse "
            "plan` says where)"};
}

Factorisation factorisation_in(const problem::Choices& choices)
{
    const auto found = choices.find(factorisation_option().name);
    const bool apart = found != choices.end() && found->second == name_of(Factorisation::per_ridge);
    return apart ? Factorisation::per_ridge : Factorisation::once;
}

}  // namespace collapse::estimator
