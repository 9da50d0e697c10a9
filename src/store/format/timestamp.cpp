#include "collapse/store/format/timestamp.hpp"

#include <fmt/chrono.h>

namespace collapse::store {

std::string timestamp(std::chrono::system_clock::time_point time)
{
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace collapse::store
