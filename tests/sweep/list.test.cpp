#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "collapse/support/failure.hpp"
#include "collapse/sweep/list.hpp"

using Catch::Contains;
using collapse::support::InvalidInput;
using collapse::sweep::parse_list;
using collapse::sweep::parse_number;
using collapse::sweep::parse_whole;
using Values = std::vector<double>;

namespace {

Values values(std::string_view text) { return parse_list("grid.x", text).values; }

}  // namespace

TEST_CASE("a list of numbers is read as it stands", "[sweep]")
{
    CHECK(values("1, 2, 5") == Values{1, 2, 5});
    CHECK(values(" 0.5 ") == Values{0.5});
    CHECK(values("+3,-1e-3") == Values{3, -1e-3});
    CHECK(values("inf, 0") == Values{INFINITY, 0});
    CHECK_FALSE(parse_list("grid.x", "1, 2").power_of_T);
}

TEST_CASE("a range includes both ends", "[sweep]")
{
    CHECK(values("0:3") == Values{0, 1, 2, 3});
    CHECK(values("2:10:4") == Values{2, 6, 10});
    CHECK(values("5:5") == Values{5});
    CHECK(values("3:1:-1") == Values{3, 2, 1});
    CHECK(values("0:1:0.3") == Values{0, 0.3, 0.6, 0.9});
    CHECK(values("0 : 10 : 5") == Values{0, 5, 10});
}

TEST_CASE("spaces have exact ends and the count asked for", "[sweep]")
{
    CHECK(values("linspace(0, 1, 3)") == Values{0, 0.5, 1});
    CHECK(values("linspace(0.1, 0.7, 7)").back() == 0.7);
    CHECK(values("linspace(4, 9, 1)") == Values{4});
    CHECK(values("geomspace(1, 0.001, 4)").front() == 1);
    CHECK(values("geomspace(1, 0.001, 4)").back() == 0.001);
    CHECK(values("geomspace(1, 100, 3)") == Values{1, 10, 100});
    CHECK(values("logspace(-2, 1, 4)") == Values{0.01, 0.1, 1, 10});
}

TEST_CASE("generated values are the decimals that were meant", "[sweep]")
{
    CHECK(values("logspace(-4, 1, 6)") == Values{1e-4, 1e-3, 1e-2, 0.1, 1, 10});
    CHECK(values("logspace(-4, 1, 11)")[8] == 1);
    CHECK(values("logspace(-300, 300, 7)") == Values{1e-300, 1e-200, 1e-100, 1, 1e100, 1e200, 1e300});
    CHECK(values("geomspace(1e-4, 10, 6)") == Values{1e-4, 1e-3, 1e-2, 0.1, 1, 10});
    CHECK(values("geomspace(3e-300, 3e300, 7)") == Values{3e-300, 3e-200, 3e-100, 3, 3e100, 3e200, 3e300});
    CHECK(values("geomspace(1, 32, 6)") == Values{1, 2, 4, 8, 16, 32});
    CHECK(values("0:1:0.1") == Values{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1});
    CHECK(values("1:0:-0.3") == Values{1, 0.7, 0.4, 0.1});
    CHECK(values("-0.1:0.6:0.1") == Values{-0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6});
    CHECK(values("-100:100:0.1")[1001] == 0.1);
    CHECK(values("linspace(1, 0, 11)") == Values{1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0});
    // Others have 15 digits, except the ends.
    CHECK(values("linspace(0, 1, 4)") == Values{0, 0.333333333333333, 0.666666666666667, 1});
    CHECK(values("logspace(0, 1, 3)")[1] == 3.16227766016838);
    CHECK(values("linspace(0.12345678901234567, 1.2345678901234567, 2)") == Values{0.12345678901234567, 1.2345678901234567});
    CHECK(values("0.12345678901234567:2:1.0") == Values{0.12345678901234567, 1.12345678901235});
}

TEST_CASE("round makes whole numbers, each once", "[sweep]")
{
    CHECK(values("round(logspace(0, 1, 5))") == Values{1, 2, 3, 6, 10});
    CHECK(values("round(1.4, linspace(0.6, 2.5, 3)), 7.5") == Values{1, 2, 3, 7.5});
    CHECK(values("round(linspace(1, 2, 50))") == Values{1, 2});
    CHECK(values("round(inf)") == Values{std::numeric_limits<double>::infinity()});
}

TEST_CASE("forms can be mixed", "[sweep]") { CHECK(values("0, 2:4, linspace(10, 20, 2), 7") == Values{0, 2, 3, 4, 10, 20, 7}); }

TEST_CASE("powers of T are read as their exponents", "[sweep]")
{
    const auto list = parse_list("grid.lambda", "T^-0.6, T^-1");
    CHECK(list.power_of_T);
    CHECK(list.values == Values{-0.6, -1});
    CHECK(parse_list("grid.lambda", "T^linspace(-1, 0, 3)").values == Values{-1, -0.5, 0});
    CHECK(parse_list("grid.lambda", "T^-2:0").values == Values{-2, -1, 0});
}

TEST_CASE("what is no list is refused with the key, the text and the reason", "[sweep]")
{
    const auto message = [](std::string_view text) -> std::string {
        try {
            (void)values(text);
        } catch (const InvalidInput& error) {
            return error.what();
        }
        return "(nothing was thrown)";
    };
    for (const char* text : {"",
                             "1,,2",
                             "1,",
                             "abc",
                             "1 2",
                             "0.5x",
                             "nan",
                             "--1",
                             "+-1",
                             "+",
                             "1e999",
                             "1:2:3:4",
                             "1:0",
                             "0:1:-1",
                             "0:1:0",
                             "0:inf",
                             "0:1e9",
                             "linspace(0, 1)",
                             "linspace(0, 1, 0)",
                             "linspace(0, 1, 2.5)",
                             "linspace(0, inf, 3)",
                             "linspace(0, 1, 3",
                             "geomspace(0, 1, 3)",
                             "logspace(0, 400, 3)",
                             "geomspace(-1, 1, 3)",
                             "linspace(0, 1, 1e8)",
                             "linspce(0, 1, 3)",
                             "T^-1, 0.5",
                             "T^",
                             "T^x",
                             "round()",
                             "round(1, round(2))",
                             "round(T^0.5)"}) {
        INFO(text);
        CHECK_THROWS_AS(values(text), InvalidInput);
        CHECK_THAT(message(text), Contains("grid.x"));
    }
    CHECK_THAT(message("abc"), Contains("grid.x = abc is not a number"));
    CHECK_THAT(message("1e999"), Contains("range of double precision"));
    CHECK_THAT(message(""), Contains("empty list"));
    CHECK_THAT(message("1,,2"), Contains("empty entry"));
    CHECK_THAT(message("linspce(0, 1, 3)"), Contains("did you mean linspace?"));
    CHECK_THAT(message("linspace(0, 1)"), Contains("three arguments"));
    CHECK_THAT(message("geomspace(0, 1, 3)"), Contains("not positive"));
    CHECK_THAT(message("T^-1, 0.5"), Contains("mixes powers of T"));
    CHECK_THAT(message("linspace(0, 1, 3"), Contains("closing parenthesis"));
    CHECK_THAT(message("1:0"), Contains("empty range"));
    CHECK_THAT(message("round(T^0.5)"), Contains("powers of T"));
}

TEST_CASE("a number reads back exactly", "[sweep]")
{
    for (const double value : {0.1, 1e-300, 123456789.123456789, -0.0}) CHECK(parse_number("k", fmt::format("{}", value)) == value);
}

TEST_CASE("whole numbers are read exactly, and a range is named where they leave it", "[sweep]")
{
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min(), most = std::numeric_limits<std::int64_t>::max();
    constexpr std::uint64_t none = 0, all = std::numeric_limits<std::uint64_t>::max();
    CHECK(parse_whole("k", " 1000 ", least, most) == 1000);
    CHECK(parse_whole("k", "1e3", least, most) == 1000);
    CHECK(parse_whole("k", "9007199254740993", least, most) == 9007199254740993);  // no double
    CHECK(parse_whole("k", "-9223372036854775808", least, most) == least);
    CHECK(parse_whole("k", "9223372036854775807", least, most) == most);
    CHECK(parse_whole("k", "18446744073709551615", none, all) == all);
    CHECK(parse_whole("k", "9.223372036854775808e18", none, all) == 9223372036854775808u);
    for (const char* bad : {"", "x", "1.5", "1e-3", "nan", "inf", "-inf", "1e30", "-1e30", "9223372036854775808",
                            "9.223372036854775808e18", "-9223372036854775809", "1 2", "0x10", "1e", "--1"})
        CHECK_THROWS_WITH(parse_whole("k", bad, least, most),
                          Contains("k = ") && Contains("from -9223372036854775808 to 9223372036854775807"));
    for (const char* bad : {"-1", "1e30", "18446744073709551616", "1.8446744073709551616e19", "-1e-400"})
        CHECK_THROWS_WITH(parse_whole("k", bad, none, all), Contains("from 0 to 18446744073709551615"));
    CHECK_THROWS_WITH(parse_whole("k", "11", std::int64_t{1}, std::int64_t{10}), Contains("from 1 to 10"));
}
