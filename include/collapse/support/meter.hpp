#pragma once

#include <array>
#include <chrono>
#include <cstddef>

namespace collapse::support {

/// What a core is busy with while it computes a task.
enum class Phase : std::size_t { sampling, factorisation, solves, theory };
inline constexpr std::array phase_names{"sampling", "factorisation", "solves", "theory"};

/// Core-seconds by phase. Two clock readings a phase (about 50 ns) are nothing beside the O(d) work between them.
class Meter {
  public:
    using Seconds = std::array<double, phase_names.size()>;

    /// Runs `work` and books its time on `phase`. Phases must not be nested.
    template <class Work>
    decltype(auto) measure(Phase phase, Work&& work)
    {
        const Booking booking{seconds_[static_cast<std::size_t>(phase)]};
        return work();
    }

    const Seconds& seconds() const { return seconds_; }

  private:
    using Clock = std::chrono::steady_clock;
    struct Booking {
        explicit Booking(double& booked_on) : account(booked_on) {}
        Booking(const Booking&) = delete;
        Booking& operator=(const Booking&) = delete;
        ~Booking() { account += std::chrono::duration<double>(Clock::now() - start).count(); }
        double& account;
        Clock::time_point start = Clock::now();
    };

    Seconds seconds_{};
};

}  // namespace collapse::support
