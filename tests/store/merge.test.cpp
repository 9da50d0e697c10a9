#include "collapse/store/life/merge.hpp"

#include <atomic>
#include <thread>

#include "collapse/store/life/lock.hpp"
#include "collapse/support/failure.hpp"
#include "sample.hpp"

using namespace collapse;
using namespace collapse::test;
using Catch::Contains;
using store::merge;
using store::ResultFile;
using store::ResultView;
using support::InvalidInput;
using sweep::RowIndex;

namespace {

using Paths = std::vector<std::filesystem::path>;

store::Provenance shard_provenance(const std::string& shard)
{
    auto provenance = sample_provenance();
    provenance.shard = shard;
    return provenance;
}

/// A file of the sample sweep that knows some rows.
std::filesystem::path make_file(const Scratch& scratch, const std::string& name, const std::map<std::size_t, sweep::RowState>& rows,
                                const sweep::Settings& settings = sample_settings(30), const std::string& shard = "1/2")
{
    auto path = scratch.path() / name;
    auto file = ResultFile::create(path, settings, shard_provenance(shard));
    for (const auto& [row, state] : rows) file.put(RowIndex{row}, state);
    file.finish(sample_segment());
    return path;
}

sweep::RowState complete(std::size_t row, std::int64_t replicates = 30)
{
    return sample_state(row, replicates, Progress::complete);
}

/// The sums of replicates first .. last - 1 alone.
sweep::RowState further(std::size_t row, std::int64_t first, std::int64_t last)
{
    sweep::RowState state = sample_state(row, 0, Progress::complete);
    state.replicates = last - first;
    for (std::size_t cell = 0; cell < state.sums.size(); ++cell)
        for (std::int64_t i = first; i < last; ++i) {
            const double x = noise(row, cell, i);
            const bool has_generator = cell % state.sums.columns() != 0;  // as in sample_state
            state.sums[cell].moments.add(
                {x, 0.5 * x, 0.25 * x * x, has_generator ? 0.125 * x : std::numeric_limits<double>::quiet_NaN()});
        }
    return state;
}

sweep::Settings further_settings(std::int64_t first, std::int64_t count)
{
    auto settings = sample_settings(count);
    settings.simulation.first_replicate = first;
    return settings;
}

std::string refusal(const Scratch& scratch, const Paths& inputs)
{
    const auto entries = scratch.entries();
    auto message = message_of<InvalidInput>([&] { merge(scratch.file(), inputs, sample_settings(30), sample_provenance()); });
    CHECK(scratch.entries() == entries);
    return message;
}

}  // namespace

TEST_CASE("Shards are pooled into the whole file")
{
    const Scratch scratch;
    const auto a = make_file(scratch, "a.h5", {{0, complete(0)}, {2, complete(2)}, {4, complete(4)}});
    const auto b = make_file(scratch, "b.h5", {{1, complete(1)}, {3, complete(3)}, {5, complete(5)}});
    const auto merged = merge(scratch.file(), {b, a}, sample_settings(30), sample_provenance());
    CHECK(merged.cells == 36);
    CHECK(merged.cells_pending == 0);
    CHECK(merged.cells_failed == 0);
    const ResultView view(scratch.file());
    CHECK(view.integer("complete") == 1);
    CHECK(view.shard().empty());
    CHECK(view.segments().size() == 2);
    for (std::size_t row = 0; row < 6; ++row) CHECK(same(view.load(RowIndex{row}), complete(row)));
    CHECK(scratch.entries() == 3);
}

TEST_CASE("What no shard has is pending, and the merged file can be continued")
{
    const Scratch scratch;
    auto failed = complete(1);
    failed.sums[2].failure = support::Reason::singular;
    const auto a = make_file(scratch, "a.h5", {{0, complete(0)}, {1, failed}, {4, sample_state(4, 7, Progress::partial)}});
    const auto merged = merge(scratch.file(), {a}, sample_settings(30), sample_provenance());
    CHECK(merged.cells_pending == 24);
    CHECK(merged.cells_failed == 1);
    const auto file = ResultFile::resume(scratch.file(), sample_settings(30));
    CHECK(same(file.load(RowIndex{0}), complete(0)));
    CHECK(same(file.load(RowIndex{1}), failed));
    CHECK(same(file.load(RowIndex{4}), sample_state(4, 7, Progress::partial)));
    CHECK(!file.load(RowIndex{5}).known());
}

TEST_CASE("Further replicates are added as if they had been computed in one go")
{
    const Scratch scratch;
    const auto a = make_file(scratch, "a.h5", {{0, further(0, 30, 50)}}, further_settings(30, 20));
    const auto b = make_file(scratch, "b.h5", {{0, complete(0)}, {1, complete(1)}});
    const auto c = make_file(scratch, "c.h5", {{1, further(1, 30, 50)}}, further_settings(30, 20));
    merge(scratch.file(), {a, b, c}, further_settings(30, 20), sample_provenance());
    const auto file = ResultFile::resume(scratch.file(), sample_settings(50));
    for (std::size_t row = 0; row < 2; ++row) {
        const auto state = file.load(RowIndex{row}), expected = complete(row, 50);
        CHECK(state.complete);
        CHECK(state.replicates == 50);
        for (std::size_t cell = 0; cell < 6; ++cell)
            CHECK(state.sums[cell].moments.stored() == expected.sums[cell].moments.stored());
    }
}

TEST_CASE("Replicates that would count twice, or be missing in between, are refused")
{
    const Scratch scratch;
    const auto a = make_file(scratch, "a.h5", {{0, complete(0)}, {1, sample_state(1, 10, Progress::partial)}});
    SECTION("the same file twice")
    {
        CHECK_THAT(refusal(scratch, {a, scratch.path() / "." / "a.h5"}), Contains("a.h5 is given twice; merge every file once"));
    }
    SECTION("a copy")
    {
        std::filesystem::copy_file(a, scratch.path() / "b.h5");
        CHECK_THAT(refusal(scratch, {a, scratch.path() / "b.h5"}),
                   Contains("a.h5 and") && Contains("b.h5 both have the cells at beta = 0, T = 10") && Contains("count twice"));
    }
    SECTION("replicates that overlap")
    {
        const auto b = make_file(scratch, "b.h5", {{0, further(0, 20, 40)}}, further_settings(20, 20));
        CHECK_THAT(refusal(scratch, {a, b}), Contains("b.h5 begins with replicate 20, which") && Contains("a.h5 has already"));
    }
    SECTION("a gap between files")
    {
        const auto b = make_file(scratch, "b.h5", {{0, further(0, 40, 50)}}, further_settings(40, 10));
        CHECK_THAT(refusal(scratch, {b, a}), Contains("b.h5 begins with replicate 40, but the others end before 30"));
        CHECK_THAT(refusal(scratch, {b}), Contains("b.h5 begins with replicate 40, but the others end before 0"));
    }
    SECTION("a gap in a row")
    {
        const auto b = make_file(scratch, "b.h5", {{1, further(1, 30, 40)}}, further_settings(30, 10));
        CHECK_THAT(refusal(scratch, {a, b}),
                   Contains("the cells at beta = 0, T = 20") && Contains("have fewer replicates than wanted"));
    }
}

TEST_CASE("Files of other sweeps, a file that exists and missing files are refused")
{
    const Scratch scratch;
    const auto a = make_file(scratch, "a.h5", {{0, complete(0)}});
    auto other = sample_settings(30);
    other.simulation.seed = 2;
    const auto b = make_file(scratch, "b.h5", {{1, complete(1)}}, other);
    CHECK_THAT(refusal(scratch, {a, b}),
               Contains("different sweeps: simulation.seed is 1 in") && Contains("a.h5 and 2 in") && Contains("b.h5; merge files"));
    const auto c = make_file(scratch, "c.h5", {{1, complete(1, 40)}}, sample_settings(40));
    CHECK_THAT(refusal(scratch, {a, c}),
               Contains("simulation.replicates is 30 in") && Contains("a.h5 and 40 in") && Contains("c.h5; "));
    const auto grid = make_file(scratch, "d.h5", {}, [] {
        auto settings = further_settings(30, 10);
        settings.axes[5].values = {10, 20, 41};
        return settings;
    }());
    CHECK_THAT(refusal(scratch, {a, grid}), Contains("grid.T is 10, 20, 40 in") && Contains("a.h5 and 10, 20, 41 in"));
    CHECK_THAT(refusal(scratch, {a, scratch.path() / "missing.h5"}), Contains("missing.h5 does not exist"));
    const std::string before = read_bytes(b);
    CHECK_THAT(message_of<InvalidInput>([&] { merge(b, {a}, sample_settings(30), sample_provenance()); }),
               Contains("b.h5 exists already"));
    CHECK(read_bytes(b) == before);
}

TEST_CASE("An input that somebody writes is refused")
{
    const Scratch scratch;
    const auto a = make_file(scratch, "a.h5", {{0, complete(0)}});
    const auto b = make_file(scratch, "b.h5", {{1, complete(1)}});
    const auto refused = [&] {
        return message_of<support::SystemFailure>([&] { merge(scratch.file(), {a, b}, sample_settings(30), sample_provenance()); });
    };
    SECTION("from before the merge")
    {
        const store::WriterLock lock(b);
        CHECK_THAT(refused(), Contains("b.h5 is being written by process") && Contains("; wait for it or stop it"));
        CHECK(scratch.entries() == 3);
    }
    SECTION("since the merge began")
    {
        std::atomic ended = false;
        std::thread writer([&] {
            for (auto time = last_write_time(b); !ended; last_write_time(b, time)) time += std::chrono::seconds(1);
        });
        // The writer may not get a core while a merge lasts, but not again and again.
        std::string said;
        for (int merges = 0; merges < 1000 && said.empty(); ++merges) {
            std::filesystem::remove(scratch.file());
            said = refused();
        }
        CHECK_THAT(said, Contains("b.h5 was written while it was merged; merge again when no run writes it"));
        ended = true;
        writer.join();
        CHECK(scratch.entries() == 2);
    }
    CHECK(refused().empty());
}

TEST_CASE("A file is continued for the shard that it was made for")
{
    const Scratch scratch;
    const auto a = make_file(scratch, "a.h5", {{0, complete(0)}}, sample_settings(30), "1/2");
    const auto resume = [&](const std::string& shard, const sweep::Settings& settings) {
        return message_of<InvalidInput>([&] { ResultFile::resume(a, settings, shard_provenance(shard)); });
    };
    CHECK(ResultView(a).shard() == "1/2");
    CHECK(resume("1/2", sample_settings(30)).empty());
    CHECK_THAT(resume("2/2", sample_settings(30)), Contains("a.h5 is for shard 1/2, not for shard 2/2; give another --output"));
    CHECK_THAT(resume("", sample_settings(30)), Contains("a.h5 is for shard 1/2, not for the whole sweep; "));
    auto larger = sample_settings(30);
    larger.axes[5].values.push_back(80);
    CHECK_THAT(resume("1/2", larger),
               Contains("is for shard 1/2 of a smaller grid; merge the shards, then extend the merged file"));
    CHECK(resume("1/2", sample_settings(60)).empty());
    CHECK(ResultView(a).shard() == "1/2");
}

TEST_CASE("Of more runs than a file has lines the last are summed")
{
    const Scratch scratch;
    Paths paths;
    for (std::size_t i = 0; i < 3; ++i) {
        paths.push_back(make_file(scratch, fmt::format("{}.h5", i), {}));
        for (int run = 0; run < 49; ++run)
            ResultFile::resume(paths.back(), sample_settings(30), shard_provenance("1/2")).commit(sample_segment());
    }
    merge(scratch.file(), paths, sample_settings(30), sample_provenance());
    const auto segments = ResultView(scratch.file()).segments();
    REQUIRE(segments.size() == 128);
    CHECK(segments.back().command_line == "23 runs, the last by: collapse run \"x.ini\"");
    CHECK(segments.back().cells_done == 138);
}
