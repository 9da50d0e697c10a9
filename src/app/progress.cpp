#include "collapse/app/progress.hpp"

#include <algorithm>

#include <unistd.h>

#include "collapse/app/message.hpp"
#include "collapse/app/terminal.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

constexpr int longest_bar = 30, shortest_bar = 5;
constexpr auto terminal_interval = std::chrono::milliseconds(200), log_interval = std::chrono::milliseconds(60'000);
constexpr double log_step = 0.05;

std::string bar(double fraction, int width)
{
    const int full = static_cast<int>(fraction * width);
    const std::string done(static_cast<std::size_t>(full), '#'), left(static_cast<std::size_t>(width - full), '.');
    return wants_colour(STDERR_FILENO) ? fmt::format("[\x1b[32m{}\x1b[0m{}]", done, left) : fmt::format("[{}{}]", done, left);
}

/// The bar and the line, on one line of the terminal: what is too long for that could not be overwritten.
std::string fit_to_terminal(double fraction, const std::string& line)
{
    const int columns = terminal_columns(STDERR_FILENO), text = static_cast<int>(line.size());
    const int width = std::min(longest_bar, columns - text - 4);  // brackets, a space, and the last column, which wraps
    if (width >= shortest_bar) return fmt::format("\r{} {}\x1b[K", bar(fraction, width), line);
    return fmt::format("\r{}\x1b[K", line.substr(0, static_cast<std::size_t>(std::max(1, columns - 1))));
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
    const std::string begun = progress.cells_begun > 0 ? fmt::format(", {} begun", progress.cells_begun) : "";
    const std::string line = fmt::format("{:3.0f} %  {}/{} cells{}{}, {} left", 100 * fraction, progress.cells_done, progress.cells,
                                         begun, failed, left);
    if (log) tell(line);
    else write_to_stderr(fit_to_terminal(fraction, line));
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
