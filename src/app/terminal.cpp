#include "collapse/app/terminal.hpp"

#include <cstdlib>
#include <cstring>

#include <unistd.h>

namespace collapse::app {

bool is_terminal(int descriptor)
{
    const char* kind = std::getenv("TERM");
    return isatty(descriptor) && kind != nullptr && std::strcmp(kind, "dumb") != 0;
}

bool wants_colour(int descriptor)
{
    const char* no_colour = std::getenv("NO_COLOR");
    return is_terminal(descriptor) && (no_colour == nullptr || no_colour[0] == '\0');
}

}  // namespace collapse::app
