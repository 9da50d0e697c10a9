#include "collapse/app/command_table.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <sstream>

#include "collapse/app/config_keys.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/support/failure.hpp"

using namespace collapse;
using Catch::Contains;

// What shells make of these texts is tried by tests/system/test_install.py; here, that nothing is left out or written wrongly.

TEST_CASE("completions and manual name every verb, every option of it and every key", "[app]")
{
    const std::string bash = app::completion_for("bash"), zsh = app::completion_for("zsh"), fish = app::completion_for("fish"),
                      manual = app::manual();
    const auto escaped = [](std::string name) {
        for (std::size_t place = 0; (place = name.find('-', place)) != std::string::npos; place += 2) name.insert(place, "\\");
        return name;
    };
    for (const app::Verb* verb : app::verbs()) {
        const app::Usage usage = verb->usage();
        CAPTURE(usage.verb);
        CHECK_THAT(bash, Contains(usage.verb + ") options="));
        CHECK_THAT(zsh, Contains("'" + usage.verb + ":"));
        CHECK_THAT(fish, Contains("__fish_use_subcommand -a " + usage.verb + " "));
        CHECK_THAT(manual, Contains(".SS \"collapse " + escaped(usage.verb)));
        for (const app::Flag& flag : usage.flags) {
            CAPTURE(flag.name);
            CHECK_THAT(bash, Contains("--" + flag.name));
            CHECK_THAT(zsh, Contains("'--" + flag.name));
            CHECK_THAT(fish, Contains("__fish_seen_subcommand_from " + usage.verb + "' -l " + flag.name));
            CHECK_THAT(manual, Contains("\\fB\\-\\-" + escaped(flag.name)));
        }
    }
    for (const app::Key& key : app::config_keys()) {
        CAPTURE(key.name);
        for (const std::string& text : {bash, zsh, fish}) CHECK_THAT(text, Contains(key.name));
        CHECK_THAT(manual, Contains("\\fB" + escaped(key.name)));
    }
}

TEST_CASE("no line of the manual is a command that we did not mean", "[app]")
{
    const std::set<std::string> meant{".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi", ".RS", ".RE", ".B", ".BR", ".I"};
    std::istringstream lines(app::manual());
    for (std::string line; std::getline(lines, line);) {
        CAPTURE(line);
        if (line.starts_with('.')) CHECK(meant.contains(line.substr(0, line.find(' '))));
        CHECK_FALSE(line.starts_with('\''));
    }
}

TEST_CASE("a shell that is not known is refused with those that are", "[app]")
{
    CHECK_THROWS_WITH(app::completion_for("tcsh"), Contains("tcsh") && Contains("choose bash, zsh or fish"));
}

TEST_CASE("every key has an example that its setter takes", "[app]")
{
    // model.spectrum_file and data.* name files, which are not here.
    const std::set<std::string> files{"model.spectrum_file", "model.weights", "data.nodes"};
    for (const app::Setter& setter : app::config_setters()) {
        if (files.contains(setter.key.name)) continue;
        CAPTURE(setter.key.name, setter.key.example);
        CHECK_FALSE(setter.key.help.empty());
        CHECK_FALSE(setter.key.example.empty());
        sweep::Settings settings;
        CHECK_NOTHROW(setter.set(settings, setter.key.name, setter.key.example));
    }
}

TEST_CASE("verbs have an example of their own, and exit statuses a meaning each", "[app]")
{
    std::set<std::string> names;
    for (const app::Verb* verb : app::verbs()) {
        const app::Usage usage = verb->usage();
        CHECK(names.insert(usage.verb).second);
        CHECK_THAT(usage.example, Contains("collapse " + usage.verb));
    }
    std::set<app::Exit> statuses;
    for (const app::Meaning& meaning : app::exit_statuses()) CHECK(statuses.insert(meaning.status).second);
    CHECK(statuses.size() == 6);
}
