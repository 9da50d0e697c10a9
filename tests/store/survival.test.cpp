#include <sys/mount.h>
#include <sys/resource.h>

#include <array>
#include <csignal>
#include <map>
#include <random>
#include <thread>

#include "collapse/support/failure.hpp"
#include "sample.hpp"

using namespace collapse;
using namespace collapse::test;
using store::ResultFile;
using store::ResultView;
using store::Status;
using support::SystemFailure;
using sweep::RowIndex;

namespace store_survival_test {

namespace {

/// What a writer says after a commit.
struct Acknowledgement {
    std::size_t row;
    std::int64_t replicates;
    bool complete;
};

constexpr std::size_t rows = 6;
constexpr std::int64_t most_replicates = 12;

/// Updates rows at random, a few a commit, until it is killed or all are complete; acknowledges every commit.
void write_until_killed(const std::filesystem::path& path, int pipe, unsigned seed)
{
    auto file = std::filesystem::exists(path) ? ResultFile::resume(path, sample_settings())
                                              : ResultFile::create(path, sample_settings(), sample_provenance());
    std::mt19937 random(seed);
    std::vector<std::int64_t> known;
    for (std::size_t row = 0; row < rows; ++row) known.push_back(file.load(RowIndex{row}).replicates);
    while (true) {
        std::vector<Acknowledgement> batch;
        for (std::size_t count = 0; count < 2; ++count) {
            const std::size_t row = random() % rows;
            if (known[row] == most_replicates) known[row] = 0;  // begun anew, so that there is always something to do
            ++known[row];
            const bool complete = known[row] == most_replicates;
            file.put(RowIndex{row}, sample_state(row, known[row], complete ? Progress::complete : Progress::partial));
            std::erase_if(batch, [&](const Acknowledgement& earlier) { return earlier.row == row; });
            batch.push_back({row, known[row], complete});
        }
        file.commit(sample_segment());
        if (write(pipe, batch.data(), batch.size() * sizeof(Acknowledgement)) < 0) _exit(1);
    }
}

}  // namespace

TEST_CASE("A writer killed at any moment loses nothing that it has acknowledged")
{
    const Scratch scratch;
    std::mt19937 random(3);
    std::array<Acknowledgement, rows> known{};
    std::size_t acknowledged = 0;
    for (unsigned kills = 0; kills < 30; ++kills) {
        int channel[2];
        REQUIRE(pipe(channel) == 0);
        const pid_t child = fork();
        if (child == 0) {
            try {
                write_until_killed(scratch.file(), channel[1], kills);
            } catch (...) {
                _exit(99);
            }
        }
        close(channel[1]);
        Acknowledgement said{};
        const auto listen = [&] {
            if (read(channel[0], &said, sizeof said) != sizeof said) return false;
            known[said.row] = said;
            ++acknowledged;
            return true;
        };
        // After some commits, in the midst of the next; sometimes before the first.
        for (auto commits = random() % 10; commits > 0 && listen(); --commits) continue;
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 8000));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status));
        while (listen()) continue;
        close(channel[0]);
        if (!std::filesystem::exists(scratch.file())) continue;

        const ResultView view(scratch.file());
        const auto sim = view.numbers("sim_test_error");
        for (std::size_t row = 0; row < rows; ++row) {
            CAPTURE(kills, row);
            const auto state = view.load(RowIndex{row});
            // At most one commit after the last acknowledgement: no update, one step more, or a row begun anew.
            const auto before = known[row].replicates;
            CHECK((state.replicates == before || state.replicates == before + 1 || state.replicates == before + 2 ||
                   (before >= most_replicates - 1 && state.replicates <= 2)));
            CHECK(state.complete == (state.complete && state.replicates == most_replicates));
            if (known[row].complete && state.replicates == before) {
                // Complete, unless just withdrawn to be begun anew: then its sums are still there.
                CHECK((state.complete || view.status()[row * 6] == Status::pending));
            }
            auto expected = sample_state(row, state.replicates, state.complete ? Progress::complete : Progress::partial);
            if (state.replicates > 0) CHECK(same(state, expected));
            for (std::size_t cell = 0; cell < 6; ++cell)
                if (view.status()[row * 6 + cell] == Status::done)
                    CHECK(same_bits(sim[row * 6 + cell], sample_state(row, most_replicates, Progress::complete)
                                                             .sums[cell]
                                                             .moments.mean(most_replicates)
                                                             .test_error));
            known[row].replicates = state.replicates;
            known[row].complete = state.complete;
        }
    }
    CHECK(acknowledged > 100);
}

TEST_CASE("A creation that is killed leaves no file of the final name that is incomplete")
{
    const Scratch scratch;
    std::mt19937 random(4);
    for (int kills = 0; kills < 20; ++kills) {
        const pid_t child = fork();
        if (child == 0) {
            const auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
            while (true) pause();
        }
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 12000));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        if (!std::filesystem::exists(scratch.file())) continue;
        CHECK(ResultView(scratch.file()).rows() == 6);
        std::filesystem::remove(scratch.file());
    }
    const auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
    CHECK(scratch.entries() == 2);
}

TEST_CASE("A disk that is too small is reported, and nothing is left on it")
{
    const Scratch scratch;
    const auto create = [&] {
        const auto message =
            message_of<SystemFailure>([&] { ResultFile::create(scratch.file(), sample_settings(), sample_provenance()); });
        const bool good =
            message.find("cannot be created") != std::string::npos && message.find("free some space") != std::string::npos;
        exit(good ? 0 : 1);  // with the handlers at exit, in which HDF5 must not crash or hang
    };
    SECTION("by the limit of file sizes")
    {
        const int status = in_child([&] {
            alarm(120);
            const rlimit limit{100000, 100000};
            setrlimit(RLIMIT_FSIZE, &limit);
            create();
        });
        CHECK(status == 0);
        CHECK(scratch.entries() == 0);
    }
    SECTION("by a small file system")
    {
        if (geteuid() != 0 || mount("none", scratch.path().c_str(), "tmpfs", 0, "size=128k") != 0) {
            WARN("needs root to mount a file system");
            return;
        }
        const int status = in_child([&] {
            alarm(120);
            create();
        });
        CHECK(status == 0);
        CHECK(scratch.entries() == 0);
        umount(scratch.path().c_str());
    }
}

TEST_CASE("A commit that the disk refuses loses nothing and may be tried again")
{
    const Scratch scratch;
    const auto first = sample_state(0, 5, Progress::complete), second = sample_state(1, 5, Progress::complete);
    const int status = in_child([&] {
        auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
        file.put(RowIndex{0}, first);
        file.commit(sample_segment());
        rlimit limit{};
        getrlimit(RLIMIT_FSIZE, &limit);
        const rlimit small{4096, limit.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        file.put(RowIndex{1}, second);
        const auto message = message_of<SystemFailure>([&] { file.commit(sample_segment()); });
        if (message.find("cannot be written: File too large") == std::string::npos) _exit(1);
        if (file.pending_rows() != 1 || !same(file.load(RowIndex{0}), first)) _exit(2);
        if (ResultView(scratch.file()).status()[6] != Status::pending) _exit(3);
        setrlimit(RLIMIT_FSIZE, &limit);
        file.commit(sample_segment());
        if (file.pending_rows() != 0) _exit(4);
    });
    CHECK(status == 0);
    const ResultView view(scratch.file());
    CHECK(same(view.load(RowIndex{0}), first));
    CHECK(same(view.load(RowIndex{1}), second));
}

}  // namespace store_survival_test
