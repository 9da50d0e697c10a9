#include <catch2/catch.hpp>

#include <cmath>

#include "collapse/theory/chain_equivalent.hpp"
#include "support/chain_cases.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using problem::Errors;
using theory::ChainEquivalent;

namespace {

std::vector<Errors> errors_of(const test::ChainCase& chain)
{
    ChainEquivalent equivalent(chain.nodes, chain.spectra, theory::teacher_moments(chain.nodes, chain.teachers));
    std::vector<Errors> errors;
    for (std::size_t t = 0; t < chain.fits.size(); ++t) errors.push_back(equivalent.add(chain.fits[t], chain.ridge[t]));
    return errors;
}

}  // namespace

TEST_CASE("every fit of a hundred random chains is predicted as by the slow plain oracle", "[theory][chain]")
{
    std::size_t number = 0;
    for (const test::ChainCase& chain : test::chain_cases()) {
        const std::vector<Errors> found = errors_of(chain);
        for (std::size_t t = 0; t < found.size(); ++t) {
            INFO("case " << number << ", fit " << t << " of " << found.size());
            const double total = chain.bias[t] + chain.variance[t], tolerance = test::theory * total + test::theory_floor;
            CHECK(std::abs(found[t].bias - chain.bias[t]) <= tolerance);
            CHECK(std::abs(found[t].variance - chain.variance[t]) <= tolerance);
        }
        ++number;
    }
    CHECK(number == 120);
}
