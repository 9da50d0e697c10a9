#include "collapse/app/build.hpp"
#include "collapse/app/command_table.hpp"
#include "collapse/app/config_keys.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

/// A text as man prints it: no letter of it is a command, and `-` is what a shell reads.
std::string plain(const std::string& text)
{
    std::string result;
    for (const char letter : text) {
        if (letter == '\\') result += "\\e";
        else if (letter == '-') result += "\\-";
        else if (letter == '\'') result += "\\(aq";
        else if (letter == '`') result += "\\(ga";
        else if (letter == '^') result += "\\(ha";
        else if (letter == '~') result += "\\(ti";
        else result += letter;
    }
    return result.starts_with('.') ? "\\&" + result : result;
}

/// An entry of a list: what it is about in bold, with the placeholder of its value, and what it does.
std::string entry(const std::string& name, const std::string& argument, const std::string& text)
{
    const std::string value = argument.empty() ? "" : fmt::format("\\fR=\\fI{}\\fR", plain(argument));
    return fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", plain(name), value, plain(text));
}

std::string about(const Usage& usage)
{
    std::string text = fmt::format(".SS \"collapse {}{}{}\"\n{}.\n", plain(usage.verb), usage.operands.empty() ? "" : " ",
                                   plain(usage.operands), plain(usage.summary));
    for (const Flag& flag : usage.flags) text += entry("--" + flag.name, flag.argument, flag.help);
    if (!usage.rest.empty()) text += entry("--", "", "Before " + usage.rest + ".");
    if (usage.config_keys) text += entry("--section.key", "VALUE", "Every key of the config, see KEYS.");
    if (!usage.example.empty()) text += fmt::format(".PP\nExample:\n.PP\n.nf\n.RS\n{}\n.RE\n.fi\n", plain(usage.example));
    return text;
}

}  // namespace

std::string manual()
{
    const std::string version = version_text().substr(0, version_text().find(" ("));
    std::string text = fmt::format(".TH COLLAPSE 1 \"\" \"{}\" \"User Commands\"\n", plain(version));
    text += ".SH NAME\ncollapse \\- maps where and how model collapse happens in regression\n";
    text += ".SH SYNOPSIS\n.B collapse\n.I VERB\n[\\fIoperands\\fR] [\\fIoptions\\fR]\n";
    text +=
        ".SH DESCRIPTION\nFor every cell of a grid of parameters the program simulates a chain of models, each trained on labels "
        "that the "
        "one before it has produced, and evaluates the exact high\\-dimensional theory, side by side, on any number of ranks, into "
        "one "
        "HDF5 file. It runs alone or under any launcher (mpirun, srun), with the same numbers.\n";
    text += ".SH VERBS\nEvery verb has\n.BR \\-\\-help .\n";
    for (const Verb* verb : verbs()) text += about(verb->usage());
    text += ".SH KEYS\nOf the config file, in sections; each is an option\n.B \\-\\-section.key=VALUE\nas well.\n";
    for (const Key& key : config_keys())
        text += entry(key.name, "",
                      fmt::format("{}.{}", key.help, key.example.empty() ? "" : fmt::format(" Example: {}", key.example)));
    text += ".SH EXIT STATUS\n";
    for (const Meaning& meaning : exit_statuses())
        text += entry(std::to_string(static_cast<int>(meaning.status)), "", meaning.text);
    return text + ".SH SEE ALSO\n.BR mpirun (1),\n.BR sbatch (1),\n.BR ncdump (1)\n";
}

}  // namespace collapse::app
