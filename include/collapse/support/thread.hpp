#pragma once

#include <system_error>
#include <thread>
#include <utility>

#include "collapse/support/failure.hpp"

namespace collapse::support {

/// A thread that does `work`. Throws SystemFailure if the system gives none.
template <class Work>
std::thread start_thread(Work&& work)
{
    try {
        return std::thread(std::forward<Work>(work));
    } catch (const std::system_error& error) {
        throw SystemFailure(
            fmt::format("the system refuses another thread ({}): this user has as many processes and threads as it "
                        "may, or there is no memory left; raise the limit (`ulimit -u`, `ulimit -v`) or end others",
                        error.code().message()));
    }
}

}  // namespace collapse::support
