#pragma once

#include <string>

namespace collapse::app {

/// As long as it lives, SIGTERM, SIGINT, SIGUSR1, SIGUSR2 and, unless the process was started by nohup, SIGHUP ask for an ordered stop
/// instead of killing; a second SIGINT kills at once (what is committed survives). From then on SIGXFSZ and SIGPIPE are ignored, so
/// that the failing write reports them.
class StopSignals {
  public:
    StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();

    /// The signal that asked, or 0.
    static int received();
    /// `signal 15 (Terminated)`
    static std::string describe(int signal);
};

}  // namespace collapse::app
