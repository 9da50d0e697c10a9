#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <new>
#include <system_error>

#include "collapse/app/build.hpp"
#include "collapse/app/message.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

constexpr std::array meanings{
    Meaning{Exit::complete, "complete"},
    Meaning{Exit::error, "an error, or a check that fails"},
    Meaning{Exit::bad_input, "bad input; nothing was written"},
    Meaning{Exit::failed_cells, "complete, but some cells failed"},
    Meaning{Exit::nothing, "there was nothing to compare, to pool or to find"},
    Meaning{Exit::stopped, "stopped in order before completion: run the same command again"},
};

std::string overview()
{
    std::string text = "collapse: maps where and how model collapse happens in regression\n\nusage: collapse VERB ...\n\n";
    for (const Verb* verb : verbs()) {
        const Usage usage = verb->usage();
        text += fmt::format("  {:<18}{}\n", fmt::format("{} {}", usage.verb, usage.operands), usage.summary);
    }
    text +=
        "\n`collapse VERB --help` lists the options of a verb; `collapse --version` tells what the program is made of.\n"
        "Exit status:\n";
    for (const Meaning& meaning : meanings) text += fmt::format("  {} {}\n", static_cast<int>(meaning.status), meaning.text);
    return text;
}

const Verb& find_verb(const std::string& name)
{
    std::vector<std::string> names;
    for (const Verb* verb : verbs()) {
        names.push_back(verb->usage().verb);
        if (names.back() == name) return *verb;
    }
    const std::string guess = support::nearest(name, names);
    throw support::InvalidInput(fmt::format("unknown verb {}{}; choose {}", name,
                                            guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess),
                                            support::enumerate(names, "or")));
}

// NOLINTNEXTLINE(misc-no-recursion): once
Exit run(const std::vector<std::string>& words)
{
    if (words.empty()) throw support::InvalidInput("no verb is given; `collapse --help` lists them");
    if (words[0] == "help" && words.size() == 2) return run({words[1], "--help"});
    if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
        fmt::print("{}", overview());
        return Exit::complete;
    }
    if (std::ranges::find(words, "--version") != words.end()) {
        fmt::print("{}", version_text());
        return Exit::complete;
    }
    const Verb& verb = find_verb(words[0]);
    const Arguments arguments = parse_arguments(verb.usage(), {words.begin() + 1, words.end()});
    if (arguments.help) {
        fmt::print("{}", help_text(verb.usage()));
        return Exit::complete;
    }
    return verb.run(arguments);
}

int report(Exit status, const std::string& message)
{
    tell(message);
    return static_cast<int>(status);
}

}  // namespace

std::span<const Meaning> exit_statuses() { return meanings; }

int main(const std::vector<std::string>& words)
{
    try {
        const Exit status = run(words);
        if (std::fflush(stdout) != 0) return report(Exit::error, "cannot write to the standard output; free its disk or pipe");
        return static_cast<int>(status);
    } catch (const support::InvalidInput& error) {
        return report(Exit::bad_input, error.what());
    } catch (const std::filesystem::filesystem_error& error) {
        return report(Exit::error, fmt::format("the system refuses {} ({}); check its directories and their permissions",
                                               error.path1().string(), error.code().message()));
    } catch (const std::system_error& error) {  // fmt's, when it cannot print
        return report(Exit::error, fmt::format("cannot write the output ({}); free its disk or write elsewhere", error.what()));
    } catch (const std::bad_alloc&) {
        return report(Exit::error, "out of memory; ask for more, or give shorter lists in [grid]");
    } catch (const std::exception& error) {
        return report(Exit::error, error.what());
    }
}

}  // namespace collapse::app
