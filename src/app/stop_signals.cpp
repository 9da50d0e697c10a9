#include "collapse/app/stop_signals.hpp"

#include <unistd.h>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

namespace collapse::app {

namespace {

// A signal handler can reach nothing else.
std::atomic<int> asked{0};
std::atomic<bool> interrupted{false};
static_assert(std::atomic<int>::is_always_lock_free);

constexpr std::array stopping{SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP};
constexpr std::array ignored{SIGXFSZ, SIGPIPE};

extern "C" void remember(int signal)
{
    if (signal == SIGINT && interrupted.exchange(true)) _exit(128 + SIGINT);
    asked.store(signal);
}

}  // namespace

StopSignals::StopSignals()
{
    asked.store(0);
    interrupted.store(false);
    struct sigaction action = {};
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    action.sa_handler = remember;
    for (const int signal : stopping) {
        struct sigaction before {};
        const bool nohup = signal == SIGHUP && sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN;
        if (!nohup) sigaction(signal, &action, nullptr);
    }
    action.sa_handler = SIG_IGN;
    for (const int signal : ignored) sigaction(signal, &action, nullptr);
}

StopSignals::~StopSignals()
{
    for (const int signal : stopping)
        if (std::signal(signal, SIG_DFL) == SIG_IGN) std::signal(signal, SIG_IGN);
    // SIGPIPE and SIGXFSZ stay ignored: the last message may go to a reader that is gone, and the exit status is that of the results.
}

int StopSignals::received() { return asked.load(); }

std::string StopSignals::describe(int signal) { return fmt::format("signal {} ({})", signal, strsignal(signal)); }

}  // namespace collapse::app
