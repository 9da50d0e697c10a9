#include "collapse/app/command_table.hpp"
#include "collapse/app/verbs.hpp"

namespace collapse::app {

namespace {

class Completion final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "completion",
                .operands = "SHELL",
                .summary = "prints what completes this command line in bash, zsh or fish; `cmake --install` puts it in place",
                .flags = {},
                .example = "source <(collapse completion bash)"};
    }

    Exit run(const Arguments& arguments) const override
    {
        fmt::print("{}", completion_for(arguments.operands.front()));
        return Exit::complete;
    }
};

}  // namespace

const Verb& verb_completion()
{
    static const Completion instance;
    return instance;
}

}  // namespace collapse::app
