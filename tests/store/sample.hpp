#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

#include "collapse/store/life/result_file.hpp"
#include "collapse/store/life/result_view.hpp"

/// A small sweep, and rows of it whose content follows from their number and count of replicates.
namespace collapse::test {

/// A directory of its own for one test, removed at its end.
class Scratch {
  public:
    Scratch()
    {
        std::string name = (std::filesystem::temp_directory_path() / "collapse-store-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no directory for the test");
        path_ = name;
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { std::filesystem::remove_all(path_); }

    std::filesystem::path file() const { return path_ / "out.h5"; }
    const std::filesystem::path& path() const { return path_; }

    std::size_t entries() const
    {
        const std::filesystem::directory_iterator all(path_);
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

  private:
    std::filesystem::path path_;
};

inline sweep::Axis axis(std::string_view name, std::vector<double> values)
{
    return {sweep::find_coordinate(name), std::move(values)};
}

/// 6 rows of 6 cells; T0 and sigma are scalars.
inline sweep::Settings sample_settings(std::int64_t replicates = 100)
{
    sweep::Settings settings;
    settings.axes =
        sweep::Grid({axis("d", {30}), axis("T0", {40}), axis("sigma", {0.1}), axis("alpha", {1.2}), axis("beta", {0, 1.5}),
                     axis("T", {10, 20, 40}), axis("lambda", {0.1, 0.01}), axis("n", {0, 1, 2})})
            .axes();
    settings.simulation.replicates = replicates;
    return settings;
}

inline store::Provenance sample_provenance()
{
    return {"1.0",         "abc",           "[grid]\nT = 10, 20, 40\n",      "gcc", "hdf5",
            "a processor", "Philox4x32-10", {"DFK: a paper", "GSD: another"}};
}

inline store::Segment sample_segment()
{
    return {.job = "42",
            .command_line = "collapse run \"x.ini\"",
            .hosts = "node1, node2",
            .ranks = 3,
            .cells_done = 6,
            .core_seconds = 1.5,
            .start = "2025-01-01T00:00:00Z",
            .last_commit = "",
            .end = "",
            .report = {}};
}

/// Some number in (0, 1) that depends on all of its arguments; from whole numbers, so that no optimisation changes its bits.
inline double noise(std::size_t row, std::size_t cell, std::int64_t replicate)
{
    const std::size_t mixed = 7919 * row + 104729 * cell + 1299709 * static_cast<std::size_t>(replicate + 2);
    return static_cast<double>(mixed % 99991 + 1) / 99993;
}

enum class Progress { partial, complete };

inline sweep::RowState sample_state(std::size_t row, std::int64_t replicates, Progress progress, std::size_t ridges = 2,
                                    std::size_t generations = 3)
{
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    sweep::RowState state;
    state.replicates = replicates;
    state.complete = progress == Progress::complete;
    state.seconds = 0.25 * static_cast<double>(replicates) + static_cast<double>(row);
    state.sums = sweep::Table<sweep::CellSums>(ridges, generations);
    state.predictions = sweep::Table<sweep::Prediction>(ridges, generations);
    for (std::size_t cell = 0; cell < state.sums.size(); ++cell) {
        for (std::int64_t i = 0; i < replicates; ++i) {
            const double x = noise(row, cell, i);
            state.sums[cell].moments.add({x, 0.5 * x, 0.25 * x * x, cell % generations == 0 ? unknown : 0.125 * x});
        }
        const double y = noise(row, cell, -1);
        state.predictions[cell] = {{y, 0.5 * y, 0.5 * y, cell % generations == 0 ? unknown : 0.75 * y},
                                   cell == 0 ? std::numeric_limits<double>::infinity() : 2 * y,
                                   {0.375 * y, 0.25 * y, 0.125 * y},
                                   {-y, -2 * y, 3 * y, -4 * y}};
    }
    return state;
}

inline bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

/// Equality of everything that must survive, bit for bit.
inline bool same(const sweep::RowState& a, const sweep::RowState& b)
{
    if (a.replicates != b.replicates || a.complete != b.complete || !same_bits(a.seconds, b.seconds)) return false;
    if (a.sums.size() != b.sums.size() || a.sums.columns() != b.sums.columns()) return false;
    for (std::size_t cell = 0; cell < a.sums.size(); ++cell)
        if (a.sums[cell].failure != b.sums[cell].failure || a.sums[cell].moments.stored() != b.sums[cell].moments.stored())
            return false;
    if (!a.complete) return true;  // predictions of an incomplete row are computed again
    if (a.predictions.size() != b.predictions.size()) return false;
    for (std::size_t cell = 0; cell < a.predictions.size(); ++cell) {
        // As bytes: a number that a prediction gets one day is compared, too.
        static_assert(sizeof(sweep::Prediction) % sizeof(double) == 0);
        using Numbers = std::array<double, sizeof(sweep::Prediction) / sizeof(double)>;
        const auto x = std::bit_cast<Numbers>(a.predictions[cell]), y = std::bit_cast<Numbers>(b.predictions[cell]);
        if (!std::ranges::equal(x, y, [](double u, double v) { return same_bits(u, v) || (std::isnan(u) && std::isnan(v)); }))
            return false;
    }
    return true;
}

/// The bytes of a file, and back: to damage it by hand.
inline std::string read_bytes(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_bytes(const std::filesystem::path& path, const std::string& bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

/// Replaces the only occurrence of the bytes of `from`.
template <class Number>
void replace_number(const std::filesystem::path& path, Number from, Number to)
{
    std::string bytes = read_bytes(path);
    const std::string old(reinterpret_cast<const char*>(&from), sizeof from);
    const auto place = bytes.find(old);
    REQUIRE(place != std::string::npos);
    REQUIRE(bytes.find(old, place + 1) == std::string::npos);
    bytes.replace(place, sizeof to, reinterpret_cast<const char*>(&to), sizeof to);
    write_bytes(path, bytes);
}

/// Runs `work` in a child process and returns how that ended, as waitpid tells it. Work that throws ends with 99.
template <class Work>
int in_child(Work&& work)
{
    const pid_t child = fork();
    if (child == 0) {
        try {
            work();
        } catch (...) {
            _exit(99);
        }
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

/// The message of the exception of type Error that `work` throws; empty if it throws nothing.
template <class Error, class Work>
std::string message_of(Work&& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace collapse::test
