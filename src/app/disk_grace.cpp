#include "collapse/app/disk_grace.hpp"

#include <algorithm>
#include <thread>

#include "collapse/store/row/disk_refusal.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

bool DiskGrace::attempt(const std::function<void()>& write)
{
    try {
        write();
    } catch (const store::DiskRefusal& refusal) {
        const auto now = Clock::now();
        if (!refused_ && seconds_ > 0)
            progress_->warn(fmt::format("{}: results wait in memory up to {} for space to come back (--disk-grace)",
                                        refusal.reason(), support::duration(seconds_)));
        refused_ = refused_.value_or(now);
        if (std::chrono::duration<double>(now - *refused_).count() >= seconds_) throw;
        return false;
    }
    if (refused_) progress_->warn("the disk takes results again: none is lost");
    refused_.reset();
    return true;
}

void DiskGrace::insist(const std::function<void()>& write, const std::function<bool()>& may_wait)
{
    while (!attempt(write)) {
        const double left = seconds_ - std::chrono::duration<double>(Clock::now() - *refused_).count();
        std::this_thread::sleep_for(std::chrono::duration<double>(std::clamp(left, 0.0, 1.0)));
        if (may_wait()) continue;
        write();
        return;
    }
}

}  // namespace collapse::app
