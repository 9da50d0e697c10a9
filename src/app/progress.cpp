#include "collapse/app/progress.hpp"

#include <unistd.h>

#include "collapse/app/message.hpp"
#include "collapse/app/terminal.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

constexpr int bar_width = 30;
constexpr auto terminal_interval = std::chrono::milliseconds(200), log_interval = std::chrono::milliseconds(60'000);
constexpr double log_step = 0.05;

std::string bar(double fraction)
{
    const int full = static_cast<int>(fraction * bar_width);
    const std::string done(static_cast<std::size_t>(full), '#'), left(static_cast<std::size_t>(bar_width - full), '.');
    return wants_colour(STDERR_FILENO) ? fmt::format("[\x1b[32m{}\x1b[0m{}]", done, left) : fmt::format("[{}{}]", done, left);
}

}  // namespace

ProgressReport::ProgressReport(Style style, int ranks) : style_(style), ranks_(ranks) {}

ProgressReport::Style ProgressReport::style_of_stderr() { return is_terminal(STDERR_FILENO) ? Style::terminal : Style::log; }

void ProgressReport::show(const sweep::Schedule& schedule)
{
    const auto now = Clock::now();
    if (style_ == Style::quiet || now - last_ < terminal_interval) return;
    // Looking at every row is worth it only when something can be printed.
    const bool log = style_ == Style::log;
    if (log && now - last_ < std::chrono::seconds(1)) return;
    const sweep::Progress progress = schedule.progress();
    const double fraction = progress.fraction();
    if (log && now - last_ < log_interval && fraction < last_fraction_ + log_step) return;
    last_ = now;
    last_fraction_ = fraction;
    const std::string left = support::duration(progress.core_seconds_left / ranks_);
    const std::string failed = progress.cells_failed > 0 ? fmt::format(", {} failed", progress.cells_failed) : "";
    const std::string line =
        fmt::format("{:3.0f} %  {}/{} cells{}, {} left", 100 * fraction, progress.cells_done, progress.cells, failed, left);
    if (log) tell(line);
    else write_to_stderr(fmt::format("\r{} {}\x1b[K", bar(fraction), line));
    bar_shown_ = !log;
}

void ProgressReport::end()
{
    if (bar_shown_) write_to_stderr("\r\x1b[K");
    bar_shown_ = false;
}

void ProgressReport::note(const std::string& line)
{
    if (style_ != Style::quiet) warn(line);
}

void ProgressReport::warn(const std::string& line)
{
    end();
    tell(line);
}

}  // namespace collapse::app
