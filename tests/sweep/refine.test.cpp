#include "collapse/sweep/refine.hpp"

#include <catch2/catch.hpp>

#include <array>

#include "support/sweeps.hpp"

using namespace collapse;
using Catch::Contains;
using support::Reason;
using sweep::refined_cells;
using test::Axes;
using test::axis;
using Values = std::vector<double>;

// The oracle of a refinement is the uniform grid of its finest values, computed as a whole.

namespace sweep_refine_test {

namespace {

struct Map {
    Axes axes;
    std::vector<std::string> refined;
    std::int64_t levels;
    std::string on = "regime";
    double tolerance = 0;
};

sweep::Settings settings_of(const Map& map, std::int64_t replicates = 0)
{
    sweep::Settings settings;
    for (const auto& [name, list] : map.axes) settings.axes.push_back(axis(name, list));
    settings.refine = {map.refined, map.on, map.levels, map.tolerance, {}};
    settings.simulation.replicates = replicates;
    return sweep::validated(settings);
}

/// Least squares: clean variance sigma^2 d/(T - d - 1) against collapse variance n sigma0^2 d/(T0 - d - 1).
const Map least_squares{{{"d", "20"},
                         {"T0", "60"},
                         {"T", "25, 50, 100, 200, 400"},
                         {"sigma", "0.3"},
                         {"sigma0", "logspace(-2, 1, 5)"},
                         {"n", "0, 1, 4"}},
                        {"T", "sigma0"},
                        6};

/// A power-law spectrum with a ridge, where all four components have their region.
const Map power_law{{{"d", "100"},
                     {"alpha", "1.2"},
                     {"beta", "1.5"},
                     {"T0", "200"},
                     {"T", "50, 100, 200, 400, 800, 1600, 3200, 6400, 12800"},
                     {"lambda", "logspace(-7, 1, 9)"},
                     {"sigma", "0.3"},
                     {"sigma0", "0.2"},
                     {"n", "0, 5"}},
                    {"T", "lambda"},
                    5};

/// Regime of every cell of the uniform grid; the first value of n must be 0.
std::vector<int> regimes(const sweep::Settings& settings, const sweep::Grid& grid)
{
    const protocol::Protocol& protocol = sweep::protocol_of(settings);
    std::vector<int> result;
    for (std::size_t index = 0; index < grid.rows(); ++index) {
        const protocol::Row row = grid.row(sweep::RowIndex{index});
        const auto found = protocol.predict(row, problem::nodes_of(settings.model, row.cell), settings.model.choices);
        for (std::size_t i = 0; i < found.rows(); ++i)
            for (std::size_t j = 0; j < found.columns(); ++j) {
                const auto clean = found(i, 0).asymptotic, all = found(i, j).asymptotic;
                const std::array parts{clean.bias, clean.variance, all.bias - clean.bias, all.variance - clean.variance};
                result.push_back(static_cast<int>(std::ranges::max_element(parts) - parts.begin()));
            }
    }
    return result;
}

/// The corners of every smallest box that are not all alike, as lists of cells.
std::vector<std::vector<std::size_t>> boundary(const sweep::Grid& grid, const std::vector<std::string>& refined,
                                               const std::vector<int>& regime)
{
    std::vector<std::size_t> corners{0}, strides, sizes;
    std::size_t stride = grid.cells();
    for (const test::Axis& a : grid.axes()) {
        stride /= a.values.size();
        if (std::ranges::find(refined, a.name()) == refined.end()) continue;
        strides.push_back(stride);
        sizes.push_back(a.values.size());
        for (std::size_t i = 0, count = corners.size(); i < count; ++i) corners.push_back(corners[i] + stride);
    }
    std::vector<std::vector<std::size_t>> boxes;
    for (std::size_t cell = 0; cell < grid.cells(); ++cell) {
        bool inside = true;
        for (std::size_t k = 0; k < sizes.size(); ++k) inside = inside && cell / strides[k] % sizes[k] + 1 < sizes[k];
        if (!inside) continue;
        std::vector<std::size_t> box;
        for (const std::size_t corner : corners) box.push_back(cell + corner);
        if (std::ranges::any_of(box, [&](std::size_t one) { return regime[one] != regime[cell]; })) boxes.push_back(box);
    }
    return boxes;
}

double check_boundary(const char* name, const Map& map)
{
    const sweep::Settings settings = settings_of(map);
    const sweep::Grid grid(settings.axes);
    const auto cells = refined_cells(settings, grid);
    const auto boxes = boundary(grid, map.refined, regimes(settings, grid));
    CHECK(boxes.size() > 100);
    std::size_t missed = 0;
    for (const auto& box : boxes) missed += !std::ranges::all_of(box, [&](std::size_t cell) { return cells[cell]; });
    CHECK(missed == 0);
    // Without n = 0, the first value, where nothing competes with clean data and few cells are needed.
    const std::size_t generations = grid.cells_per_row() / grid.ridges();
    std::size_t all = 0, selected = 0;
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        if (cell % generations == 0) continue;
        ++all;
        selected += cells[cell];
    }
    const double factor = static_cast<double>(all) / static_cast<double>(selected);
    WARN(fmt::format("{}: {} of {} cells with n > 0, {:.1f} times fewer; none missed of the {} smallest boxes on boundaries", name,
                     selected, all, factor, boxes.size()));
    return factor;
}

/// What is said of the small sweep refined like this.
std::string complaint(const Axes& axes, const sweep::RefineSettings& refine)
{
    sweep::Settings settings = test::small_settings(axes);
    settings.refine = refine;
    try {
        settings = validated(settings);
        (void)refined_cells(settings, sweep::Grid(settings.axes));
    } catch (const support::InvalidInput& error) {
        return error.what();
    }
    return "(nothing was thrown)";
}

}  // namespace

TEST_CASE("intervals are halved in logarithms where there is a scale, linearly elsewhere", "[refine]")
{
    const auto halved = [](const char* name, const Values& start, std::int64_t levels) {
        return sweep::halved(*sweep::find_coordinate(name), start, levels);
    };
    const Values lambda = halved("lambda", {1e-4, 1}, 1), wide = halved("sigma", {1, 16, 1}, 2);
    CHECK(lambda.size() == 3);
    CHECK(lambda[1] == Approx(1e-2).epsilon(1e-14));
    CHECK(wide.size() == 9);
    for (std::size_t i = 0; i < 5; ++i) CHECK(wide[i] == Approx(std::exp2(i)).epsilon(1e-14));
    CHECK(halved("lambda", {0, 1}, 2) == Values{0, 0.25, 0.5, 0.75, 1});
    CHECK(halved("ell", {1, 2, 4}, 1) == Values{1, 1.5, 2, 3, 4});
    CHECK(halved("w", {0.5, 1}, 1) == Values{0.5, 0.75, 1});
    CHECK(halved("beta", {1, 2}, 1) == Values{1, 1.5, 2});
}

TEST_CASE("whole numbers are rounded and kept once", "[refine]")
{
    const auto T = sweep::find_coordinate("T");
    CHECK(sweep::halved(*T, {1, 4, 400}, 3) == Values{1, 2, 3, 4, 7, 13, 22, 40, 71, 126, 225, 400});
    CHECK(sweep::halved(*sweep::find_coordinate("n"), {0, 3}, 4) == Values{0, 1, 2, 3});
    CHECK(sweep::halved(*T, {8, 4}, 10) == Values{8, 7, 6, 5, 4});
}

TEST_CASE("settings that were refined once may be refined again", "[refine]")
{
    const sweep::Settings once = settings_of(power_law), twice = sweep::validated(once);
    CHECK(twice.axes == once.axes);
    CHECK(twice.resolved() == once.resolved());
}

TEST_CASE("refinement finds the boundary of the uniform grid with 20 times fewer cells for least squares", "[refine]")
{
    CHECK(check_boundary("least squares in T, sigma0", least_squares) > 20);
}

TEST_CASE("refinement finds the boundaries of the uniform grid with 20 times fewer cells for a power law", "[refine]")
{
    CHECK(check_boundary("power law in T, lambda", power_law) > 20);
}

TEST_CASE("a boundary is followed into boxes whose corners are alike", "[refine]")
{
    Map map = least_squares;
    map.axes["T"] = "25, 400";
    map.axes["sigma0"] = "0.01, 10";
    map.levels = 9;
    const sweep::Settings settings = settings_of(map);
    const sweep::Grid grid(settings.axes);
    const auto cells = refined_cells(settings, grid);
    for (const auto& box : boundary(grid, map.refined, regimes(settings, grid)))
        for (const std::size_t cell : box) REQUIRE(cells[cell]);
}

TEST_CASE("the located crossover is that of the closed form", "[refine]")
{
    const sweep::Settings settings = settings_of(least_squares);
    const sweep::Grid grid(settings.axes);
    const auto cells = refined_cells(settings, grid);
    const auto regime = regimes(settings, grid);
    for (const auto& box : boundary(grid, least_squares.refined, regime)) {
        double least = 1e300, largest = 0;  // of collapse variance over clean variance: 1 is in between
        for (const std::size_t index : box) {
            const problem::Cell cell = grid.cell(sweep::CellIndex{index});
            const double clean = cell.sigma * cell.sigma / (cell.T - cell.d - 1);
            const double collapse = cell.n * cell.sigma0 * cell.sigma0 / (cell.T0 - cell.d - 1);
            least = std::min(least, collapse / clean);
            largest = std::max(largest, collapse / clean);
        }
        // The closed form is that of finite size, regimes those of the limit: (T - d)/(T - d - 1) apart.
        CHECK(least < 1.3);
        CHECK(largest > 0.8);
    }
}

TEST_CASE("a test error is refined until it changes by less than the tolerance, or to the finest level", "[refine]")
{
    for (const char* on : {"test_error", "ratio_to_clean"}) {
        Map map = least_squares;
        map.on = on;
        map.levels = 3;
        std::ptrdiff_t before = 0;
        for (const double tolerance : {1e9, 2.0, 0.5, 0.1}) {
            map.tolerance = tolerance;
            const sweep::Settings settings = settings_of(map);
            const auto cells = refined_cells(settings, sweep::Grid(settings.axes));
            const auto count = std::ranges::count(cells, true);
            if (tolerance == 1e9) CHECK(count == 75);  // 5 x 5 x 3
            CHECK(count > before);
            before = count;
        }
    }
}

TEST_CASE("each combination of the other axes is refined by itself", "[refine]")
{
    Map map = power_law;
    map.levels = 2;
    const sweep::Settings small = settings_of(map);
    map.axes["n"] = "0, 5, 20";
    map.axes["sigma"] = "0.1, 0.3";
    const sweep::Settings large = settings_of(map);
    const sweep::Grid few(small.axes), many(large.axes);
    const auto old = refined_cells(small, few), now = refined_cells(large, many);
    for (std::size_t index = 0; index < few.cells(); ++index) {
        // sigma comes first, n last.
        const std::size_t same = many.cells() / 2 + index / 2 * 3 + index % 2;
        REQUIRE(now[same] == old[index]);
    }
}

TEST_CASE("a simulation has the clean cell beside each that is visited, and no other more", "[refine]")
{
    const sweep::Settings theory = settings_of(least_squares), simulation = settings_of(least_squares, 2);
    const sweep::Grid grid = theory.grid();
    const std::vector<bool> visited = refined_cells(theory, grid), simulated = refined_cells(simulation, grid);
    std::size_t added = 0;
    for (std::size_t clean = 0; clean < grid.cells(); clean += 3) {  // n = 0, 1, 4
        const bool beside = visited[clean + 1] || visited[clean + 2];
        REQUIRE(simulated[clean] == (visited[clean] || beside));
        REQUIRE(simulated[clean + 1] == visited[clean + 1]);
        REQUIRE(simulated[clean + 2] == visited[clean + 2]);
        added += simulated[clean] && !visited[clean] ? 1 : 0;
    }
    CHECK(added > 0);
}

TEST_CASE("selected cells have the bits of the uniform grid, the others only the reason", "[refine]")
{
    Map map{
        {{"d", "6"}, {"T0", "12"}, {"T", "3, 10, 30"}, {"lambda", "0.01, 1"}, {"sigma", "0.3"}, {"sigma0", "0.2"}, {"n", "0, 2"}},
        {"T", "lambda"},
        3};
    for (const std::int64_t replicates : {0, 5}) {
        const sweep::Settings settings = settings_of(map, replicates);
        const sweep::Grid uniform(settings.axes);
        sweep::Grid refined = uniform;
        refined.select(refined_cells(settings, uniform));
        REQUIRE(refined.selected_cells() < uniform.cells());
        for (sweep::RowIndex row{0}; row.value < uniform.rows(); ++row) {
            const sweep::Task task{row, {0, replicates}, true};
            auto all = sweep::Evaluate(settings, uniform)(task), some = sweep::Evaluate(settings, refined)(task);
            const auto expected = test::bits_of({replicates, all.sums, all.predictions, 0, true});
            const auto found = test::bits_of({replicates, some.sums, some.predictions, 0, true});
            for (std::size_t cell = 0; cell < found.cells.size(); ++cell) {
                if (refined.selects(uniform.cell_of(row, cell))) CHECK(found.cells[cell] == expected.cells[cell]);
                else CHECK(found.cells[cell] == test::CellBits{{}, Reason::not_refined, -1});
            }
        }
    }
}

TEST_CASE("refinement that is impossible is refused with key, value, reason and remedy", "[refine]")
{
    CHECK_THAT(complaint({}, {{"tau"}}), Contains("refine.axes names tau") && Contains("T, lambda and n"));
    CHECK_THAT(complaint({}, {{"d"}}), Contains("refine.axes names d") && Contains("several values"));
    CHECK_THAT(complaint({}, {{""}}), Contains("refine.axes names nothing"));
    CHECK_THAT(complaint({}, {{"T", "lambda", "T"}}), Contains("refine.axes names T twice"));
    CHECK_THAT(complaint({}, {{"T"}, "regimes"}), Contains("refine.on = regimes") && Contains("did you mean regime?"));
    CHECK_THAT(complaint({}, {{"T"}, "regime", 11}), Contains("refine.levels = 11") && Contains("1 to 10"));
    CHECK_THAT(complaint({}, {{"T"}, "regime", -1}), Contains("refine.levels = -1"));
    CHECK_THAT(complaint({}, {{"T"}, "test_error", 2, -1}), Contains("refine.tolerance = -1"));
    CHECK_THAT(complaint({}, {{"T"}, "regime", 2, 0.1}), Contains("refine.tolerance = 0.1") && Contains("on = regime"));
    CHECK_THAT(complaint({{"T", "6, 30, 15"}}, {{"T"}}), Contains("grid.T = 6, 30, 15") && Contains("sort it"));
    CHECK_THAT(complaint({{"n", "0:3"}}, {{"n"}}), Contains("grid.n = 0, 1, 2, 3 leaves no whole number"));
    CHECK_THAT(complaint({}, {{"T"}, "regime", 2, 0, {{6, 12}}}), Contains("refine.start = 6, 12") && Contains("grid.T"));
    CHECK_THAT(complaint({}, {{"T"}, "regime", 2, 0, {{6}, {7}}}), Contains("refine.start has 2 lists"));
    CHECK_THAT(complaint({}, {{}, "test_error"}), Contains("no refine.axes"));
    CHECK_THAT(complaint({}, {{}, "regime", 3}), Contains("no refine.axes"));
}

TEST_CASE("where theory knows nothing, refinement says so", "[refine]")
{
    sweep::Settings settings;
    settings.axes = {axis("T", "10, 40"), axis("d", "20"),      axis("lambda", "0.1, 1"),
                     axis("n", "2"),      axis("sigma", "0.3"), axis("sigma0", "0.2")};
    settings.protocol = "accumulate";
    settings.model.choices = {{"design", "fixed"}, {"subsample", "yes"}};
    settings.refine.axes = {"T", "lambda"};
    settings = validated(settings);
    CHECK_THROWS_WITH(refined_cells(settings, sweep::Grid(settings.axes)), Contains("theory, which knows none"));
}

}  // namespace sweep_refine_test
