#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include "collapse/problem/model.hpp"
#include "support/statistics.hpp"

using namespace collapse;
using problem::ModelSettings;

namespace {

const problem::Cell cell{.alpha = 0, .beta = 0.5, .d = 50};

ModelSettings with_random_teacher()
{
    ModelSettings settings;
    settings.teacher = "random";
    return settings;
}

rng::Draws draws(std::uint64_t replicate) { return {rng::Key(12), replicate}; }

/// Mean, variance and signal power of random teachers against N(0, factor * c), c = 1 / tr Sigma.
test::Scores random_teachers_against(double factor)
{
    const ModelSettings settings = with_random_teacher();
    const auto nodes = problem::nodes_of(settings, cell);
    std::vector<double> coefficients, squares, powers;
    for (std::uint64_t replicate = 0; replicate < 2000; ++replicate) {
        const problem::LinearModel model = problem::instance_of(settings, cell, draws(replicate));
        powers.push_back((model.eigenvalues.array() * model.teacher.array().square()).sum());
        for (const double w : model.teacher) {
            coefficients.push_back(w);
            squares.push_back(w * w);
        }
    }
    const double c = factor / nodes.eigenvalue.sum();
    test::Scores scores;
    scores.add(test::z_against(test::summarise(coefficients), 0), "mean");
    scores.add(test::z_against(test::summarise(squares), c), "variance");
    scores.add(test::z_against(test::summarise(powers), factor), "signal power");
    return scores;
}

}  // namespace

TEST_CASE("random teachers have the moments of N(0, c)", "[problem]")
{
    const auto scores = random_teachers_against(1);
    INFO(scores.report());
    CHECK_FALSE(scores.any_beyond(test::false_alarm));
}

TEST_CASE("the test of random teachers rejects a variance that is 3 % too large", "[problem]")
{
    CHECK(random_teachers_against(1.03).any_beyond(test::false_alarm));
}

TEST_CASE("a random teacher belongs to its replicate: it reproduces, and differs from the next", "[problem]")
{
    const ModelSettings settings = with_random_teacher();
    CHECK(problem::instance_of(settings, cell, draws(3)).teacher == problem::instance_of(settings, cell, draws(3)).teacher);
    CHECK(problem::instance_of(settings, cell, draws(3)).teacher != problem::instance_of(settings, cell, draws(4)).teacher);
}

TEST_CASE("a power-law teacher is the same for every replicate, and theory's coefficients are its squares", "[problem]")
{
    const auto model = problem::instance_of({}, {.alpha = 1.1, .beta = 0.5, .d = 50}, draws(0));
    const auto nodes = problem::nodes_of({}, {.alpha = 1.1, .beta = 0.5, .d = 50});
    CHECK(model.teacher == problem::instance_of({}, {.alpha = 1.1, .beta = 0.5, .d = 50}, draws(1)).teacher);
    for (numerics::Index j = 0; j < 50; ++j) {
        CHECK(model.eigenvalues[j] == nodes.eigenvalue[j]);
        CHECK(model.teacher[j] * model.teacher[j] == Approx(nodes.coefficient2[j]).epsilon(test::rounding));
    }
}
