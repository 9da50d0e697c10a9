#include <sys/resource.h>

#include <csignal>
#include <random>
#include <thread>

#include "collapse/support/failure.hpp"
#include "sample.hpp"

using namespace collapse;
using namespace collapse::test;
using Catch::Contains;
using store::ResultFile;
using store::ResultView;
using store::Status;
using support::InvalidInput;
using support::SystemFailure;
using sweep::RowIndex;

namespace {

sweep::Settings with_axis(std::string_view name, const std::vector<double>& values, std::int64_t replicates = 50)
{
    sweep::Settings settings = sample_settings(replicates);
    for (sweep::Axis& axis : settings.axes)
        if (axis.name() == name) axis.values = values;
    return settings;
}

/// Rows 0 to 3 complete, row 4 begun, row 5 unknown.
void make_file(const std::filesystem::path& path, const sweep::Settings& settings = sample_settings(50))
{
    auto file = ResultFile::create(path, settings, sample_provenance());
    for (std::size_t row = 0; row < 4; ++row)
        file.put(RowIndex{row}, sample_state(row, settings.simulation.replicates, Progress::complete));
    file.put(RowIndex{4}, sample_state(4, 20, Progress::partial));
    file.finish(sample_segment());
}

ResultFile grown(const std::filesystem::path& path, const sweep::Settings& settings)
{
    return ResultFile::resume(path, settings, sample_provenance());
}

/// A row of the smaller sweep that has to go on.
sweep::RowState incomplete(std::size_t row, std::int64_t replicates) { return sample_state(row, replicates, Progress::partial); }

}  // namespace

TEST_CASE("More replicates: every row goes on where it has ended")
{
    const Scratch scratch;
    make_file(scratch.file());
    const std::string created = ResultView(scratch.file()).text("created");
    {
        const auto file = grown(scratch.file(), sample_settings(100));
        CHECK_THAT(file.growth(),
                   Contains("is extended: simulation.replicates is 100 instead of 50; what was known of 5 of the 6 rows"));
        for (std::size_t row = 0; row < 4; ++row) CHECK(same(file.load(RowIndex{row}), incomplete(row, 50)));
        CHECK(same(file.load(RowIndex{4}), incomplete(4, 20)));
        CHECK(!file.load(RowIndex{5}).known());
        const ResultView view(scratch.file());
        CHECK(std::ranges::all_of(view.status(), [](Status status) { return status == Status::pending; }));
        CHECK(view.segments().size() == 1);
        CHECK(view.segments()[0].job == "42");
        CHECK(view.text("created") == created);
        CHECK(same_bits(view.numbers("theory_test_error")[0], incomplete(0, 1).predictions[0].asymptotic.test_error));
    }
    CHECK(scratch.entries() == 1);
    CHECK(ResultFile::resume(scratch.file(), sample_settings(100)).growth().empty());
}

TEST_CASE("More values on axes: the rows known find their places, the others are pending")
{
    const Scratch scratch;
    make_file(scratch.file());
    auto settings = with_axis("T", {5, 10, 20, 30, 40});
    settings.axes[2].values = {0.1, 0.2};      // sigma, a parameter of one value, becomes a dimension
    settings.axes[4].values = {1.5, 0, 0.75};  // beta, with the old values in another order
    const auto file = grown(scratch.file(), settings);
    CHECK_THAT(file.growth(),
               Contains("grid.sigma has 2 values instead of 1, grid.beta has 3 values instead of 2 and grid.T has 5"));
    const ResultView view(scratch.file());
    REQUIRE(view.rows() == 30);
    CHECK(view.dimensions()[0].name == "sigma");
    std::size_t known = 0;
    for (std::size_t sigma = 0; sigma < 2; ++sigma)
        for (std::size_t beta = 0; beta < 3; ++beta)
            for (std::size_t T = 0; T < 5; ++T) {
                const std::size_t row = (sigma * 3 + beta) * 5 + T;
                const auto state = view.load(RowIndex{row});
                const std::size_t old_beta = 1 - beta, old_T = std::array<std::size_t, 5>{9, 0, 1, 9, 2}[T];
                const std::size_t old = sigma == 0 && beta < 2 && old_T < 9 ? old_beta * 3 + old_T : 5;
                CAPTURE(row, old);
                if (old == 5) CHECK(!state.known());
                else CHECK(same(state, old == 4 ? incomplete(4, 20) : sample_state(old, 50, Progress::complete)));
                CHECK((view.status()[row * 6] == Status::done) == (old < 4));
                known += state.known();
            }
    CHECK(known == 5);
}

TEST_CASE("A row whose lambda or n has more values is computed anew, one with another order is not")
{
    const Scratch scratch;
    make_file(scratch.file());
    SECTION("more values")
    {
        const auto file = grown(scratch.file(), with_axis("n", {0, 1, 2, 3}));
        CHECK_THAT(file.growth(), Contains("grid.n has 4 values instead of 3; its results stay, and are computed again"));
        for (std::size_t row = 0; row < 6; ++row) CHECK(!file.load(RowIndex{row}).known());
    }
    SECTION("more values and more replicates")
    {
        const auto file = grown(scratch.file(), with_axis("n", {0, 1, 2, 3}, 100));
        CHECK_THAT(file.growth(), Contains("all rows are computed anew"));
        CHECK(std::ranges::count(ResultView(scratch.file()).status(), Status::pending) == 48);
    }
    SECTION("another order")
    {
        const auto file = grown(scratch.file(), with_axis("lambda", {0.01, 0.1}));
        CHECK_THAT(file.growth(), Contains("grid.lambda has its values in another order"));
        const auto before = sample_state(2, 50, Progress::complete), now = file.load(RowIndex{2});
        CHECK(now.complete);
        for (std::size_t n = 0; n < 3; ++n)
            for (std::size_t lambda = 0; lambda < 2; ++lambda) {
                CHECK(now.sums(lambda, n).moments.stored() == before.sums(1 - lambda, n).moments.stored());
                CHECK(same_bits(now.predictions(lambda, n).exact, before.predictions(1 - lambda, n).exact));
            }
    }
}

TEST_CASE("Cells of rows that get more cells stay in sight until their row is complete, whatever happens before")
{
    const Scratch scratch;
    make_file(scratch.file());
    const ResultView small(scratch.file());
    const auto settings = with_axis("n", {0, 3, 1, 2});
    const auto still_there = [&](std::size_t row) {
        const ResultView view(scratch.file());
        for (std::size_t lambda = 0; lambda < 2; ++lambda)
            for (std::size_t n = 0; n < 4; ++n) {
                const std::size_t cell = (row * 2 + lambda) * 4 + n, before = (row * 2 + lambda) * 3 + (n == 0 ? 0 : n - 1);
                if ((view.status()[cell] != Status::pending) != (n != 1)) return false;
                for (const char* name : {"sim_test_error", "sim_bias", "theory_test_error", "theory_rate_T", "zscore"})
                    if (n != 1 && !same_bits(view.numbers(name)[cell], small.numbers(name)[before])) return false;
                if (n != 1 && view.counts("replicates")[cell] != small.counts("replicates")[before]) return false;
            }
        return true;
    };
    const auto large_state = [](std::size_t row, std::int64_t replicates, bool complete) {
        return sample_state(row, replicates, complete ? Progress::complete : Progress::partial, 2, 4);
    };
    {
        auto file = grown(scratch.file(), settings);
        for (std::size_t row = 0; row < 4; ++row) CHECK(still_there(row));
        file.put(RowIndex{0}, large_state(0, 20, false));
        file.commit(sample_segment());
        file.put(RowIndex{0}, large_state(0, 30, false));
        file.put(RowIndex{1}, large_state(1, 50, true));
        file.commit(sample_segment());
    }
    CHECK(still_there(0));
    CHECK(!still_there(1));
    CHECK(same(ResultView(scratch.file()).load(RowIndex{0}), large_state(0, 30, false)));
    CHECK(same(ResultView(scratch.file()).load(RowIndex{1}), large_state(1, 50, true)));
    {
        auto file = grown(scratch.file(), settings);  // once more: as after a kill
        CHECK(file.growth().empty());
        CHECK(same(file.load(RowIndex{0}), large_state(0, 30, false)));
        CHECK(!file.load(RowIndex{2}).known());
        file.put(RowIndex{0}, large_state(0, 50, true));
        file.put(RowIndex{2}, large_state(2, 10, false));
        file.commit(sample_segment());
    }
    CHECK(same(ResultView(scratch.file()).load(RowIndex{0}), large_state(0, 50, true)));
    CHECK(still_there(2));
    CHECK(still_there(3));
    // And when it grows again: what is in sight stays, what has begun goes on.
    auto larger = settings;
    for (sweep::Axis& axis : larger.axes)
        if (axis.name() == "T") axis.values = {10, 20, 40, 80};
    const auto file = grown(scratch.file(), larger);
    CHECK(same(file.load(RowIndex{2}), large_state(2, 10, false)));
    const ResultView view(scratch.file());
    const std::size_t cells = 8, row_2 = 2 * cells, row_3 = 4 * cells;  // row 3: the second beta, after one more T
    for (const std::size_t first : {row_2, row_3}) {
        CHECK(view.status()[first] != Status::pending);
        CHECK(view.status()[first + 1] == Status::pending);
        CHECK(view.status()[first + 2] != Status::pending);
    }
}

TEST_CASE("With precision a row that was precise enough stays complete, one that met the old limit goes on")
{
    const Scratch scratch;
    auto settings = sample_settings(50);
    settings.simulation.precision = 0.5;  // easily reached: precise at the first look
    settings.simulation.min_replicates = 20;
    settings.simulation.max_replicates = 50;
    {
        auto file = ResultFile::create(scratch.file(), settings, sample_provenance());
        file.put(RowIndex{0}, sample_state(0, 20, Progress::complete));
        file.put(RowIndex{1},
                 sample_state(1, 50, Progress::complete));  // no multiple of min_replicates: a larger sweep does not look here
        auto impossible = sample_state(2, 0, Progress::complete);
        for (auto& cell : impossible.sums) cell.failure = support::Reason::infinite_error;
        file.put(RowIndex{2}, impossible);
        file.commit(sample_segment());
    }
    settings.simulation.max_replicates = 100;
    const auto file = grown(scratch.file(), settings);
    CHECK(same(file.load(RowIndex{0}), sample_state(0, 20, Progress::complete)));
    CHECK(same(file.load(RowIndex{1}), incomplete(1, 50)));
    CHECK(file.load(RowIndex{2}).complete);
    CHECK(ResultView(scratch.file()).status()[12] == Status::skipped);
}

TEST_CASE("A sweep of predictions keeps them on a larger grid, and becomes one of simulations by beginning anew")
{
    const Scratch scratch;
    auto state = sample_state(0, 0, Progress::complete);
    state.sums = {};
    auto impossible = sample_state(1, 0, Progress::complete);
    impossible.seconds = 0;
    impossible.sums[2].failure = support::Reason::exception;
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(0), sample_provenance());
        file.put(RowIndex{0}, state);
        file.put(RowIndex{1}, impossible);
        file.commit(sample_segment());
    }
    {
        const auto file = grown(scratch.file(), with_axis("T", {10, 20, 40, 80}, 0));
        CHECK(same(file.load(RowIndex{0}), state));
        CHECK(same(file.load(RowIndex{1}), impossible));
    }
    auto settings = with_axis("T", {10, 20, 40, 80}, 10);
    const auto file = grown(scratch.file(), settings);
    CHECK(!file.load(RowIndex{0}).known());
    CHECK(!file.load(RowIndex{1}).known());
}

TEST_CASE("A growth that leaves nothing to do marks the file as complete")
{
    const Scratch scratch;
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(50), sample_provenance());
        for (std::size_t row = 0; row < 6; ++row) file.put(RowIndex{row}, sample_state(row, 50, Progress::complete));
        file.finish(sample_segment());
    }
    grown(scratch.file(), with_axis("beta", {1.5, 0}));
    CHECK(ResultView(scratch.file()).integer("complete") == 1);
    grown(scratch.file(), with_axis("beta", {1.5, 0, 1}));
    CHECK(ResultView(scratch.file()).integer("complete") == 0);
}

TEST_CASE("What would lose results is refused with the values that would be lost, and the file stays as it is")
{
    const Scratch scratch;
    make_file(scratch.file());
    const std::string before = read_bytes(scratch.file());
    const auto refuse = [&](const sweep::Settings& settings) {
        return message_of<InvalidInput>([&] { grown(scratch.file(), settings); });
    };
    CHECK_THAT(refuse(with_axis("T", {10, 30, 80})),
               Contains("grid.T is 10, 20, 40 there and 10, 30, 80 here; to extend it give 20 and 40 too, else its results for "
                        "grid.T = 20 and 40 would be lost: choose another --output, or --fresh"));
    CHECK_THAT(refuse(sample_settings(49)), Contains("simulation.replicates is 50 there and 49 here; more extend the file, but"));
    CHECK_THAT(refuse(sample_settings(0)), Contains("simulation.replicates is 50 there and 0 here"));
    auto other = sample_settings(100);
    other.simulation.seed = 2;
    CHECK_THAT(refuse(other), Contains("simulation.seed is 1 there and 2 here; choose another --output"));
    CHECK(read_bytes(scratch.file()) == before);
    CHECK(scratch.entries() == 1);
}

TEST_CASE("A disk that is too small for the larger file is reported, and the file stays as it is")
{
    const Scratch scratch;
    make_file(scratch.file());
    const std::string before = read_bytes(scratch.file());
    const int status = in_child([&] {
        const rlimit limit{100000, 100000};
        setrlimit(RLIMIT_FSIZE, &limit);
        const auto message = message_of<SystemFailure>([&] { grown(scratch.file(), sample_settings(100)); });
        exit(message.find("free some space") == std::string::npos);
    });
    CHECK(status == 0);
    CHECK(read_bytes(scratch.file()) == before);
    CHECK(scratch.entries() == 1);
}

TEST_CASE("A growth that is killed leaves the old file or the new one, and its draft goes at the next start")
{
    const Scratch scratch;
    std::mt19937 random(5);
    int old_ones = 0, new_ones = 0;
    // Waits of every order of magnitude, and longer and longer ones, until some growths were killed and others were not, however fast
    // or slow the machine is.
    for (unsigned kills = 0; kills < 1000 && (kills < 30 || old_ones < 5 || new_ones < 5); ++kills) {
        std::filesystem::remove(scratch.file());
        make_file(scratch.file());
        const pid_t child = fork();
        if (child == 0) {
            const auto file = grown(scratch.file(), sample_settings(100));
            while (true) pause();
        }
        std::this_thread::sleep_for(std::chrono::microseconds(1UL << random() % (16 + std::min(kills, 48U) / 8)));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        bool is_old = false;
        {
            const ResultView view(scratch.file());
            is_old = view.load(RowIndex{0}).complete;
            for (std::size_t row = 0; row < 4; ++row)
                CHECK(same(view.load(RowIndex{row}), is_old ? sample_state(row, 50, Progress::complete) : incomplete(row, 50)));
        }
        ++(is_old ? old_ones : new_ones);
        const auto file = grown(scratch.file(), sample_settings(100));
        CHECK(file.growth().empty() == !is_old);
        CHECK(scratch.entries() == 2);  // the file and its lock
    }
    CHECK(old_ones > 0);
    CHECK(new_ones > 0);
}
