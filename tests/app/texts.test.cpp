#include <catch2/catch.hpp>

#include <cmath>

#include <nlohmann/json.hpp>

#include "collapse/app/message.hpp"
#include "collapse/app/shard_option.hpp"
#include "collapse/app/table_text.hpp"
#include "collapse/support/failure.hpp"
#include "support/sweeps.hpp"

using namespace collapse;
using Catch::Contains;

namespace {

app::Arguments with(const std::string& flag)
{
    app::Arguments arguments;
    if (!flag.empty()) arguments.flags[flag] = "";
    return arguments;
}

/// Two by two cells, one axis that nobody uses, a number and a flag.
store::Table table()
{
    store::Table result;
    result.title = "what is best";
    result.dimensions = {test::axis("T", "10, 20"), test::axis("alpha", "0"), test::axis("n", "0, 1")};
    result.dimensions[1].used = false;
    result.scalars = {test::axis("d", "5")};
    result.variables = {{"w", "weight", {0.5, std::nan(""), INFINITY, 0.1}, {}},
                        {"place", "where, exactly", {0, 1, 1, 0}, {"inside", "at the \"end\", or beyond"}}};
    return result;
}

}  // namespace

TEST_CASE("a message stays one line whatever names are in it", "[app]")
{
    CHECK(app::one_line("plain, \xC3\xA9 too") == "plain, \xC3\xA9 too");
    CHECK(app::one_line("two\nlines\t\x1b[31m\x7f") == "two?lines??[31m?");
}

TEST_CASE("a table as CSV has a line a cell, empty fields for what is unknown, quotes where they are needed", "[app]")
{
    CHECK(app::table_text(table(), with("csv")) ==
          "T,n,w,place\n"
          "10,0,0.5,inside\n"
          "10,1,,\"at the \"\"end\"\", or beyond\"\n"
          "20,0,inf,\"at the \"\"end\"\", or beyond\"\n"
          "20,1,0.1,inside");
}

TEST_CASE("a table as JSON has an object a cell, null for what is unknown, what is not finite as a word", "[app]")
{
    const auto found = nlohmann::json::parse(app::table_text(table(), with("json")));
    CHECK(found["title"] == "what is best");
    CHECK(found["parameters"] == nlohmann::json{{"d", 5.0}});
    REQUIRE(found["cells"].size() == 4);
    CHECK(found["cells"][1] == nlohmann::json{{"T", 10.0}, {"n", 1.0}, {"w", nullptr}, {"place", "at the \"end\", or beyond"}});
    CHECK(found["cells"][2]["w"] == "inf");
}

TEST_CASE("one format of a table at a time", "[app]")
{
    CHECK(app::wants_table(with("csv")));
    CHECK_FALSE(app::wants_table(with("")));
    app::Arguments both = with("csv");
    both.flags["json"] = "";
    CHECK_THROWS_WITH(app::wants_table(both), Contains("--json and --csv"));
}

TEST_CASE("a shard is i/N, and its file is named for it", "[app]")
{
    const auto shard = [](const std::string& text) {
        app::Arguments arguments;
        arguments.flags["shard"] = text;
        return app::shard_of(arguments);
    };
    CHECK(shard("2/8").number == 2);
    CHECK(shard("2/8").count == 8);
    CHECK(app::shard_file("some/out.h5", shard("2/8")) == "some/out.shard-2-of-8.h5");
    CHECK(app::shard_file("some/out.h5", app::shard_of({})) == "some/out.h5");
    for (const char* text : {"", "2", "0/8", "9/8", "-1/8", "1/0", "a/b", "1/8/2", "1/99999999999"})
        CHECK_THROWS_WITH(shard(text), Contains(std::string("--shard ") + text + " is no part of a sweep") && Contains("2/8"));
}
