#include <limits>
#include <map>

#include "collapse/store/format/file_size.hpp"
#include "collapse/store/life/merge.hpp"
#include "collapse/support/failure.hpp"
#include "sample.hpp"

using namespace collapse;
using namespace collapse::test;
using Catch::Contains;
using store::ResultFile;
using store::ResultView;
using store::Status;
using support::Reason;
using sweep::RowIndex;

namespace {

std::vector<Status> statuses(const Scratch& scratch) { return ResultView(scratch.file()).status(); }

}  // namespace

TEST_CASE("A new file has all variables and no values")
{
    const Scratch scratch;
    {
        const auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
    }
    CHECK(scratch.entries() == 1);
    const ResultView view(scratch.file());
    CHECK(view.rows() == 6);
    CHECK(view.cells_per_row() == 6);
    CHECK(view.status() == std::vector(36, Status::pending));
    for (const char* name : {"sim_test_error", "sim_test_error_stderr", "sim_bias", "sim_variance", "theory_test_error",
                             "theory_bias", "theory_variance", "exact_test_error", "zscore", "task_seconds"}) {
        CAPTURE(name);
        for (const double value : view.numbers(name)) CHECK(std::isnan(value));
    }
    CHECK(view.counts("replicates") == std::vector<std::int64_t>(36, 0));
    CHECK(view.flags("failure") == std::vector<std::uint8_t>(36, 0));
    for (std::size_t row = 0; row < 6; ++row) CHECK_FALSE(view.load(RowIndex{row}).known());
    CHECK(view.segments().empty());
    CHECK(view.integer("complete") == 0);
    CHECK(view.text("Conventions") == "CF-1.10");
    CHECK(view.text("created") == view.text("modified"));
    CHECK(view.provenance("config") == sample_provenance().config);
    CHECK(view.resolved() == sample_settings().resolved());
}

TEST_CASE("A committed row loads bit for bit, in this run and in the next")
{
    const Scratch scratch;
    const auto complete = sample_state(3, 17, Progress::complete), partial = sample_state(4, 5, Progress::partial);
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
        file.put(RowIndex{3}, complete);
        file.put(RowIndex{4}, partial);
        CHECK(file.pending_rows() == 2);
        file.commit(sample_segment());
        CHECK(file.pending_rows() == 0);
        CHECK(same(file.load(RowIndex{3}), complete));
    }
    const auto file = ResultFile::resume(scratch.file(), sample_settings());
    CHECK(same(file.load(RowIndex{3}), complete));
    CHECK(same(file.load(RowIndex{4}), partial));
    CHECK(file.load(RowIndex{4}).predictions.size() == 0);
    CHECK_FALSE(file.load(RowIndex{0}).known());
}

TEST_CASE("Every number of a prediction, and every variable of theory, survives a larger grid")
{
    // What the file says after it has grown is what it said before: no variable of theory may be lost on the way back.
    const Scratch scratch;
    std::map<std::string, std::vector<double>> before;
    const auto theory = [&](const ResultView& view) {
        std::map<std::string, std::vector<double>> all;
        for (const char* name :
             {"theory_test_error", "theory_bias", "theory_variance", "theory_generator_error", "theory_clean_bias",
              "theory_clean_variance", "theory_collapse_bias", "theory_collapse_variance", "theory_rate_T", "theory_rate_lambda",
              "theory_rate_n", "asymptotic_rate_T", "exact_test_error", "sim_generator_error", "zscore"})
            all[name] = view.numbers(name);
        return all;
    };
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(5), sample_provenance());
        for (std::size_t row = 0; row < 6; ++row) file.put(RowIndex{row}, sample_state(row, 5, Progress::complete));
        file.finish(sample_segment());
        before = theory(ResultView(scratch.file()));
    }
    auto larger = sample_settings(5);
    larger.axes[5].values.push_back(80);  // T: the last of its axis, so that old cells keep their place within beta
    {
        const auto file = ResultFile::resume(scratch.file(), larger, sample_provenance());
    }
    const auto after = theory(ResultView(scratch.file()));
    constexpr std::size_t old_cells = 3 * 6, new_cells = 4 * 6;
    for (const auto& [name, values] : before) {
        INFO(name);
        std::size_t known = 0;
        for (std::size_t cell = 0; cell < values.size(); ++cell) {
            const double now = after.at(name)[cell / old_cells * new_cells + cell % old_cells];
            CHECK((same_bits(now, values[cell]) || (std::isnan(now) && std::isnan(values[cell]))));
            known += !std::isnan(values[cell]);
        }
        CHECK(known > 0);
    }
}

TEST_CASE("The generator's error has a mean for n >= 1, and none for n = 0")
{
    const Scratch scratch;
    auto file = ResultFile::create(scratch.file(), sample_settings(4), sample_provenance());
    file.put(RowIndex{1}, sample_state(1, 4, Progress::complete));
    file.commit(sample_segment());
    const auto errors = ResultView(scratch.file()).numbers("sim_generator_error");
    for (std::size_t cell = 0; cell < 6; ++cell) {
        double mean = 0;
        for (std::int64_t i = 0; i < 4; ++i) mean += 0.125 * noise(1, cell, i) / 4;
        if (cell % 3 == 0) CHECK(std::isnan(errors[6 + cell]));
        else CHECK(errors[6 + cell] == Approx(mean).epsilon(1e-14));
    }
}

TEST_CASE("Texts of any length and of any letters come back")
{
    const Scratch scratch;
    auto provenance = sample_provenance();
    const std::string name = GENERATE("", "x", "\xcf\x83\xe2\x82\x80 = 1 (UTF-8)", "long");
    provenance.config = name == "long" ? std::string(300000, 'y') + "\nend" : name;
    {
        ResultFile::create(scratch.file(), sample_settings(), provenance);
    }
    CHECK(ResultView(scratch.file()).provenance("config") == provenance.config);
}

TEST_CASE("A file of another version of the samplers is read but neither continued nor merged")
{
    const Scratch scratch;
    const auto merged = scratch.path() / "merged.h5";
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(4), sample_provenance());
        file.put(RowIndex{0}, sample_state(0, 4, Progress::complete));
        file.commit(sample_segment());
    }
    const std::string code =
        "import h5py; h5py.File('" + scratch.file().string() + "', 'r+')['provenance'].attrs.modify('sampler_version', 1)";
    if (std::system(("/usr/bin/python3 -c \"" + code + "\" 2>/dev/null").c_str()) != 0) {
        WARN("h5py is not installed");
        return;
    }
    CHECK(ResultView(scratch.file()).sampler_version() == 1);
    const auto says = Contains("was simulated with version 1 of the samplers, and this program draws with version " +
                               std::to_string(rng::sampler_version));
    CHECK_THAT(message_of<support::InvalidInput>([&] { ResultFile::resume(scratch.file(), sample_settings(4)); }), says);
    CHECK_THAT(
        message_of<support::InvalidInput>([&] { store::merge(merged, {scratch.file()}, sample_settings(4), sample_provenance()); }),
        says);
    CHECK(scratch.entries() == 1);
}

TEST_CASE("A row that was put but not committed is not in the file")
{
    const Scratch scratch;
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
        file.put(RowIndex{0}, sample_state(0, 5, Progress::complete));
    }
    CHECK_FALSE(ResultView(scratch.file()).load(RowIndex{0}).known());
}

TEST_CASE("The variables hold means, standard errors, theory and z-scores of a complete row")
{
    const Scratch scratch;
    const auto state = sample_state(1, 9, Progress::complete);
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
        file.put(RowIndex{1}, state);
        file.commit(sample_segment());
    }
    const ResultView view(scratch.file());
    for (std::size_t cell = 0; cell < 6; ++cell) {
        const auto mean = state.sums[cell].moments.mean(9);
        const double error = state.sums[cell].moments.standard_error(9);
        const auto& prediction = state.predictions[cell];
        CHECK(same_bits(view.numbers("sim_test_error")[6 + cell], mean.test_error));
        CHECK(same_bits(view.numbers("sim_test_error_stderr")[6 + cell], error));
        CHECK(same_bits(view.numbers("sim_bias")[6 + cell], mean.bias));
        CHECK(same_bits(view.numbers("sim_variance")[6 + cell], mean.variance));
        CHECK(same_bits(view.numbers("theory_test_error")[6 + cell], prediction.asymptotic.test_error));
        CHECK(same_bits(view.numbers("exact_test_error")[6 + cell], prediction.exact));
        CHECK(view.numbers("zscore")[6 + cell] == Approx((mean.test_error - prediction.asymptotic.test_error) / error));
        CHECK(view.numbers("task_seconds")[6 + cell] == Approx(state.seconds / 6));
        CHECK(view.counts("replicates")[6 + cell] == 9);
        CHECK(view.status()[6 + cell] == Status::done);
    }
}

TEST_CASE("An incomplete row shows its theory and nothing else")
{
    const Scratch scratch;
    const auto state = sample_state(0, 9, Progress::partial);
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
        file.put(RowIndex{0}, state);
        file.commit(sample_segment());
    }
    const ResultView view(scratch.file());
    CHECK(view.status()[0] == Status::pending);
    CHECK(std::isnan(view.numbers("sim_test_error")[0]));
    CHECK(view.counts("replicates")[0] == 0);
    CHECK(same_bits(view.numbers("theory_test_error")[1], state.predictions[1].asymptotic.test_error));
}

TEST_CASE("The status of a cell follows from its failure")
{
    const Scratch scratch;
    auto state = sample_state(0, 4, Progress::complete);
    state.sums[0].failure = Reason::none;
    state.sums[1].failure = Reason::infinite_error;
    state.sums[2].failure = Reason::theory_only;
    state.sums[3].failure = Reason::singular;
    state.sums[4].failure = Reason::exception;
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
        file.put(RowIndex{0}, state);
        file.commit(sample_segment());
        CHECK(same(file.load(RowIndex{0}), state));
    }
    const ResultView view(scratch.file());
    const std::vector expected{Status::done, Status::skipped, Status::done, Status::failed, Status::failed, Status::done};
    CHECK(std::vector(view.status().begin(), view.status().begin() + 6) == expected);
    for (std::size_t cell = 0; cell < 6; ++cell) {
        CHECK(view.flags("failure")[cell] == static_cast<std::uint8_t>(state.sums[cell].failure));
        const bool simulated = state.sums[cell].failure == Reason::none;
        CHECK(std::isnan(view.numbers("sim_test_error")[cell]) == !simulated);
        CHECK(view.counts("replicates")[cell] == (simulated ? 4 : 0));
    }
}

TEST_CASE("One replicate gives a mean, no standard error and no z-score")
{
    const Scratch scratch;
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
        file.put(RowIndex{0}, sample_state(0, 1, Progress::complete));
        file.commit(sample_segment());
    }
    const ResultView view(scratch.file());
    CHECK(std::isfinite(view.numbers("sim_test_error")[0]));
    CHECK(std::isnan(view.numbers("sim_test_error_stderr")[0]));
    CHECK(std::isnan(view.numbers("zscore")[0]));
}

TEST_CASE("A sweep of predictions has no sums and is done with its theory")
{
    const Scratch scratch;
    auto state = sample_state(2, 0, Progress::complete);
    state.sums = {};
    state.seconds = 3;
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(0), sample_provenance());
        file.put(RowIndex{2}, state);
        file.commit(sample_segment());
    }
    CHECK(same(ResultFile::resume(scratch.file(), sample_settings(0)).load(RowIndex{2}), state));
    const ResultView view(scratch.file());
    CHECK(view.status()[12] == Status::done);
    CHECK(std::isnan(view.numbers("sim_test_error")[12]));
    CHECK(view.numbers("exact_test_error")[12] == std::numeric_limits<double>::infinity());
}

TEST_CASE("An update that was torn leaves the sums of the update before")
{
    const Scratch scratch;
    auto before = sample_state(2, 10, Progress::partial), after = sample_state(2, 20, Progress::partial);
    before.seconds = 1234.5678;
    after.seconds = 8765.4321;
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
        for (const auto& state : {sample_state(2, 5, Progress::partial), before, after}) {
            file.put(RowIndex{2}, state);
            file.commit(sample_segment());
        }
        CHECK(same(file.load(RowIndex{2}), after));
    }
    SECTION("the newest is torn")
    {
        replace_number(scratch.file(), 8765.4321, 8765.4322);
        CHECK(same(ResultView(scratch.file()).load(RowIndex{2}), before));
    }
    SECTION("the one before is damaged")
    {
        replace_number(scratch.file(), 1234.5678, 1234.5679);
        CHECK(same(ResultView(scratch.file()).load(RowIndex{2}), after));
    }
    SECTION("both are damaged: the row is unknown and can be written again")
    {
        replace_number(scratch.file(), 8765.4321, 8765.4322);
        replace_number(scratch.file(), 1234.5678, 1234.5679);
        auto file = ResultFile::resume(scratch.file(), sample_settings());
        CHECK_FALSE(file.load(RowIndex{2}).known());
        file.put(RowIndex{2}, before);
        file.commit(sample_segment());
        CHECK(same(file.load(RowIndex{2}), before));
    }
}

TEST_CASE("A complete row whose newest sums are damaged goes on from the older ones")
{
    const Scratch scratch;
    const auto before = sample_state(2, 10, Progress::partial);
    auto after = sample_state(2, 20, Progress::complete);
    after.seconds = 8765.4321;
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
        for (const auto& state : {before, after}) {
            file.put(RowIndex{2}, state);
            file.commit(sample_segment());
        }
    }
    // Another slot with 20 replicates must not be there to replace it, and the status alone must not be believed.
    replace_number(scratch.file(), 8765.4321, 8765.4322);
    auto file = ResultFile::resume(scratch.file(), sample_settings());
    CHECK(same(file.load(RowIndex{2}), before));
    file.put(RowIndex{2}, after);
    file.commit(sample_segment());
    CHECK(same(file.load(RowIndex{2}), after));
}

TEST_CASE("A complete row may be continued, and may be begun anew")
{
    const Scratch scratch;
    auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
    file.put(RowIndex{1}, sample_state(1, 10, Progress::complete));
    file.commit(sample_segment());
    SECTION("continued with more replicates")
    {
        const auto state = sample_state(1, 30, Progress::complete);
        file.put(RowIndex{1}, state);
        file.commit(sample_segment());
        CHECK(same(file.load(RowIndex{1}), state));
        CHECK(statuses(scratch)[6] == Status::done);
    }
    SECTION("begun anew: the old sums do not come back, the old values are gone")
    {
        const auto state = sample_state(1, 3, Progress::partial);
        file.put(RowIndex{1}, state);
        file.commit(sample_segment());
        CHECK(same(file.load(RowIndex{1}), state));
        CHECK(statuses(scratch)[6] == Status::pending);
        CHECK(std::isnan(ResultView(scratch.file()).numbers("sim_bias")[6]));
    }
    SECTION("begun anew and as long as before")
    {
        auto state = sample_state(1, 10, Progress::complete);
        state.sums[0].failure = Reason::non_finite;
        for (int time = 0; time < 3; ++time) {
            state.seconds += 1;
            file.put(RowIndex{1}, state);
            file.commit(sample_segment());
            CHECK(same(file.load(RowIndex{1}), state));
        }
    }
}

TEST_CASE("finish marks a file whose rows are all complete, and a later change unmarks it")
{
    const Scratch scratch;
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
        for (std::size_t row = 0; row + 1 < 6; ++row) file.put(RowIndex{row}, sample_state(row, 5, Progress::complete));
        file.finish(sample_segment());
        CHECK(ResultView(scratch.file()).integer("complete") == 0);
        CHECK(!ResultView(scratch.file()).segments().at(0).end.empty());
    }
    {
        auto file = ResultFile::resume(scratch.file(), sample_settings());
        file.put(RowIndex{5}, sample_state(5, 5, Progress::complete));
        file.finish(sample_segment());
        CHECK(scratch.entries() == 2);  // the file and its lock
        // The run may go on: all addresses are those of the new file.
        CHECK(same(file.load(RowIndex{5}), sample_state(5, 5, Progress::complete)));
    }
    CHECK(ResultView(scratch.file()).integer("complete") == 1);
    CHECK(ResultView(scratch.file()).segments().size() == 2);
    {
        auto file = ResultFile::resume(scratch.file(), sample_settings());
        file.commit(sample_segment());
        CHECK(ResultView(scratch.file()).integer("complete") == 1);
        file.put(RowIndex{0}, sample_state(0, 7, Progress::partial));
        file.commit(sample_segment());
        CHECK(ResultView(scratch.file()).integer("complete") == 0);
        for (std::size_t row = 1; row < 6; ++row) CHECK(same(file.load(RowIndex{row}), sample_state(row, 5, Progress::complete)));
        file.put(RowIndex{0}, sample_state(0, 9, Progress::complete));
        file.finish(sample_segment());
    }
    CHECK(ResultView(scratch.file()).integer("complete") == 1);
    CHECK(scratch.entries() == 1);
}

TEST_CASE("A file whose rows are all complete, but which a kill has left without the mark, gets it at the next start")
{
    const Scratch scratch;
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
        for (std::size_t row = 0; row < 6; ++row) file.put(RowIndex{row}, sample_state(row, 5, Progress::complete));
        file.commit(sample_segment());
    }
    write_bytes(scratch.file().string() + ".new", "the rest of a rewrite");
    CHECK(ResultView(scratch.file()).integer("complete") == 0);
    ResultFile::resume(scratch.file(), sample_settings()).finish(sample_segment());
    CHECK(ResultView(scratch.file()).integer("complete") == 1);
    CHECK(scratch.entries() == 1);
}

TEST_CASE("A file that is taken away from its writer is rescued with all that was put")
{
    const Scratch scratch;
    const auto aside = scratch.path() / "aside.h5", rescued = scratch.path() / "out.h5.rescued";
    auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
    file.put(RowIndex{0}, sample_state(0, 5, Progress::complete));
    file.commit(sample_segment());
    file.put(RowIndex{1}, sample_state(1, 5, Progress::complete));
    const auto commit = [&] { return message_of<support::SystemFailure>([&] { file.commit(sample_segment()); }); };
    SECTION("moved")
    {
        std::filesystem::rename(scratch.file(), aside);
        CHECK_THAT(commit(), Contains("out.h5 was moved away"));
        CHECK(same(ResultView(aside).load(RowIndex{1}), sample_state(1, 5, Progress::complete)));
    }
    SECTION("replaced")
    {
        write_bytes(aside, "something else");
        std::filesystem::rename(aside, scratch.file());
        CHECK_THAT(commit(), Contains("out.h5 was deleted or replaced") && Contains("out.h5.rescued"));
        for (std::size_t row = 0; row < 2; ++row)
            CHECK(same(ResultView(rescued).load(RowIndex{row}), sample_state(row, 5, Progress::complete)));
        CHECK(read_bytes(scratch.file()) == "something else");
    }
}

TEST_CASE("A file behind a symbolic link stays where it is when it is marked")
{
    const Scratch scratch, elsewhere;
    {
        auto file = ResultFile::create(elsewhere.file(), sample_settings(), sample_provenance());
    }
    std::filesystem::create_symlink(elsewhere.file(), scratch.file());
    auto file = ResultFile::resume(scratch.file(), sample_settings());
    for (std::size_t row = 0; row < 6; ++row) file.put(RowIndex{row}, sample_state(row, 5, Progress::complete));
    file.finish(sample_segment());
    CHECK(std::filesystem::is_symlink(scratch.file()));
    CHECK(ResultView(elsewhere.file()).integer("complete") == 1);
}

TEST_CASE("Runs leave a segment each, and more than fit reuse the last line")
{
    const Scratch scratch;
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
    }
    for (int run = 0; run < 130; ++run) {
        auto segment = sample_segment();
        segment.job = std::to_string(run);
        segment.hosts = run == 1 ? std::string(100000, 'h') + "\xff" : "n\"1\" \xc3\xa9";
        auto file = ResultFile::resume(scratch.file(), sample_settings());
        file.commit(segment);
        file.finish(segment);
    }
    const auto segments = ResultView(scratch.file()).segments();
    REQUIRE(segments.size() == 128);
    CHECK(segments[0].job == "0");
    CHECK(segments[0].hosts == "n\"1\" \xc3\xa9");
    CHECK(segments[0].ranks == 3);
    CHECK(segments[0].core_seconds == 1.5);
    CHECK(segments[0].last_commit.size() == 20);
    CHECK(segments[1].hosts.size() > 500);
    CHECK(segments[127].job == "129");
}

TEST_CASE("The file has the size that was announced")
{
    const Scratch scratch;
    auto settings = sample_settings();
    settings.axes = sweep::Grid({axis("alpha", {1}), axis("beta", {0, 1}), axis("T", {10, 20, 30}),
                                 axis("lambda", std::vector<double>(50, 1)), axis("n", std::vector<double>(40, 1))})
                        .axes();
    settings.simulation.replicates = GENERATE(0, 10);
    {
        const auto file = ResultFile::create(scratch.file(), settings, sample_provenance());
    }
    CHECK(static_cast<double>(std::filesystem::file_size(scratch.file())) == Approx(store::file_size(settings)).epsilon(0.1));
    CHECK(static_cast<double>(std::filesystem::file_size(scratch.file())) <= store::file_size(settings));
}

TEST_CASE("Parameters are dimensions, scalars, or follow from dimensions")
{
    const Scratch scratch;
    auto settings = sample_settings();
    settings.axes = sweep::Grid({axis("d", {30, 60}), axis("b", {0.8, 1}), axis("sigma", {0.1}), axis("r", {0.25, 0.75, 1}),
                                 axis("beta", {0, 1.5}), axis("T", {10, 20}), axis("ell", {0.5, 0.6, 2}), axis("n", {0, 1, 2})})
                        .axes();
    {
        const auto file = ResultFile::create(scratch.file(), settings, sample_provenance());
    }
    const ResultView view(scratch.file());
    std::vector<std::string> names;
    for (const auto& dimension : view.dimensions()) names.push_back(dimension.name);
    CHECK(names == std::vector<std::string>{"d", "b", "r", "beta", "T", "ell", "n"});
    CHECK(view.dimensions()[5].values == std::vector{0.5, 0.6, 2.0});
    CHECK(view.dimensions()[5].symbol == "\\ell");
    REQUIRE(view.scalars().size() == 1);
    CHECK(view.scalars()[0].name == "sigma");
    CHECK(view.scalars()[0].values == std::vector{0.1});
    CHECK(view.numbers("lambda").size() == 6);
    CHECK(view.numbers("lambda")[1 * 3 + 2] == Approx(1. / 400));
    CHECK(view.numbers("T0") == std::vector{6.0, 11.0, 10.0, 20.0});
    CHECK(view.numbers("alpha")[2 * 2 + 1] == Approx(2.5));

    const Scratch other;
    {
        const auto file = ResultFile::create(other.file(), sample_settings(), sample_provenance());
    }
    const auto r = ResultView(other.file()).numbers("r");  // over (alpha, beta)
    REQUIRE(r.size() == 2);
    CHECK(std::isnan(r[0]));
    CHECK(1 + 1.5 * (2 * r[1] - 1) == Approx(1.2));
}

TEST_CASE("create refuses an existing file and a missing directory")
{
    const Scratch scratch;
    {
        const auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
    }
    const auto create = [&](const std::filesystem::path& path) {
        return message_of<support::InvalidInput>([&] { ResultFile::create(path, sample_settings(), sample_provenance()); });
    };
    CHECK_THAT(create(scratch.file()), Contains("exists already; choose another output"));
    CHECK_THAT(create(scratch.path() / "no" / "out.h5"), Contains("no directory"));
    CHECK(scratch.entries() == 1);
}
