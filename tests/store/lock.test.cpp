#include "collapse/store/life/lock.hpp"

#include <csignal>
#include <thread>

#include "collapse/support/failure.hpp"
#include "sample.hpp"

using namespace collapse;
using namespace collapse::test;
using namespace std::chrono_literals;
using Catch::Contains;
using store::WriterLock;
using support::SystemFailure;
using sweep::RowIndex;

namespace {

using Locks = WriterLock::Options::Locks;
constexpr auto short_beat = 100ms;
constexpr auto long_beat = 60s;
constexpr auto patient_beat = 1500ms;  ///< of who must not take for dead a living owner whom the machine has paused for seconds

std::filesystem::path lock_file(const Scratch& scratch) { return scratch.file().string() + ".lock"; }

/// A child that holds the lock until it is killed; returns when it has it.
pid_t holding_child(const Scratch& scratch, WriterLock::Options options)
{
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    const pid_t child = fork();
    if (child == 0) {
        const WriterLock lock(scratch.file(), options);
        [[maybe_unused]] const auto written = write(ready[1], "x", 1);
        while (true) pause();
    }
    close(ready[1]);
    char byte = 0;
    CHECK(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    return child;
}

void kill_child(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
}

}  // namespace

TEST_CASE("A second writer is refused and told who the first is")
{
    const Scratch scratch;
    const WriterLock::Options options{short_beat, GENERATE(Locks::kernel, Locks::beat_only)};
    {
        const WriterLock lock(scratch.file(), options);
        lock.check();
        const WriterLock::Options patient{patient_beat, options.locks};
        const auto message = message_of<SystemFailure>([&] { const WriterLock second(scratch.file(), patient); });
        CHECK_THAT(message, Contains("is being written by process " + std::to_string(getpid()) + " on ") && Contains("since 20") &&
                                Contains("choose another output"));
        CHECK(WEXITSTATUS(in_child([&] { const WriterLock second(scratch.file(), patient); })) == 99);
        lock.check();
    }
    CHECK(scratch.entries() == 0);
    const WriterLock next(scratch.file(), options);
}

TEST_CASE("A second ResultFile is refused, also from another process")
{
    const Scratch scratch;
    auto file = store::ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
    CHECK_THROWS_AS(store::ResultFile::resume(scratch.file(), sample_settings()), SystemFailure);
    CHECK_THROWS_AS(store::ResultFile::create(scratch.file(), sample_settings(), sample_provenance()), SystemFailure);
    const int status = in_child([&] {
        const auto message = message_of<SystemFailure>([&] { store::ResultFile::resume(scratch.file(), sample_settings()); });
        _exit(message.find("is being written by process") == std::string::npos);
    });
    CHECK(status == 0);
    file.put(RowIndex{0}, sample_state(0, 3, Progress::complete));
    file.commit(sample_segment());
}

TEST_CASE("The lock of a killed owner is taken over: at once where locks work, after three beats where they do not")
{
    const Scratch scratch;
    const auto locks = GENERATE(Locks::kernel, Locks::beat_only);
    const WriterLock::Options options{locks == Locks::kernel ? std::chrono::milliseconds(long_beat) : short_beat, locks};
    kill_child(holding_child(scratch, options));
    CHECK(std::filesystem::exists(lock_file(scratch)));
    const auto start = std::chrono::steady_clock::now();
    {
        const WriterLock lock(scratch.file(), options);
        const auto waited = std::chrono::steady_clock::now() - start;
        if (locks == Locks::kernel) CHECK(waited < long_beat);  // not even one of three
        else CHECK(waited >= 4 * short_beat);
        lock.check();
    }
    CHECK(scratch.entries() == 0);
}

TEST_CASE("A writer is seen without taking its lock")
{
    const Scratch scratch;
    const WriterLock::Options options{short_beat, GENERATE(Locks::kernel, Locks::beat_only)};
    const auto refusal = [&](std::chrono::milliseconds beat = short_beat) {
        return message_of<SystemFailure>([&] { WriterLock::expect_no_writer(scratch.file(), {beat, options.locks}); });
    };
    CHECK(refusal().empty());
    CHECK(scratch.entries() == 0);
    const pid_t child = holding_child(scratch, options);
    CHECK_THAT(refusal(patient_beat),
               Contains("is being written by process " + std::to_string(child) + " on ") && Contains("; wait for it or stop it"));
    kill_child(child);
    CHECK(refusal().empty());
    CHECK(scratch.entries() == 1);
}

TEST_CASE("The record of an owner on another host is watched before it is overruled")
{
    const Scratch scratch;
    write_bytes(lock_file(scratch), "token elsewhere boot 1 2025-01-01T00:00:00Z 7 \n");
    const auto start = std::chrono::steady_clock::now();
    const WriterLock lock(scratch.file(), {short_beat, Locks::kernel});
    CHECK(std::chrono::steady_clock::now() - start >= 3 * short_beat);
}

TEST_CASE("An owner that slept while another took over notices before it writes")
{
    const Scratch scratch;
    const WriterLock lock(scratch.file(), {long_beat, Locks::kernel});
    const WriterLock other(scratch.file(), {short_beat, Locks::beat_only});  // sees no beat of the first within three of its own
    other.check();
    CHECK_THAT(message_of<SystemFailure>([&] { lock.check(); }), Contains("is being written by process"));
}

TEST_CASE("An owner whose lock file was removed stops")
{
    const Scratch scratch;
    const WriterLock lock(scratch.file());
    std::filesystem::remove(lock_file(scratch));
    CHECK_THAT(message_of<SystemFailure>([&] { lock.check(); }), Contains("was removed"));
}

TEST_CASE("Of several processes that begin at the same time one writes")
{
    const auto locks = GENERATE(Locks::kernel, Locks::beat_only);
    for (int round = 0; round < (locks == Locks::kernel ? 20 : 3); ++round) {
        const Scratch scratch;
        int decided[2], release[2];  // who has the lock keeps it until everybody has tried
        REQUIRE((pipe(decided) == 0 && pipe(release) == 0));
        std::vector<pid_t> children;
        for (int i = 0; i < 4; ++i) {
            const pid_t child = fork();
            if (child == 0) {
                close(release[1]);
                const auto decide = [&] { return write(decided[1], "x", 1); };
                try {
                    const WriterLock lock(scratch.file(), {locks == Locks::kernel ? short_beat : patient_beat / 3, locks});
                    char byte = 0;
                    if (decide() != 1 || read(release[0], &byte, 1) != 0) _exit(2);
                    lock.check();
                } catch (...) {
                    [[maybe_unused]] const auto written = decide();
                    _exit(1);
                }
                _exit(0);
            }
            children.push_back(child);
        }
        char byte = 0;
        for (std::size_t i = 0; i < children.size(); ++i) CHECK(read(decided[0], &byte, 1) == 1);
        for (const int end : {decided[0], decided[1], release[0], release[1]}) close(end);
        int winners = 0;
        for (const pid_t child : children) {
            int status = 0;
            waitpid(child, &status, 0);
            winners += status == 0;
        }
        CHECK(winners == 1);
        CHECK(scratch.entries() == 0);
    }
}
