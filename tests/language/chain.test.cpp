#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "collapse/language/chain.hpp"
#include "collapse/support/failure.hpp"

using namespace collapse;
using Catch::Contains;
using language::Chain;
using problem::Cell;
using problem::Fit;
using problem::Scheme;
using Lines = std::vector<std::pair<std::string, std::string>>;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

const Cell cell{.T = 100, .d = 50, .T0 = 200, .lambda0 = 0.25, .sigma = 0.5, .sigma0 = 2, .w = 0.75, .p = 0.3, .own = {{"q", 7}}};

Scheme scheme(const Lines& lines, const std::vector<double>& ridges = {0, 0.1}) { return Chain(lines).scheme(cell, ridges); }

std::vector<double> numbers(const std::vector<problem::Share>& shares)
{
    std::vector<double> all;
    for (const auto& [of, share] : shares) all.push_back(of), all.push_back(share);
    return all;
}

std::vector<double> sizes(const problem::Labels& labels)
{
    std::vector<double> all;
    for (const auto& noise : labels.noise) all.push_back(noise.size);
    return all;
}

const Lines replace{{"G", "rows(T0)"},
                    {"X", "rows(T)"},
                    {"step", "fit G(t) to model(t-1) + sigma0*noise, ridge lambda0"},
                    {"evaluate", "fit X(0) to model(t-1) + sigma*noise"}};

const Lines accumulate{{"X", "rows(T)"},
                       {"start", "X(0) to truth + sigma*noise"},
                       {"step", "X(0..t-1) to labels(t-1) and X(t) to model(t-1) + sigma0*noise, ridge 2*lambda"}};

}  // namespace

TEST_CASE("a chain of generators and an evaluated model is a scheme", "[language]")
{
    const Scheme chain = scheme(replace);
    const Fit generator = chain.generation(3), evaluated = chain.evaluated(3);
    REQUIRE(generator.uses.size() == 1);
    CHECK(generator.ridges == std::vector{0.25, 0.25});
    CHECK_FALSE(generator.swept);
    CHECK(generator.uses[0].block.rows == 200);
    CHECK(generator.uses[0].block.generation == 3);
    CHECK(generator.uses[0].weight == 1.0 / 200);
    CHECK(numbers(generator.uses[0].labels.models) == std::vector<double>{2, 1});
    CHECK(sizes(generator.uses[0].labels) == std::vector<double>{2});
    REQUIRE(evaluated.uses.size() == 1);
    CHECK(evaluated.ridges == std::vector{0, 0.1});
    CHECK(evaluated.swept);
    CHECK(evaluated.uses[0].block.rows == 100);
    CHECK(evaluated.uses[0].block.kind != generator.uses[0].block.kind);
    CHECK(numbers(evaluated.uses[0].labels.models) == std::vector<double>{2, 1});
    CHECK(numbers(chain.evaluated(0).uses[0].labels.models) == std::vector<double>{-1, 1});
    CHECK(evaluated.uses[0].labels.noise[0].source == chain.evaluated(0).uses[0].labels.noise[0].source);
    CHECK(chain.repeats_from == 0);
    CHECK(chain.generation(inf).uses[0].labels.models[0].of == inf);
}

TEST_CASE("ranges of rows keep the labels that they had", "[language]")
{
    const Scheme chain = scheme(accumulate);
    const Fit fit = chain.generation(2);
    REQUIRE(fit.uses.size() == 3);
    CHECK(fit.ridges == std::vector{0, 0.2});
    for (std::size_t g = 0; g < 3; ++g) {
        CHECK(fit.uses[g].block.generation == static_cast<double>(g));
        CHECK(fit.uses[g].weight == 1.0 / 300);
        CHECK(numbers(fit.uses[g].labels.kept) == (g < 2 ? std::vector<double>{1, 1} : std::vector<double>{}));
    }
    CHECK(numbers(fit.uses[2].labels.models) == std::vector<double>{1, 1});
    CHECK(sizes(chain.generation(0).uses[0].labels) == std::vector{0.5});
    CHECK(chain.repeats_from == inf);
}

TEST_CASE("rows drawn once are relabelled in every generation", "[language]")
{
    Lines lines = accumulate;
    lines[0].second = "rows(T, once)";
    const Fit fit = scheme(lines).generation(2);
    REQUIRE(fit.uses.size() == 3);
    for (std::size_t g = 0; g < 3; ++g) {
        CHECK(fit.uses[g].block.is(fit.uses[0].block));
        CHECK(fit.uses[g].copy == static_cast<double>(g));
    }
    // and the noise of one set of labels is not that of another
    const Fit relabelled = scheme({{"X", "rows(T, once)"}, {"step", "X(0..t) to truth + noise"}}).generation(1);
    CHECK(relabelled.uses[0].labels.noise[0].source != relabelled.uses[1].labels.noise[0].source);
}

TEST_CASE("labels are sums of parts, whatever way they are written", "[language]")
{
    const Scheme chain =
        scheme({{"X", "rows(T)"},
                {"far", "teacher(q)"},
                {"real", "truth + sigma*noise"},
                {"step", "X(0) to w*real + (1-w)*(2*model(t-1) - (model(0) + far)/2 + sigma0*noise) - if(t > 1, 0*far, 0*truth)"},
                {"start", "X(0) to real"}});
    const problem::Labels labels = chain.generation(3).uses[0].labels;
    CHECK(numbers(labels.models) == std::vector<double>{2, 0.5, 0, -0.125});
    CHECK(numbers(labels.teachers) == std::vector<double>{0, -0.125});
    CHECK(sizes(labels) == std::vector<double>{0.375, 0.5});
    CHECK(labels.noise[0].source != labels.noise[1].source);
    CHECK(labels.noise[0].source != chain.generation(2).uses[0].labels.noise[0].source);
    REQUIRE(chain.teachers.size() == 1);
    CHECK(chain.teachers[0].distance == 7);
}

TEST_CASE("weights, shares and subsamples", "[language]")
{
    const Lines weighted{
        {"R", "rows(T)"}, {"S", "rows(T0)"}, {"step", "R(t) weight w to truth and S(t) weight 1-w share 0.5 to model(t-1)"}};
    const Fit fit = scheme(weighted).generation(1);
    CHECK(fit.uses[0].weight == 0.75 / 100);
    CHECK(fit.uses[1].weight == 0.25 / (200 * 0.5));
    CHECK(fit.uses[1].share == 0.5);
    const Fit shared =
        scheme({{"R", "rows(T)"}, {"S", "rows(T0)"}, {"step", "R(t) to truth and S(t) share p to model(t-1)"}}).generation(1);
    CHECK(shared.uses[1].weight == 1 / (100 + 200 * 0.3));
    const Fit drawn = scheme({{"X", "rows(T)"}, {"step", "X(0..t) to truth, subsample T, ridge lambda"}}).generation(4);
    CHECK(drawn.subsample == 100);
    CHECK(drawn.uses[2].weight == 0.01);
    // Rows without weight or number take no part.
    CHECK(scheme({{"R", "rows(T)"}, {"S", "rows(0*T)"}, {"step", "R(t) to truth and S(t) to model(t-1)"}})
              .generation(1)
              .uses.size() == 1);
}

TEST_CASE("sequences go by recursion, and to their limit", "[language]")
{
    const Scheme chain = scheme({{"X", "rows(T)"},
                                 {"v(0)", "1"},
                                 {"v(t)", "(1 + v(t-1)) / (2 + v(t-1))"},
                                 {"step", "X(t) to v(t)*truth + (1 - v(t))*model(t-1)"}});
    const auto weight = [&](double t) { return 1 - chain.generation(t).uses[0].labels.models[0].share; };
    CHECK(weight(1) == Approx(2.0 / 3));
    CHECK(weight(2) == Approx(5.0 / 8));
    CHECK(weight(3) == Approx(13.0 / 21));
    CHECK(weight(inf) == Approx((std::sqrt(5.0) - 1) / 2));
    CHECK(weight(1) == Approx(2.0 / 3));
    CHECK(chain.repeats_from == inf);
}

TEST_CASE("rows may have a spectrum of their own", "[language]")
{
    const Lines lines{{"X", "rows(T)"},
                      {"A", "rows(T, spectrum(beta_synthetic))"},
                      {"B", "rows(T, spectrum(q), once)"},
                      {"step", "A(t) to truth and B(t) to truth and X(t) to truth"}};
    const Scheme unset = scheme(lines);
    REQUIRE(unset.spectra.size() == 1);
    CHECK(unset.spectra[0].beta == 7);
    CHECK(unset.generation(0).uses[0].block.spectrum == 0);
    CHECK(unset.generation(0).uses[1].block.spectrum == 1);
    Cell own = cell;
    own.beta_synthetic = 2;
    const Scheme given = Chain(lines).scheme(own, {0});
    REQUIRE(given.spectra.size() == 2);
    CHECK(given.spectra[0].beta == 2);
    CHECK(given.generation(0).uses[1].block.spectrum == 2);
    CHECK(given.generation(0).uses[2].block.spectrum == 0);
}

TEST_CASE("where fits repeat is found, schedules never do", "[language]")
{
    const auto from = [](const std::string& step, const std::string& start = "") {
        Lines lines{{"X", "rows(T)"}, {"step", step}};
        if (!start.empty()) lines.emplace_back("start", start);
        return scheme(lines).repeats_from;
    };
    CHECK(from("X(t) to w*truth + (1-w)*model(t-1)", "X(0) to truth") == 1);
    CHECK(from("X(t) to w*truth + (1-w)*model(t-1)", "X(0) to truth, ridge 1") == 1);
    CHECK(from("X(0) to w*labels(0) + (1-w)*model(t-1)", "X(0) to truth") == 1);
    CHECK(from("X(t) to model(max(t-3, -1))") == 0);
    CHECK(from("X(t) to model(t-1), ridge lambda/(1+t)") == inf);
    CHECK(from("X(t) to model(t-1) + if(t < 50, 1, 2)*noise") == inf);
    CHECK(from("X(0..t) to truth") == inf);
}

TEST_CASE("a chain names its parameters", "[language]")
{
    const Chain chain({{"X", "rows(round(share_of*T))"}, {"half", "w/2"}, {"step", "X(t) to truth + half*noise"}});
    CHECK(chain.parameters() == std::vector<std::string>{"T", "lambda", "share_of", "w"});
}

TEST_CASE("what makes no sense is refused with its line, place and reason", "[language]")
{
    const auto says = [](Lines lines, const std::string& message) { CHECK_THROWS_WITH(Chain(lines), Contains(message)); };
    const std::pair<std::string, std::string> X{"X", "rows(T)"}, step{"step", "X(t) to truth"};
    says({X}, "[chain] has no step");
    says({X, {"stpe", "X(t) to truth"}}, "the fits are start, step and evaluate (did you mean step?)");
    says({X, {"step", "Y(t) to truth"}},
         "chain.step = Y(t) to truth cannot be read at position 1, before \"Y(t) to truth\": Y are no rows that [chain] defines");
    says({X, {"step", "X(t) to n*truth"}}, "nothing in a chain depends on n");
    says({X, {"step", "X(t) to truth + lambda*noise"}}, "only ridges may depend on lambda");
    says({{"X", "rows(T*lambda)"}, step}, "only ridges may depend on lambda");
    says({X, {"step", "X(t) to 2"}}, "labels are sums of truth, model(...)");
    says({X, {"step", "X(t) to truth + 2"}}, "a number alone is none");
    says({X, {"step", "X(t) to truth*truth"}}, "labels cannot go through *");
    says({X, {"step", "X(t) to exp(truth)"}}, "labels cannot go through exp");
    says({X, {"step", "X(t) to modle(t-1)"}}, "labels are sums of truth");
    says({X, {"step", "X(t) to truth, rigde 3"}}, "position 16, before \"rigde 3\": expected ridge or subsample");
    says({X, {"step", "X(t) to share*truth"}}, "expected an expression (\"share\" is a word of the language; choose another name)");
    says({X, step, {"share", "2"}}, "chain.share is no name for a line of [chain]");
    says({X, {"step", "X(t) too truth"}}, "expected `to` and labels");
    says({X, {"step", "X t to truth"}}, "expected an opening parenthesis");
    says({X, {"step", "X(t) to truth, ridge g"}}, "g is the generation in which rows were drawn");
    says({X, {"step", "X(t) weight w to truth and X(0) to truth"}}, "give all of them a weight, or none");
    says({X, step, {"sigma", "2"}}, "gives sigma, a parameter of [grid], another meaning");
    says({X, step, {"exp", "2"}}, "which has a meaning of its own");
    says({X, step, {"a-b", "2"}}, "is no name for a line of [chain]");
    says({X, {"step", "X(t) to a*truth"}, {"a", "b"}, {"b", "a"}}, "leads back to itself");
    says({X, step, {"v(t)", "2"}}, "chain.v is no whole sequence; give both v(0) and v(t)");
    says({X, step, {"v(1)", "2"}}, "is no part of a sequence");
    says({X, {"step", "X(t) to v*truth"}, {"v(0)", "1"}, {"v(t)", "1"}}, "v is a sequence; write v(t)");
    says({{"X", "rows(T, twice)"}, step}, "rows take their number, then `once` or spectrum(beta)");
}

TEST_CASE("what makes no sense for a cell is refused with the value", "[language]")
{
    const auto says = [](const Lines& lines, const std::string& message, double t = 2) {
        CHECK_THROWS_WITH(scheme(lines).generation(t), Contains(message));
    };
    const auto step = [](const std::string& text) { return Lines{{"X", "rows(T)"}, {"start", "X(0) to truth"}, {"step", text}}; };
    says(step("X(t) to 0.5*model(t-1)"), "add up to 0.5 at t = 2, and must add up to 1");
    says(step("X(t) to model(t)"), "model(2) at t = 2 is none of the fits before; give a number from -1 to 1");
    says(step("X(t) to labels(t-3)"), "labels(-1) at t = 2 is none of the fits before; give a number from 0 to 1");
    says(step("X(t) to model(t/4)"), "model(0.5) at t = 2 is none of the fits before");
    says(step("X(t+1) to truth"), "rows of generation 3 are not drawn yet at t = 2");
    says(step("X(t-4) to truth"), "the generation of rows is -2 at t = 2");
    says(step("X(t) to truth, ridge -1"), "a ridge is -1 at t = 2; it must be finite and not negative");
    says(step("X(t) weight -1 to truth"), "a weight is -1 at t = 2");
    says(step("X(t) share 2 to truth"), "a share of rows is 2 at t = 2; it must lie in [0, 1]");
    says(step("X(t) share 0 to truth"), "the fit has no rows at t = 2");
    says(step("X(t) to truth, subsample 2*T"), "a subsample of 200 rows of 100 at t = 2 is not possible");
    says(step("X(t) to truth, ridge log(0-1)"), "a ridge is");
    says({{"X", "rows(0-T)"}, {"step", "X(t) to truth"}}, "the number of rows is -100");
    says(step("X(0..t) to truth"), "endless rows in the limit", inf);
    says({{"X", "rows(T)"}, {"v(0)", "1"}, {"v(t)", "v(t)"}, {"step", "X(t) to truth + v(t)*noise"}}, "leads back to itself");
    says({{"X", "rows(T)"}, {"v(0)", "1"}, {"v(t)", "-v(t-1)"}, {"step", "X(t) to truth + v(t)*noise"}}, "does not come to a limit",
         inf);
}

TEST_CASE("the first fits of a cell are looked at before anything is drawn", "[language]")
{
    Cell third = cell;
    third.T = 100.5;
    CHECK_NOTHROW(Chain(replace).check(third, {0}, inf, false));
    CHECK_THROWS_WITH(Chain(replace).check(third, {0}, 1, true),
                      Contains("gives 100.5 rows, which cannot be drawn; put round(...) around the number"));
    const Lines lost{{"X", "rows(T)"}, {"step", "X(t) to truth"}, {"evaluate", "X(0) to labels(t-1)"}};
    CHECK_NOTHROW(Chain(lost).check(cell, {0}, 1, true));
    CHECK_THROWS_WITH(Chain(lost).check(cell, {0}, 2, true), Contains("labels(1) of rows that took no part in fit 1"));
}
