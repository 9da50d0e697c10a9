#include "collapse/app/config.hpp"

#include <catch2/catch.hpp>

#include "collapse/support/failure.hpp"

using namespace collapse;
using app::Config;
using Catch::Contains;
using Catch::StartsWith;

namespace {

using Overrides = std::vector<std::pair<std::string, std::string>>;

const std::string small = "[grid]\nT = 20\nd = 10\n# a remark\nlambda = 0.1\n[simulation]\nreplicates = 3\n";

Config config(const std::string& text, const Overrides& overrides = {}) { return {"sweep.ini", text, overrides, {}}; }

std::string complaint(const std::string& text, const Overrides& overrides = {})
{
    try {
        (void)app::parse_config(config(text, overrides));
    } catch (const support::InvalidInput& error) {
        return error.what();
    }
    return "(nothing was thrown)";
}

}  // namespace

TEST_CASE("a config gives settings, and the command line overrides it", "[app]")
{
    CHECK(app::parse_config(config(small)).simulation.replicates == 3);
    const sweep::Settings settings =
        app::parse_config(config(small, {{"simulation.replicates", "5"}, {"grid.sigma", "0.1, 0.2, 0.3"}}));
    CHECK(settings.simulation.replicates == 5);
    CHECK(settings.grid().cells() == 3);
    CHECK(settings.output == "sweep.h5");
    CHECK(app::parse_config(config("\xEF\xBB\xBF" + small)).simulation.replicates == 3);  // a byte order mark
    CHECK(app::given_keys(config(small, {{"grid.n", "1"}})) ==
          std::set<std::string>{"grid.T", "grid.d", "grid.lambda", "grid.n", "simulation.replicates"});
}

TEST_CASE("settings are those of the text that they print", "[app]")
{
    const sweep::Settings settings = app::parse_config(config(small, {{"grid.sigma", "0.1, 0.3"}, {"grid.sigma0", "sigma"}}));
    CHECK(app::parse_config(config(settings.to_config())).resolved() == settings.resolved());
}

TEST_CASE("an error has the file and the line that gives the key", "[app]")
{
    CHECK_THAT(complaint("[grid]\nT = 20\nd = 10\n\nlambda = -1\n"),
               StartsWith("sweep.ini line 5: grid.lambda = -1 is not possible"));
    CHECK_THAT(complaint("[grid]\nT = 20, 2x\nd = 10\n"), StartsWith("sweep.ini line 2: grid.T"));
    CHECK_THAT(complaint(small + "[model]\nprotocol = replce\n"),
               StartsWith("sweep.ini line 9: model.protocol = replce is not known (did you mean replace?)"));
}

TEST_CASE("an error of a key that the command line gives has the file but no line", "[app]")
{
    CHECK_THAT(complaint(small, {{"grid.lambda", "-1"}}), StartsWith("sweep.ini: grid.lambda = -1"));
    CHECK_THAT(complaint("[grid]\nT = 20\n"), StartsWith("sweep.ini: grid.d is missing"));
}

TEST_CASE("keys that nobody knows, or that stand twice, are refused with the nearest or the file", "[app]")
{
    CHECK_THAT(complaint("[grid]\nT = 20\nd = 10\nlamda = 1\n"), Contains("unknown key grid.lamda (did you mean grid.lambda?)"));
    CHECK_THAT(complaint("[model]\nreplicates = 20\n"), Contains("did you mean simulation.replicates?"));
    CHECK_THAT(complaint("T = 20\n"), Contains("T stands before any section in sweep.ini; put [grid] above it"));
    CHECK_THAT(complaint("[grid]\nT = 20\nd = 10\nT = 30\n"), Contains("grid.T stands twice in sweep.ini"));
    CHECK_THAT(complaint(small, {{"grid.n", "1"}, {"grid.n", "2"}}), Contains("--grid.n is given twice"));
    CHECK_THAT(complaint(small + "[refine]\n"), Contains("[refine] is empty in sweep.ini"));
    CHECK_THAT(complaint("[grid]\nT = 20 ; rows\nd = 10\n"), Contains("has a semicolon; comments begin with #"));
}

TEST_CASE("what is no config file is called so, without showing bytes that are no text", "[app]")
{
    CHECK_THAT(complaint("[grid]\nnonsense\n"), Contains("sweep.ini is not a config file (it has the line 'nonsense')"));
    CHECK_THAT(complaint("\x89HDF\r\n\x1a\n"), Contains("it contains bytes that are no text"));
    CHECK_THAT(complaint("%invalid_line%\n"), Contains("it has the line '%invalid_line%'"));
}

TEST_CASE("words in place of numbers are those of the protocol's options", "[app]")
{
    const std::string mix = "[grid]\nT = 20\nd = 10\nw = adaptive\n[model]\nprotocol = mix\n";
    CHECK(app::parse_config(config(mix)).model.choices.at("weighting") == "adaptive");
    CHECK_THAT(complaint("[grid]\nT = 20\nd = 10\nw = adaptive\n"),
               Contains("model.weighting = adaptive is not used with protocol = replace"));
    CHECK_THAT(complaint("[grid]\nT = adaptive\nd = 10\n"), Contains("grid.T = adaptive is not a number"));
}

TEST_CASE("an option may stand in parentheses behind the name that it belongs to", "[app]")
{
    const auto with = [](const std::string& covariates) { return small + "[model]\ncovariates = " + covariates + "\n"; };
    const auto model = app::parse_config(config(with("student(7)"))).model;
    CHECK(model.covariates == "student");
    CHECK(model.choices.at("degrees_of_freedom") == "7");
    CHECK_THAT(complaint(with("student(2)")),
               Contains("model.degrees_of_freedom = 2 is not possible") && Contains("larger than 2"));
    CHECK_THAT(complaint(with("student(")), Contains("model.covariates = student( has no closing parenthesis"));
    CHECK_THAT(complaint(with("gaussian(7)")), Contains("model.covariates = gaussian(7) has no option; write gaussian"));
    CHECK_THAT(complaint(with("gausian(7)")), Contains("did you mean gaussian?"));
}

TEST_CASE("a config that cannot be read says why", "[app]")
{
    CHECK_THROWS_WITH(app::read_config("/no/such/file.ini"), Contains("/no/such/file.ini") && Contains("No such file"));
    CHECK_THROWS_WITH(app::read_config("/"), Contains("is a directory"));
}
