#include "collapse/app/terminal.hpp"

#include <cstdlib>
#include <cstring>

#include <sys/ioctl.h>
#include <unistd.h>

namespace collapse::app {

bool is_terminal(int descriptor)
{
    const char* kind = std::getenv("TERM");
    return isatty(descriptor) && kind != nullptr && std::strcmp(kind, "dumb") != 0;
}

int terminal_columns(int descriptor)
{
    struct winsize size {};
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool wants_colour(int descriptor)
{
    const char* no_colour = std::getenv("NO_COLOR");
    return is_terminal(descriptor) && (no_colour == nullptr || no_colour[0] == '\0');
}

}  // namespace collapse::app
