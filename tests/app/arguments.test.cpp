#include "collapse/app/arguments.hpp"

#include <catch2/catch.hpp>

#include "collapse/support/failure.hpp"

using namespace collapse;
using app::Arguments;
using app::Usage;
using Catch::Contains;

namespace {

const Usage usage{.verb = "cook",
                  .operands = "RECIPE GUEST...",
                  .summary = "cooks it",
                  .flags = {{"output", "FILE", "where it goes"}, {"quiet", "", "says nothing"}, {"heat", "DEGREES", "how hot"}},
                  .config_keys = true,
                  .rest = "words for the kitchen",
                  .example = "collapse cook soup me"};

Arguments parsed(const std::vector<std::string>& words) { return app::parse_arguments(usage, words); }

std::string complaint(const std::vector<std::string>& words)
{
    try {
        (void)parsed(words);
    } catch (const support::InvalidInput& error) {
        return error.what();
    }
    return "(nothing was thrown)";
}

using Overrides = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("operands, flags and keys of the config are told apart wherever they stand", "[app]")
{
    const Arguments found = parsed({"--heat", "200", "soup", "--grid.T=10, 20", "me", "--quiet", "you", "--model.protocol", "mix"});
    CHECK(found.operands == std::vector<std::string>{"soup", "me", "you"});
    CHECK(found.flags == std::map<std::string, std::string>{{"heat", "200"}, {"quiet", ""}});
    CHECK(found.overrides == Overrides{{"grid.T", "10, 20"}, {"model.protocol", "mix"}});
    CHECK_FALSE(found.help);
}

TEST_CASE("short names are those of help and output", "[app]")
{
    CHECK(parsed({"-h"}).help);
    CHECK(parsed({"soup", "me", "-o", "pot.h5"}).flags.at("output") == "pot.h5");
    Usage writes_nothing = usage;
    writes_nothing.flags.clear();
    CHECK_THROWS_AS(app::parse_arguments(writes_nothing, {"soup", "me", "-o", "x"}), support::InvalidInput);
}

TEST_CASE("what follows -- is passed on as it is", "[app]")
{
    const Arguments found = parsed({"soup", "me", "--", "--quiet", "--nosuch=1"});
    CHECK(found.rest == std::vector<std::string>{"--quiet", "--nosuch=1"});
    CHECK_FALSE(found.has("quiet"));
}

TEST_CASE("names of a chain's own may be overridden, others must be known", "[app]")
{
    CHECK(parsed({"soup", "me", "--chain.step", "fit X(t) to truth", "--grid.mine=1"}).overrides.size() == 2);
    CHECK_THAT(complaint({"soup", "me", "--model.mine=1"}), Contains("unknown option --model.mine"));
}

TEST_CASE("a wrong call is refused with the word, the reason and the remedy", "[app]")
{
    CHECK_THAT(complaint({"soup", "me", "--quite"}), Contains("unknown option --quite (did you mean --quiet?)"));
    CHECK_THAT(complaint({"soup", "me", "--replicates", "5"}), Contains("did you mean --simulation.replicates?"));
    CHECK_THAT(complaint({"soup", "me", "--qui"}), Contains("unknown option --qui"));  // no guessing
    CHECK_THAT(complaint({"soup", "me", "--heat"}), Contains("--heat is given without a value"));
    CHECK_THAT(complaint({"soup", "me", "--heat="}), Contains("--heat is given without a value; write --heat=VALUE"));
    CHECK_THAT(complaint({"soup", "me", "--quiet=yes"}), Contains("--quiet takes no value"));
    CHECK_THAT(complaint({"soup", "me", "-x"}), Contains("unknown option -x"));
    CHECK_THAT(complaint({"soup"}), Contains("takes RECIPE GUEST..., but \"soup\" is given"));
    CHECK_THAT(complaint({}), Contains("but nothing is given"));
    Usage none = usage;
    none.operands.clear();
    CHECK_THROWS_WITH(app::parse_arguments(none, {"soup"}), Contains("takes no operand, but \"soup\" is given"));
}

TEST_CASE("the line of the call is one that a shell reads back", "[app]")
{
    CHECK(app::shell_word("a/b-1.h5") == "a/b-1.h5");
    CHECK(app::shell_word("") == "''");
    CHECK(app::shell_word("it's $HOME") == R"('it'\''s $HOME')");
    CHECK(app::shell_word("two\nlines") == "'two\nlines'");
    CHECK(parsed({"soup of the day", "me"}).command_line == "collapse cook 'soup of the day' me");
}

TEST_CASE("help names operands, flags, the rest, an example and the keys", "[app]")
{
    const std::string help = app::help_text(usage);
    CHECK_THAT(help, Contains("collapse cook RECIPE GUEST... [options] [-- ...]\ncooks it\n"));
    CHECK_THAT(help, Contains("--heat DEGREES") && Contains("how hot") && Contains("--quiet") && Contains("--help"));
    CHECK_THAT(help, Contains("before words for the kitchen") && Contains("Example: collapse cook soup me"));
    CHECK_THAT(help, Contains("--grid.lambda VALUE") && Contains("--simulation.seed VALUE"));
}
