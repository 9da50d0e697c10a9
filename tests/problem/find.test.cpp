#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "collapse/estimator/covariates.hpp"
#include "collapse/problem/model.hpp"
#include "collapse/protocol/protocol.hpp"
#include "collapse/support/failure.hpp"

using namespace collapse;
using Catch::Contains;

TEST_CASE("an unknown name is refused with the nearest known one", "[problem]")
{
    CHECK_THROWS_AS(problem::spectrum_called("power"), support::InvalidInput);
    CHECK_THROWS_WITH(problem::spectrum_called("power_lae"),
                      Contains("model.spectrum = power_lae") && Contains("did you mean power_law?"));
    CHECK_THROWS_WITH(problem::teacher_called("Random"),
                      Contains("did you mean random?") && Contains("choose") && Contains("power_law"));
    CHECK_THROWS_WITH(protocol::protocol_called("replce"),
                      Contains("model.protocol = replce") && Contains("did you mean replace?"));
    CHECK_THROWS_WITH(estimator::covariates_called("gausian"), Contains("did you mean gaussian?"));
}

TEST_CASE("a name that resembles nothing is refused without a guess", "[problem]")
{
    CHECK_THROWS_WITH(problem::spectrum_called("xyz"), Contains("model.spectrum = xyz is not known;") && Contains("power_law"));
}

namespace {

template <class Entry>
void check_table(std::span<const Entry* const> table)
{
    std::set<std::string> names;
    for (const Entry* entry : table) {
        const problem::Description description = entry->describe();
        INFO(description.name);
        CHECK(names.insert(description.name).second);
        CHECK_FALSE(description.summary.empty());
        for (const std::string& parameter : description.parameters) CHECK(problem::find_parameter(parameter) != nullptr);
        for (const std::string& citation : description.citations) CHECK_FALSE(problem::reference(citation).empty());
        for (const problem::Option& option : description.options) {
            CHECK_FALSE(option.help.empty());
            CHECK((option.allowed.empty() || std::ranges::find(option.allowed, option.otherwise) != option.allowed.end()));
        }
    }
    CHECK_FALSE(table.empty());
}

}  // namespace

TEST_CASE("every entry of every table of models describes itself with known parameters, citations and default options", "[problem]")
{
    check_table(problem::spectra());
    check_table(problem::teachers());
    check_table(estimator::covariates());
    check_table(protocol::protocols());
}

TEST_CASE("every entry of a table of models is found by its own name", "[problem]")
{
    for (const auto* entry : problem::spectra()) CHECK(&problem::spectrum_called(entry->describe().name) == entry);
    for (const auto* entry : problem::teachers()) CHECK(&problem::teacher_called(entry->describe().name) == entry);
    for (const auto* entry : estimator::covariates()) CHECK(&estimator::covariates_called(entry->describe().name) == entry);
    for (const auto* entry : protocol::protocols()) CHECK(&protocol::protocol_called(entry->describe().name) == entry);
}
