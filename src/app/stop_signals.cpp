#include "collapse/app/stop_signals.hpp"

#include <unistd.h>
#include <array>
#include <atomic>
#include <csignal>

namespace collapse::app {

namespace {

// A signal handler can reach nothing else.
std::atomic<int> asked{0};
static_assert(std::atomic<int>::is_always_lock_free);

constexpr std::array stopping{SIGTERM, SIGINT, SIGUSR1, SIGUSR2};
constexpr std::array ignored{SIGXFSZ, SIGPIPE};

extern "C" void remember(int signal)
{
    if (signal == SIGINT && asked.load() == SIGINT) _exit(128 + SIGINT);
    asked.store(signal);
}

}  // namespace

StopSignals::StopSignals()
{
    asked.store(0);
    struct sigaction action = {};
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    action.sa_handler = remember;
    for (const int signal : stopping) sigaction(signal, &action, nullptr);
    action.sa_handler = SIG_IGN;
    for (const int signal : ignored) sigaction(signal, &action, nullptr);
}

StopSignals::~StopSignals()
{
    for (const int signal : stopping) std::signal(signal, SIG_DFL);
    for (const int signal : ignored) std::signal(signal, SIG_DFL);
}

int StopSignals::received() { return asked.load(); }

}  // namespace collapse::app
