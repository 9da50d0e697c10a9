/// libFuzzer: no bytes in a result file may do more than be refused. What is fuzzed are patches of a good file (COLLAPSE_FUZZ_FILE),
/// four bytes each: where (2 bytes), how many bytes (3 bits), where further back (5 bits), and what they become (1 byte).
/// With COLLAPSE_FUZZ_FORGED the checksums are mended: no accident does that, and HDF5 itself breaks down in such files.
#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "checksums.hpp"
#include "collapse/store/life/result_view.hpp"
#include "collapse/support/failure.hpp"

namespace {

/// The good file on a disk in memory; what was patched is mended afterwards, since writing all of it anew would take longer than
/// reading it.
class Patient {
  public:
    Patient()
    {
        const char* name = std::getenv("COLLAPSE_FUZZ_FILE");
        std::ifstream file(name ? name : "", std::ios::binary);
        good_.assign(std::istreambuf_iterator<char>(file), {});
        if (good_.empty()) std::abort();
        std::ofstream(path_, std::ios::binary) << good_;
        descriptor_ = open(path_.c_str(), O_RDWR);
        now_ = good_;
        // Most of a file are fill values, nothing written yet, or blanks: blocks like the one before. The others are worth patching.
        for (std::size_t block = 0; block < good_.size(); block += block_size)
            if (block < 2 * block_size || good_.compare(block, block_size, good_, block - block_size, block_size) != 0)
                worth_.push_back(block);
        if (std::getenv("COLLAPSE_FUZZ_FORGED")) checksums_ = collapse::test::find_checksums(good_);
        std::fprintf(stderr, "%zu bytes to patch, %zu checksums to mend\n", worth_.size() * block_size, checksums_.size());
    }
    Patient(const Patient&) = delete;
    Patient& operator=(const Patient&) = delete;
    ~Patient()
    {
        close(descriptor_);
        unlink(path_.c_str());
    }

    const std::string& path() const { return path_; }

    void patch(const std::uint8_t* data, std::size_t size)
    {
        for (std::size_t i = 0; i + patch_size <= size; i += patch_size) {
            const std::size_t where = (data[i] + 256U * data[i + 1] + 65536U * (data[i + 2] / 8)) % (worth_.size() * block_size);
            const std::size_t first = worth_[where / block_size] + where % block_size;
            if (first < good_.size()) write(first, std::string(1 + data[i + 2] % 8, static_cast<char>(data[i + 3])));
        }
        const auto damaged = patched_;
        for (const collapse::test::Checksum& sum : checksums_)
            if (std::ranges::any_of(damaged,
                                    [&](const auto& piece) { return piece.first < sum.end && sum.begin < piece.second; })) {
                const std::uint32_t right = sum.of(now_);
                write(sum.place, {reinterpret_cast<const char*>(&right), sizeof right});
            }
        // A byte too many: the file is cut off.
        if (size % patch_size == 1 && ftruncate(descriptor_, static_cast<off_t>(good_.size() * data[size - 1] / 256)) != 0)
            std::abort();
    }
    void mend()
    {
        const auto length = static_cast<std::size_t>(lseek(descriptor_, 0, SEEK_END));
        if (length < good_.size()) write(length, good_.substr(length));
        for (const auto& [first, last] : std::exchange(patched_, {})) write(first, good_.substr(first, last - first));
        patched_.clear();
    }

  private:
    static constexpr std::size_t block_size = 64, patch_size = 4;

    void write(std::size_t first, std::string bytes)
    {
        bytes.resize(std::min(bytes.size(), good_.size() - first));
        now_.replace(first, bytes.size(), bytes);
        patched_.emplace_back(first, first + bytes.size());
        if (pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(first)) != static_cast<ssize_t>(bytes.size()))
            std::abort();
    }

    std::string path_ = "/dev/shm/collapse-fuzz-" + std::to_string(getpid()) + ".h5", good_, now_;
    int descriptor_ = -1;
    std::vector<std::size_t> worth_;  ///< where blocks begin that tell something
    std::vector<collapse::test::Checksum> checksums_;
    std::vector<std::pair<std::size_t, std::size_t>> patched_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace collapse;
    static Patient patient;
    patient.patch(data, size);
    try {
        const store::ResultView view(patient.path());
        for (const char* name : {"sim_test_error", "theory_test_error", "zscore", "task_seconds"}) view.numbers(name);
        view.counts("replicates");
        view.flags("failure");
        view.resolved();
        view.segments();
        view.text("created");
        view.integer("complete");
        view.provenance("config");
        for (sweep::RowIndex row{0}; row.value < view.rows(); ++row) view.load(row);
    } catch (const support::InvalidInput&) {
    }
    patient.mend();
    return 0;
}
