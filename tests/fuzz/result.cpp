/// libFuzzer: no bytes in a result file may do more than be refused. The start is a good file; what is fuzzed are patches of it:
/// [position: 4 bytes, value: 1 byte] again and again, or else the whole file.
#include <unistd.h>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "collapse/store/result_view.hpp"
#include "collapse/support/failure.hpp"

namespace {

/// The good file: named by COLLAPSE_FUZZ_FILE.
const std::string& good()
{
    static const std::string bytes = [] {
        const char* name = std::getenv("COLLAPSE_FUZZ_FILE");
        std::ostringstream text;
        if (name) text << std::ifstream(name, std::ios::binary).rdbuf();
        if (text.str().empty()) std::abort();
        return text.str();
    }();
    return bytes;
}

std::string patched(const std::uint8_t* data, std::size_t size)
{
    std::string bytes = good();
    for (std::size_t i = 0; i + 5 <= size; i += 5) {
        std::uint32_t position = 0;
        std::memcpy(&position, data + i, 4);
        bytes[position % bytes.size()] = static_cast<char>(data[i + 4]);
    }
    if (size % 5 == 4) bytes.resize(bytes.size() * data[size - 1] / 256);
    return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace collapse;
    static const std::string path = "/dev/shm/collapse-fuzz-" + std::to_string(getpid()) + ".h5";
    std::ofstream(path, std::ios::binary) << patched(data, size);
    try {
        const store::ResultView view(path);
        for (const char* name : {"sim_test_error", "theory_test_error", "zscore", "task_seconds"}) view.numbers(name);
        view.counts("replicates");
        view.flags("failure");
        view.resolved();
        view.segments();
        view.text("created");
        view.integer("complete");
        view.provenance("config");
        for (std::size_t row = 0; row < view.rows(); ++row) view.load(row);
    } catch (const support::InvalidInput&) {
    }
    unlink(path.c_str());
    return 0;
}
