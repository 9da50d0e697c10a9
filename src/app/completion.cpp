#include <algorithm>

#include "collapse/app/command_table.hpp"
#include "collapse/app/config_keys.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

using Words = std::vector<std::string>;

/// An option of a verb as a shell completes it.
struct Completed {
    std::string name, help;
    bool has_value;
    Words allowed;
};

std::vector<Completed> options_of(const Usage& usage)
{
    std::vector<Completed> options{{"help", "print this and stop", false, {}}};
    for (const Flag& flag : usage.flags) options.push_back({flag.name, flag.help, !flag.argument.empty(), flag.allowed});
    if (usage.config_keys)
        for (const Key& key : config_keys()) options.push_back({key.name, key.help, true, key.allowed});
    return options;
}

/// With `from` replaced.
std::string replaced(std::string_view text, std::string_view from, std::string_view to)
{
    std::string result;
    for (std::size_t place; (place = text.find(from)) != std::string_view::npos; text.remove_prefix(place + from.size()))
        result.append(text.substr(0, place)).append(to);
    return result.append(text);
}

/// In quotes, for any of the shells but fish.
std::string quoted(const std::string& text) { return "'" + replaced(text, "'", "'\\''") + "'"; }

std::string for_bash()
{
    std::string verbs_of, values, options;
    Words known;
    for (const Verb* verb : verbs()) {
        const Usage usage = verb->usage();
        verbs_of += usage.verb + " ";
        options += fmt::format("        {}) options='", usage.verb);
        for (const Completed& option : options_of(usage)) {
            options += fmt::format("--{}{} ", option.name, option.has_value ? "=" : "");
            if (option.allowed.empty() || std::ranges::find(known, option.name) != known.end()) continue;
            known.push_back(option.name);
            values += fmt::format("        --{}) values='{}' ;;\n", option.name, fmt::join(option.allowed, " "));
        }
        options += "' ;;\n";
    }
    return fmt::format(R"(# Completes the command line of collapse in bash; made by `collapse completion bash`.
_collapse()
{{
    local word=${{COMP_WORDS[COMP_CWORD]}} option=${{COMP_WORDS[COMP_CWORD-1]}} values= options=
    # = is a word of its own: `--key=val` is `--key`, `=`, `val`.
    if [ "$word" = = ]; then word=; elif [ "$option" = = ]; then option=${{COMP_WORDS[COMP_CWORD-2]}}; fi
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        COMPREPLY=($(compgen -W '{}help --help --version' -- "$word"))
        return
    fi
    case $option in
{}    esac
    if [ -n "$values" ]; then
        COMPREPLY=($(compgen -W "$values" -- "$word"))
        return
    fi
    case ${{COMP_WORDS[1]}} in
{}        help) options='{}' ; word=${{word:-}} ;;
    esac
    if [ "${{COMP_WORDS[1]}}" = help ] || [ "${{word:0:1}}" = - ]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
        [ "${{COMPREPLY[0]: -1}}" != = ] || compopt -o nospace 2>/dev/null
    fi
}}
complete -o default -F _collapse collapse
)",
                       verbs_of, values, options, verbs_of);
}

std::string for_zsh()
{
    const auto described = [](const std::string& text) {  // within [...] of _arguments
        std::string result = text;
        for (const char* letter : {"\\", "[", "]", ":"}) result = replaced(result, letter, std::string("\\") + letter);
        return result;
    };
    std::string verbs_of, cases;
    for (const Verb* verb : verbs()) {
        const Usage usage = verb->usage();
        verbs_of += fmt::format("        {}\n", quoted(fmt::format("{}:{}", usage.verb, replaced(usage.summary, ":", "\\:"))));
        cases += fmt::format("        {})\n            _arguments \\\n", usage.verb);
        for (const Completed& option : options_of(usage)) {
            const std::string values = !option.has_value        ? ""
                                       : option.allowed.empty() ? ":value:_files"
                                                                : fmt::format(":value:({})", fmt::join(option.allowed, " "));
            cases += fmt::format(
                "                {} \\\n",
                quoted(fmt::format("--{}{}[{}]{}", option.name, option.has_value ? "=" : "", described(option.help), values)));
        }
        cases += "                '*:file:_files' ;;\n";
    }
    return fmt::format(R"(#compdef collapse
# Completes the command line of collapse in zsh; made by `collapse completion zsh`.
_collapse()
{{
    local -a verbs
    verbs=(
{}    )
    if (( CURRENT == 2 )); then
        _describe verb verbs
        return
    fi
    local verb=$words[2]
    shift words
    (( CURRENT-- ))
    case $verb in
{}        help) _describe verb verbs ;;
    esac
}}
_collapse "$@"
)",
                       verbs_of, cases);
}

std::string for_fish()
{
    const auto quoted_for_fish = [](const std::string& text) {
        return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
    };
    std::string text = "# Completes the command line of collapse in fish; made by `collapse completion fish`.\n";
    for (const Verb* verb : verbs()) {
        const Usage usage = verb->usage();
        text += fmt::format("complete -c collapse -f -n __fish_use_subcommand -a {} -d {}\n", usage.verb,
                            quoted_for_fish(usage.summary));
        for (const Completed& option : options_of(usage)) {
            const std::string values = !option.has_value        ? ""
                                       : option.allowed.empty() ? " -r"
                                                                : fmt::format(" -x -a '{}'", fmt::join(option.allowed, " "));
            text += fmt::format("complete -c collapse -n '__fish_seen_subcommand_from {}' -l {}{} -d {}\n", usage.verb, option.name,
                                values, quoted_for_fish(option.help));
        }
    }
    return text;
}

}  // namespace

std::string completion_for(const std::string& shell)
{
    if (shell == "bash") return for_bash();
    if (shell == "zsh") return for_zsh();
    support::validate(shell == "fish", "{} is no shell that can be helped; choose bash, zsh or fish", shell);
    return for_fish();
}

}  // namespace collapse::app
