#include <random>

#include "collapse/support/failure.hpp"
#include "sample.hpp"

using namespace collapse;
using namespace collapse::test;
using Catch::Contains;
using store::ResultFile;
using store::ResultView;
using support::InvalidInput;
using sweep::RowIndex;

namespace store_refusal_test {

namespace {

void make_file(const std::filesystem::path& path)
{
    auto file = ResultFile::create(path, sample_settings(), sample_provenance());
    file.put(RowIndex{1}, sample_state(1, 4, Progress::complete));
    file.commit(sample_segment());
}

/// What both ways to open a file say; they must refuse it alike.
std::string refusal(const std::filesystem::path& path)
{
    auto viewing = message_of<InvalidInput>([&] { const ResultView view(path); });
    const auto resuming = message_of<InvalidInput>([&] { ResultFile::resume(path, sample_settings()); });
    CHECK(viewing == resuming);
    return viewing;
}

bool run_python(const std::string& code) { return std::system(("/usr/bin/python3 -c '" + code + "' 2>/dev/null").c_str()) == 0; }

}  // namespace

TEST_CASE("resume names the key that differs")
{
    const Scratch scratch;
    make_file(scratch.file());
    auto settings = sample_settings();
    const auto refuse = [&] { return message_of<InvalidInput>([&] { ResultFile::resume(scratch.file(), settings); }); };
    SECTION("a value of the grid")
    {
        settings.axes[6].values = {0.1, 0.02};
        CHECK_THAT(refuse(), Contains("belongs to another sweep: grid.lambda is 0.1, 0.01 there and 0.1, 0.02 here; ") &&
                                 Contains("choose another --output, or --fresh to set the old file aside"));
    }
    SECTION("a setting of the simulation")
    {
        settings.simulation.seed = 7;
        CHECK_THAT(refuse(), Contains("simulation.seed is 1 there and 7 here"));
    }
    SECTION("a key that the file does not have")
    {
        settings.model.choices["design"] = "fixed";
        CHECK_THAT(refuse(), Contains("model.design is not set there and fixed here"));
    }
    SECTION("a key that only the file has")
    {
        settings.axes.erase(settings.axes.begin() + 1);
        CHECK_THAT(refuse(), Contains("grid.T0 is 40 there and not set here"));
    }
    SECTION("a long list is shown where it differs")
    {
        settings.axes[7].values.clear();
        for (int n = 0; n < 100; ++n) settings.axes[7].values.push_back(n == 2 ? 100 : n);
        CHECK_THAT(refuse(), Contains("grid.n is 0, 1, 2 there and 0, 1, 100, 3,") && Contains("... here"));
    }
    CHECK(scratch.entries() == 1);
}

TEST_CASE("A file that is not a result file is refused with a reason")
{
    const Scratch scratch;
    CHECK_THAT(refusal(scratch.file()), Contains("does not exist"));
    SECTION("a directory")
    {
        std::filesystem::create_directory(scratch.file());
        CHECK_THAT(message_of<InvalidInput>([&] { const ResultView view(scratch.file()); }),
                   Contains("is not a file; give the name"));
        CHECK_THAT(message_of<InvalidInput>([&] { ResultFile::resume(scratch.file(), sample_settings()); }),
                   Contains("is not a file; give the name of a result file"));
    }
    SECTION("an empty file")
    {
        write_bytes(scratch.file(), "");
        CHECK_THAT(refusal(scratch.file()), Contains("is not an HDF5 file"));
    }
    SECTION("text")
    {
        write_bytes(scratch.file(), std::string(100000, 'x'));
        CHECK_THAT(refusal(scratch.file()), Contains("is not an HDF5 file"));
    }
    SECTION("HDF5 of another program")
    {
        make_file(scratch.file());
        if (!run_python("import h5py; h5py.File(\"" + scratch.file().string() +
                        "\", \"r+\").attrs.modify(\"schema_name\", b\"expanded-results\")"))
            return;  // h5py is not installed
        CHECK_THAT(refusal(scratch.file()), Contains("schema_name is expanded-results, not collapse-results"));
    }
    CHECK(scratch.entries() == 1);
}

TEST_CASE("A file of a newer schema version is refused with the version that wrote it")
{
    const Scratch scratch;
    make_file(scratch.file());
    const std::string code =
        "import h5py; h5py.File(\"" + scratch.file().string() + "\", \"r+\").attrs.modify(\"schema_version\", 3)";
    if (!run_python(code)) {
        WARN("h5py is not installed");
        return;
    }
    CHECK_THAT(refusal(scratch.file()), Contains("schema version 3") && Contains("(1.0)"));
}

TEST_CASE("A file of schema version 1 is said to be one, with the remedy, and not to be damaged")
{
    const Scratch scratch;
    make_file(scratch.file());
    // Its texts were of variable length.
    const std::string code = "import h5py; f = h5py.File(\"" + scratch.file().string() +
                             "\", \"r+\"); f.attrs.modify(\"schema_version\", 1); f.attrs[\"schema_name\"] = \"collapse-results\"";
    if (!run_python(code)) {
        WARN("h5py is not installed");
        return;
    }
    CHECK_THAT(refusal(scratch.file()),
               Contains("schema version 1") && Contains("--output or with --fresh") && !Contains("damaged"));
}

TEST_CASE("A truncated file is refused wherever it was cut")
{
    const Scratch scratch;
    make_file(scratch.file());
    const auto bytes = read_bytes(scratch.file());
    for (std::size_t tenth = 0; tenth < 10; ++tenth) {
        write_bytes(scratch.file(), bytes.substr(0, bytes.size() * tenth / 10 + 50));
        CHECK_THAT(refusal(scratch.file()), Contains("is damaged") || Contains("is not an HDF5 file"));
    }
}

TEST_CASE("Damage anywhere in a file is refused or harmless, never a crash")
{
    const Scratch scratch;
    make_file(scratch.file());
    const auto bytes = read_bytes(scratch.file());
    std::mt19937 random(1);
    int refused = 0;
    for (int trial = 0; trial < 40; ++trial) {
        auto damaged = bytes;
        // Metadata stand at the beginning, but a few flips go anywhere.
        for (int flip = 0; flip < 20; ++flip)
            damaged[random() % (trial % 2 ? bytes.size() : std::size_t{100000})] = static_cast<char>(random());
        write_bytes(scratch.file(), damaged);
        const int status = in_child([&] {
            alarm(20);  // HDF5 must not hang either
            try {
                const ResultView view(scratch.file());
                for (std::size_t row = 0; row < view.rows(); ++row) view.load(RowIndex{row});
                view.segments();
                view.resolved();
            } catch (const InvalidInput&) {
                _exit(1);
            }
        });
        CAPTURE(trial);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) <= 1);
        refused += WEXITSTATUS(status) == 1;
    }
    CHECK(refused > 0);
}

TEST_CASE("A view refuses variables that are missing or of another type")
{
    const Scratch scratch;
    make_file(scratch.file());
    const ResultView view(scratch.file());
    CHECK_THAT(message_of<InvalidInput>([&] { view.numbers("sim_tset_error"); }), Contains("no variable sim_tset_error"));
    CHECK_THAT(message_of<InvalidInput>([&] { view.numbers("replicates"); }), Contains("not of type float64"));
    CHECK_THAT(message_of<InvalidInput>([&] { view.numbers("provenance"); }), Contains("no variable"));
    CHECK_THAT(message_of<InvalidInput>([&] { view.text("author"); }), Contains("no attribute author"));
    CHECK_THAT(message_of<InvalidInput>([&] { view.text("complete"); }), Contains("complete"));
    CHECK(view.has("sim_bias"));
    CHECK_FALSE(view.has("provenance"));
}

}  // namespace store_refusal_test
