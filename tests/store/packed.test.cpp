#include "collapse/support/failure.hpp"
#include "sample.hpp"

using namespace collapse;
using namespace collapse::test;
using Catch::Contains;
using store::ResultFile;
using store::ResultView;
using sweep::RowIndex;

namespace {

constexpr std::size_t rows = 400;

sweep::Settings refined_settings(std::int64_t replicates = 50)
{
    auto settings = sample_settings(replicates);
    for (sweep::Axis& axis : settings.axes) {
        if (axis.name() != "T") continue;
        axis.values.clear();
        for (std::size_t row = 0; row < rows / 2; ++row) axis.values.push_back(static_cast<double>(10 + row));
    }
    settings.refine.axes = {"T"};
    settings.refine.start = {{10, 40}};
    return settings;
}

/// Complete; in most rows every cell is left out.
sweep::RowState state_of(std::size_t row, std::int64_t replicates)
{
    auto state = sample_state(row, row % 50 == 0 ? replicates : 0, Progress::complete);
    if (row % 50 != 0)
        for (auto& cell : state.sums) cell.failure = support::Reason::not_refined;
    return state;
}

void put_all(ResultFile& file, std::int64_t replicates)
{
    for (std::size_t row = 0; row < rows; ++row) file.put(RowIndex{row}, state_of(row, replicates));
}

void make_packed(const std::filesystem::path& path)
{
    auto file = ResultFile::create(path, refined_settings(), sample_provenance());
    put_all(file, 50);
    file.finish(sample_segment());
}

void check_content(const std::filesystem::path& path, std::int64_t replicates)
{
    const ResultView view(path);
    for (std::size_t row = 0; row < rows; ++row) CHECK(same(view.load(RowIndex{row}), state_of(row, replicates)));
    CHECK(view.integer("complete") == 1);
}

}  // namespace

TEST_CASE("A refined sweep's file is packed when it is complete, and says the same as before")
{
    const Scratch scratch;
    const auto plain = scratch.path() / "plain.h5";
    {
        auto file = ResultFile::create(plain, refined_settings(), sample_provenance());
        put_all(file, 50);
        file.commit(sample_segment());  // not finished
        CHECK(!ResultView(plain).packed());
    }
    make_packed(scratch.file());
    CHECK(ResultView(scratch.file()).packed());
    CHECK(2 * std::filesystem::file_size(scratch.file()) < std::filesystem::file_size(plain));
    check_content(scratch.file(), 50);

    const ResultView packed(scratch.file()), raw(plain);
    CHECK(packed.status() == raw.status());
    for (const char* name : {"sim_test_error", "theory_test_error", "theory_clean_bias", "zscore", "task_seconds"}) {
        const auto a = packed.numbers(name), b = raw.numbers(name);
        CHECK(std::ranges::equal(a, b, same_bits));
    }
    CHECK(packed.counts("replicates") == raw.counts("replicates"));
    CHECK(packed.flags("failure") == raw.flags("failure"));
    CHECK(packed.resolved() == raw.resolved());
    for (const char* name : {"config", "compiler", "libraries", "processor", "random_generator", "citations"})
        CHECK(packed.provenance(name) == raw.provenance(name));
    for (const char* name : {"app_version", "git_sha1", "title"}) CHECK(packed.text(name) == raw.text(name));
    CHECK(packed.dimensions().size() == raw.dimensions().size());
    CHECK(packed.segments().size() == 1);
}

TEST_CASE("Only refined sweeps are packed")
{
    const Scratch scratch;
    auto settings = refined_settings();
    settings.refine = {};
    auto file = ResultFile::create(scratch.file(), settings, sample_provenance());
    put_all(file, 50);
    file.finish(sample_segment());
    CHECK(!ResultView(scratch.file()).packed());
}

TEST_CASE("A packed file still takes the report of the run that has packed it")
{
    const Scratch scratch;
    auto file = ResultFile::create(scratch.file(), refined_settings(), sample_provenance());
    put_all(file, 50);
    file.finish(sample_segment());
    auto segment = sample_segment();
    segment.report.longest_task = 3;
    file.commit(segment);
    const auto segments = ResultView(scratch.file()).segments();
    REQUIRE(segments.size() == 1);
    CHECK(segments[0].report.longest_task == 3);
    check_content(scratch.file(), 50);
}

TEST_CASE("A packed file is unpacked to go on with it, and packed again")
{
    const Scratch scratch;
    make_packed(scratch.file());
    const std::string created = ResultView(scratch.file()).text("created");
    for (const bool killed : {true, false}) {
        auto file = ResultFile::resume(scratch.file(), refined_settings(), sample_provenance());
        CHECK(file.growth().empty());
        CHECK(!ResultView(scratch.file()).packed());
        check_content(scratch.file(), 50);
        if (killed) continue;
        file.put(RowIndex{50}, state_of(50, 50));
        file.finish(sample_segment());
    }
    CHECK(ResultView(scratch.file()).packed());
    check_content(scratch.file(), 50);
    CHECK(ResultView(scratch.file()).text("created") == created);
    CHECK(ResultView(scratch.file()).segments().size() == 2);
}

TEST_CASE("A packed file can be extended")
{
    const Scratch scratch;
    make_packed(scratch.file());
    auto file = ResultFile::resume(scratch.file(), refined_settings(100), sample_provenance());
    CHECK_THAT(file.growth(), Contains("simulation.replicates is 100 instead of 50"));
    CHECK(file.load(RowIndex{0}).replicates == 50);
    CHECK(!file.load(RowIndex{0}).complete);
    put_all(file, 100);
    file.finish(sample_segment());
    CHECK(ResultView(scratch.file()).packed());
    check_content(scratch.file(), 100);
}

TEST_CASE("A packed file that is damaged is refused or harmless, never a crash")
{
    const Scratch scratch;
    make_packed(scratch.file());
    const std::string good = read_bytes(scratch.file());
    std::uint64_t random = 1;
    std::size_t refused = 0;
    for (int i = 0; i < 300; ++i) {
        std::string bytes = good;
        for (int k = 0; k < 20; ++k) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            bytes[(random >> 20) % bytes.size()] = static_cast<char>(random >> 56);
        }
        write_bytes(scratch.file(), bytes);
        try {
            const ResultView view(scratch.file());
            for (std::size_t row = 0; row < view.rows(); ++row) view.load(RowIndex{row});
        } catch (const support::InvalidInput& error) {
            ++refused;
        }
    }
    CHECK(refused > 0);
}
