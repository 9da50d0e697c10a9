#include "collapse/app/config.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>

#include "collapse/app/config_keys.hpp"
#include "collapse/app/data_files.hpp"
#include "collapse/data/dataset.hpp"
#include "collapse/language/term.hpp"
#include "collapse/numerics/blas.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/tie.hpp"

namespace collapse::app {

namespace po = boost::program_options;
using support::InvalidInput;
using support::validate;
using sweep::Settings;

namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

std::string path_name(const std::filesystem::path& path) { return path.empty() ? "the config" : path.string(); }

/// Whether a line of the text is this, apart from its comment.
bool has_line(const std::string& text, std::string_view wanted)
{
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        if (support::trim(line.substr(0, line.find('#'))) == wanted) return true;
    return false;
}

/// The entries `section.key = value` of an INI text, in order.
Entries parse_ini(const Config& config)
{
    try {
        constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // what some editors put before the text
        const bool marked = config.text.starts_with(byte_order_mark);
        std::istringstream stream(config.text.substr(marked ? byte_order_mark.size() : 0));
        const po::options_description none;
        Entries entries;
        for (const auto& option : po::parse_config_file(stream, none, true).options)
            entries.emplace_back(option.string_key, option.value.empty() ? "" : option.value.front());
        return entries;
    } catch (const po::invalid_config_file_syntax& error) {
        // Not what(): it does not end if the line has %invalid_line% in it.
        const std::string line = error.tokens();
        // Of a binary file nobody wants to see the line.
        const bool readable = std::ranges::all_of(line, [](unsigned char letter) { return letter >= ' ' && letter < 127; });
        throw InvalidInput(fmt::format(
            "{} is not a config file ({}); write [section] and key = value lines, and # before comments", path_name(config.path),
            readable ? fmt::format("it has the line '{}'", line) : "it contains bytes that are no text"));
    }
}

/// The entries of the text and the overrides that count.
Entries entries_of(const Config& config)
{
    // An override replaces the config's entry; within each of the two a key may stand once.
    std::map<std::string, std::string> overriding;
    for (const auto& [key, value] : config.overrides)
        validate(overriding.emplace(key, value).second, "--{} is given twice; give it once", key);
    Entries entries = parse_ini(config);
    std::set<std::string> seen;
    for (const auto& [key, value] : entries)
        validate(seen.insert(key).second, "{} stands twice in {}; keep one of the two lines", key, path_name(config.path));
    const auto refines = [](const auto& entry) { return entry.first.starts_with("refine."); };
    // Boost passes over a section without entries.
    validate(std::ranges::any_of(entries, refines) || std::ranges::any_of(config.overrides, refines) ||
                 !has_line(config.text, "[refine]"),
             "[refine] is empty in {}; name the axes to refine, for instance axes = T, lambda, or remove it",
             path_name(config.path));
    std::erase_if(entries, [&](const auto& entry) {
        return overriding.contains(entry.first) || std::ranges::find(config.removals, entry.first) != config.removals.end();
    });
    entries.insert(entries.end(), config.overrides.begin(), config.overrides.end());
    return entries;
}

}  // namespace

std::string read_config(const std::filesystem::path& path)
{
    std::error_code ignored;
    validate(!std::filesystem::is_directory(path, ignored), "{} is a directory; give the config file", path.string());
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    validate(file.is_open(), "cannot read the config {}: {}; check its name and permissions", path.string(), std::strerror(errno));
    std::ostringstream text;
    text << file.rdbuf();
    validate(file.good() || file.eof(), "cannot read the config {}: {}; check its disk", path.string(), std::strerror(errno));
    return text.str();
}

std::set<std::string> given_keys(const Config& config)
{
    std::set<std::string> keys;
    for (const auto& [key, value] : entries_of(config)) keys.insert(key);
    return keys;
}

namespace {

/// The number of the line that gives a key; 0: none does.
std::size_t line_of(const std::string& text, const std::string& key)
{
    std::istringstream stream(text);
    std::string section;
    std::size_t number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        const std::string bare = support::trim(line.substr(0, line.find('#')));
        if (bare.starts_with('[') && bare.ends_with(']')) section = bare.substr(1, bare.size() - 2) + ".";
        else if (const auto equals = bare.find('=');
                 equals != std::string::npos && section + support::trim(bare.substr(0, equals)) == key)
            return number;
    }
    return 0;
}

/// `sweep.ini line 7: ...` for a message about a key that the config file gives, `sweep.ini: ...` for any other.
std::string with_place(const Config& config, const Entries& entries, const std::string& message)
{
    if (config.path.empty() || message.find(config.path.string()) != std::string::npos) return message;
    std::size_t first = std::string::npos, line = 0;
    for (const auto& [key, value] : entries) {
        const auto place = message.find(key + " ");
        if (place >= first) continue;
        const bool overridden =
            std::ranges::find(config.overrides, key, &std::pair<std::string, std::string>::first) != config.overrides.end();
        first = place;
        line = overridden ? 0 : line_of(config.text, key);
    }
    return fmt::format("{}{}: {}", config.path.string(), line > 0 ? fmt::format(" line {}", line) : "", message);
}

bool names_file(const std::string& key) { return key == "model.spectrum_file" || key == "data.rows" || key == "data.targets"; }

/// A file that the config names lies beside it, one that the command line names in the working directory.
std::string placed(const Config& config, const std::string& key, const std::string& name)
{
    if (name.empty()) return name;
    const bool overridden = std::ranges::any_of(config.overrides, [&](const auto& entry) { return entry.first == key; });
    const std::filesystem::path folder = overridden ? std::filesystem::path() : config.path.parent_path();
    if (key == "data.targets") return name_beside(folder, name);
    return (key == "data.rows" ? std::filesystem::absolute(folder / name).lexically_normal() : folder / name).string();
}

Settings settings_of(const Config& config, const Entries& entries)
{
    const std::vector<Setter> setters = config_setters();
    std::vector<std::string> names;
    for (const Setter& setter : setters) names.push_back(setter.key.name);

    Settings settings;
    const bool is_chain =
        std::ranges::find(entries, std::pair<std::string, std::string>("model.protocol", protocol::Written::name)) != entries.end();
    for (const auto& [key, value] : entries) {
        const bool may_have_semicolons = key == "refine.start" || key == "output.file" || names_file(key);
        validate(may_have_semicolons || (key + value).find(';') == std::string::npos,
                 "{} = {} has a semicolon; comments begin with #, and lists have commas", key, value);
        const auto setter = std::ranges::find(setters, key, [](const Setter& entry) { return entry.key.name; });
        const auto dot = key.find('.');
        const std::string section = key.substr(0, dot), name = key.substr(dot + 1);
        if (setter == setters.end() && section == protocol::Written::name) {  // a name of the user's
            settings.chain.emplace_back(name, support::trim(value));
            continue;
        }
        if (setter == setters.end() && is_chain && section == "grid" && language::is_name(name)) {
            settings.axes.push_back(sweep::parse_axis(sweep::own_coordinate(name), key, value));
            continue;
        }
        if (setter == setters.end()) {
            const std::string guess = meant_by(key, names);
            validate(key.find('.') != std::string::npos, "{} stands before any section in {}; put [{}] above it", key,
                     path_name(config.path), guess.empty() ? "grid" : guess.substr(0, guess.find('.')));
            validate(false, "unknown key {}{}; `collapse list` shows all keys", key,
                     guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess));
        }
        setter->set(settings, key, names_file(key) ? placed(config, key, support::trim(value)) : support::trim(value));
    }
    if (settings.model.has_data()) {
        if (config.dataset) settings.model.dataset = config.dataset;
        else if (config.data == Data::read) settings.model.dataset = read_dataset(settings.data);
    }
    numerics::reserve_blas_buffer();  // whoever has settings computes
    if (settings.output.empty()) settings.output = config.path.filename().replace_extension(".h5").string();
    return sweep::validated(std::move(settings));
}

}  // namespace

Settings parse_config(const Config& config)
{
    const Entries entries = entries_of(config);
    try {
        return settings_of(config, entries);
    } catch (const InvalidInput& error) {
        throw InvalidInput(with_place(config, entries, error.what()));
    }
}

}  // namespace collapse::app
