#include <cmath>

#include <catch2/catch.hpp>

#include "collapse/language/expression.hpp"
#include "collapse/support/failure.hpp"

using namespace collapse;
using Catch::Matchers::Equals;

namespace {

const language::Names names{{"t", "sigma", "T"}, {"v"}, {"truth"}};

double value(const std::string& text, double t = 3, double sigma = 0.5, double T = 100)
{
    const language::Line line{"chain.q", text};
    const language::Expression expression(language::parse_expression(line), names, line);
    return expression({{t, sigma, T}, [](std::size_t, double generation) { return 10 * generation; }});
}

}  // namespace

TEST_CASE("expressions follow the rules of arithmetic", "[language]")
{
    CHECK(value("1 + 2*3") == 7);
    CHECK(value("1 - 2 - 3") == -4);
    CHECK(value("8 / 4 / 2") == 1);
    CHECK(value("(1 + 2)*3") == 9);
    CHECK(value("-2^2") == -4);
    CHECK(value("2^-1") == 0.5);
    CHECK(value("2^3^2") == 512);
    CHECK(value("--2") == 2);
    CHECK(value("+2*-3") == -6);
    CHECK(value("2*t^2 - T*sigma") == 2 * 9 - 50);
    CHECK(value("v(t - 1) + 1") == 21);
}

TEST_CASE("numbers are read to the nearest double", "[language]")
{
    CHECK(value("0.1") == 0.1);
    CHECK(value("1.7976931348623157e308") == 1.7976931348623157e308);
    CHECK(value("4.35e-3") == 4.35e-3);
    CHECK(value(".5") == 0.5);
    CHECK(value("123456789.123456789") == 123456789.123456789);
}

TEST_CASE("functions are those of the standard library", "[language]")
{
    CHECK(value("min(3, t, sigma)") == 0.5);
    CHECK(value("max(1, 2, 3, 4, 5, T)") == 100);
    CHECK(value("sqrt(2)") == std::sqrt(2.0));
    CHECK(value("exp(log(3))") == std::exp(std::log(3.0)));
    CHECK(value("round(2.5) + floor(2.9) + ceil(2.1) + abs(-1)") == 3 + 2 + 3 + 1);
    CHECK(value("if(t < 3, 1, 2)") == 2);
    CHECK(value("if(t <= 3, 1, 2) + if(t == 3, 10, 20) + if(t > 3, 100, 200) + if(t >= 4, 1000, 2000)") == 2211);
    CHECK(std::isnan(value("sqrt(-1)")));
}

TEST_CASE("of an if only the part that counts is evaluated", "[language]")
{
    const language::Line line{"chain.q", "if(t == 0, 1, v(t - 1))"};
    const language::Expression expression(language::parse_expression(line), names, line);
    const language::Values first{{0, 0, 0}, [](std::size_t, double) -> double { throw std::logic_error("evaluated"); }};
    CHECK(expression(first) == 1);
}

TEST_CASE("an expression knows what it depends on", "[language]")
{
    const language::Line line{"chain.q", "if(sigma > 1, 2, v(T))"};
    const language::Expression expression(language::parse_expression(line), names, line);
    CHECK_FALSE(expression.uses(0));
    CHECK(expression.uses(1));
    CHECK(expression.uses(2));
    CHECK(expression.uses_sequences());
}

TEST_CASE("what cannot be read is told with its place and what was expected or meant", "[language]")
{
    const auto says = [](const std::string& text, const std::string& message) {
        CHECK_THROWS_WITH(value(text), Equals("chain.q = " + text + message + "; correct the line there"));
    };
    says("(1 + 2", " cannot be read at position 7, its end: expected a closing parenthesis");
    says("1 +", " cannot be read at position 4, its end: expected an expression");
    says("1 2", " cannot be read at position 3, before \"2\": expected an operator or the end of the line");
    says("min()", " cannot be read at position 5, before \")\": expected an expression");
    says("1 + simga",
         " cannot be read at position 5, before \"simga\": \"simga\" is no number that is known here (did you mean sigma?)");
    says("sqr(2)", " cannot be read at position 1, before \"sqr(2)\": \"sqr\" is no function (did you mean sqrt?)");
    says("sqrt(1, 2)", " cannot be read at position 1, before \"sqrt(1, 2)\": sqrt takes 1 argument");
    says("2*truth", " cannot be read at position 3, before \"truth\": \"truth\" is no number");
    says("", " cannot be read at position 1, its end: expected an expression");
}
