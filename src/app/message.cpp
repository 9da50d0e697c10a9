#include "collapse/app/message.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <fmt/format.h>

namespace collapse::app {

void write_to_stderr(std::string_view text)
{
    // Not fmt::print, which throws.
    [[maybe_unused]] const auto written = std::fwrite(text.data(), 1, text.size(), stderr);
    std::clearerr(stderr);
}

std::string one_line(std::string_view text)
{
    std::string line(text);
    std::ranges::replace_if(
        line, [](unsigned char letter) { return letter < ' ' || letter == 0x7f; }, '?');
    return line;
}

void tell(std::string_view line) { write_to_stderr(fmt::format("collapse: {}\n", one_line(line))); }

void claim_standard_streams()
{
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(number, F_GETFD) >= 0 || errno != EBADF) continue;
        // The lowest number that is free is the one that was closed.
        [[maybe_unused]] const int opened = open("/dev/null", number == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    }
}

}  // namespace collapse::app
