#include "collapse/app/command_table.hpp"
#include "collapse/app/verbs.hpp"

namespace collapse::app {

namespace {

class Manual final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "manual",
                .operands = "",
                .summary = "prints the manual for man, which `cmake --install` puts in place",
                .flags = {},
                .example = "collapse manual | man -l -"};
    }

    Exit run(const Arguments&) const override
    {
        fmt::print("{}", manual());
        return Exit::complete;
    }
};

}  // namespace

const Verb& verb_manual()
{
    static const Manual instance;
    return instance;
}

}  // namespace collapse::app
