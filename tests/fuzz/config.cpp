/// libFuzzer: no text of a config may do more than be refused.
#include <cstddef>
#include <cstdint>

#include "collapse/app/config.hpp"
#include "collapse/support/failure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace collapse;
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (text.find("file") != std::string::npos) return 0;  // a spectrum may be read from any path
    try {
        const sweep::Settings settings = app::parse_config({"fuzz.ini", text, {}, {}});
        // What was accepted must be what the file remembers of it.
        const sweep::Settings again = app::parse_config({{}, settings.to_config(), {}, {}});
        support::ensure(again.resolved() == settings.resolved(), "resolved settings read back as they were");
    } catch (const support::InvalidInput&) {
    }
    return 0;
}
