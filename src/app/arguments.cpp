#include "collapse/app/arguments.hpp"

#include <algorithm>
#include <set>

#include <boost/program_options.hpp>

#include "collapse/app/config_keys.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace po = boost::program_options;
using support::InvalidInput;
using support::validate;

namespace {

po::options_description describe(const Usage& usage)
{
    po::options_description options("Options", 110);
    for (const Flag& flag : usage.flags) {
        if (flag.argument.empty()) options.add_options()(flag.name.c_str(), flag.help.c_str());
        else options.add_options()(flag.name.c_str(), po::value<std::string>()->value_name(flag.argument), flag.help.c_str());
    }
    options.add_options()("help", "print this and stop");
    return options;
}

po::options_description describe_keys()
{
    po::options_description options("Every key of the config, which it overrides", 110);
    for (const Key& key : config_keys())
        options.add_options()(key.name.c_str(), po::value<std::string>()->value_name("VALUE"), key.help.c_str());
    return options;
}

/// With `--help` for `-h` and, where a file is written, `--output` for `-o`.
std::vector<std::string> spelt_out(const Usage& usage, std::vector<std::string> words)
{
    const bool writes = std::ranges::find(usage.flags, "output", &Flag::name) != usage.flags.end();
    for (std::string& word : words) {
        if (word == "-h") word = "--help";
        if (word == "-o" && writes) word = "--output";
    }
    return words;
}

/// Keys that only a chain knows: names of its lines and of its parameters, which the config checks.
po::options_description describe_own_keys(const std::vector<std::string>& words)
{
    std::set<std::string> known, found;
    for (const Key& key : config_keys()) known.insert(key.name);
    for (const std::string& word : words) {
        if (!word.starts_with("--chain.") && !word.starts_with("--grid.")) continue;
        const std::string name = word.substr(2, word.find('=') - 2);
        if (!known.contains(name)) found.insert(name);
    }
    po::options_description options;
    for (const std::string& name : found) options.add_options()(name.c_str(), po::value<std::string>(), "");
    return options;
}

std::vector<std::string> known_options(const Usage& usage)
{
    std::vector<std::string> names{"--help"};
    for (const Flag& flag : usage.flags) names.push_back("--" + flag.name);
    if (usage.config_keys)
        for (const Key& key : config_keys()) names.push_back("--" + key.name);
    return names;
}

}  // namespace

std::string shell_word(const std::string& word)
{
    if (!word.empty() &&
        word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=,:@%+-") == std::string::npos)
        return word;
    std::string text = "'";
    for (const char letter : word) text += letter == '\'' ? "'\\''" : std::string(1, letter);
    return text + "'";
}

Config Arguments::config() const { return {operands.front(), read_config(operands.front()), overrides, {}}; }

Arguments parse_arguments(const Usage& usage, const std::vector<std::string>& given)
{
    po::options_description options = describe(usage);
    if (usage.config_keys) options.add(describe_keys()).add(describe_own_keys(given));
    po::options_description all = options;
    all.add_options()("operand", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("operand", -1);

    Arguments arguments;
    arguments.command_line = fmt::format("collapse {}", usage.verb);
    for (const std::string& word : given) arguments.command_line += " " + shell_word(word);
    const auto end = usage.rest.empty() ? given.end() : std::ranges::find(given, "--");
    const std::vector<std::string> words(given.begin(), end);
    if (end != given.end()) arguments.rest.assign(end + 1, given.end());
    try {
        using namespace po::command_line_style;
        const int style = allow_long | long_allow_adjacent | long_allow_next;  // no guessing: a typing error is an error
        const po::parsed_options parsed =
            po::command_line_parser(spelt_out(usage, words)).options(all).positional(positional).style(style).run();
        for (const auto& option : parsed.options) {
            const std::string value = option.value.empty() ? "" : option.value.front();
            if (option.string_key == "help") arguments.help = true;
            else if (option.string_key == "operand") arguments.operands.push_back(value);
            else if (option.string_key.find('.') != std::string::npos) arguments.overrides.emplace_back(option.string_key, value);
            else arguments.flags[option.string_key] = value;
        }
    } catch (const po::unknown_option& error) {
        const std::string name = error.get_option_name().substr(0, error.get_option_name().find('='));
        const std::string guess = meant_by(name, known_options(usage));
        throw InvalidInput(fmt::format("unknown option {}{}; `collapse {} --help` lists all", name,
                                       guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess), usage.verb));
    } catch (const po::invalid_command_line_syntax& error) {
        if (error.kind() == po::invalid_syntax::extra_parameter)
            throw InvalidInput(fmt::format("{0} takes no value; write {0}", error.get_option_name()));
        throw InvalidInput(fmt::format("{0} is given without a value; write {0}=VALUE", error.get_option_name()));
    } catch (const po::error& error) {
        throw InvalidInput(fmt::format("{}; see `collapse {} --help`", error.what(), usage.verb));
    }
    if (arguments.help) return arguments;
    for (const auto& [flag, value] : arguments.flags) {
        const auto known = std::ranges::find(usage.flags, flag, &Flag::name);
        validate(!value.empty() || known->argument.empty(), "--{0} is given without a value; write --{0}={1}", flag,
                 known->argument);
    }
    const auto dashed = std::ranges::find_if(arguments.operands, [](const std::string& word) { return word.starts_with('-'); });
    validate(dashed == arguments.operands.end(), "unknown option {}; `collapse {} --help` lists all",
             dashed == arguments.operands.end() ? "" : *dashed, usage.verb);

    // `OUT IN...`: the last operand may be repeated.
    const auto expected = support::split(usage.operands, ' ');
    const std::size_t least = usage.operands.empty() ? 0 : expected.size();
    const bool open = usage.operands.ends_with("...");
    validate(arguments.operands.size() >= least && (open || arguments.operands.size() == least),
             "`collapse {0}` takes {1}, but {2} given; see `collapse {0} --help`", usage.verb,
             least == 0 ? "no operand" : usage.operands,
             arguments.operands.empty() ? "nothing is" : fmt::format("\"{}\" is", fmt::join(arguments.operands, " ")));
    return arguments;
}

std::string help_text(const Usage& usage)
{
    std::ostringstream text;
    text << "collapse " << usage.verb << ' ' << usage.operands << (usage.operands.empty() ? "" : " ") << "[options]"
         << (usage.rest.empty() ? "" : " [-- ...]") << '\n'
         << usage.summary << "\n\n"
         << describe(usage);
    if (!usage.rest.empty()) text << "  --                     before " << usage.rest << '\n';
    if (!usage.example.empty()) text << "\nExample: " << usage.example << '\n';
    if (usage.config_keys) text << '\n' << describe_keys();
    return text.str();
}

}  // namespace collapse::app
