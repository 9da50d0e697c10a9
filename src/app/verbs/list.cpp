#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "collapse/app/config_keys.hpp"
#include "collapse/app/json.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/estimator/kernel.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

using problem::Description;

template <class Entry>
std::vector<Description> describe_all(std::span<const Entry* const> table)
{
    std::vector<Description> descriptions;
    for (const Entry* entry : table) descriptions.push_back(entry->describe());
    return descriptions;
}

struct Section {
    std::string title;
    std::vector<Description> entries;
};

std::vector<Section> sections()
{
    std::vector<Description> protocols = describe_all(protocol::protocols());
    protocols.push_back(protocol::Written::description());
    return {{"protocols", protocols},
            {"spectra", describe_all(problem::spectra())},
            {"teachers", describe_all(problem::teachers())},
            {"covariates", describe_all(estimator::covariates())},
            {"estimators", {estimator::ridge_description(), estimator::kernel_ridge_description()}},
            {"kernels", describe_all(estimator::kernels())}};
}

nlohmann::json to_json()
{
    nlohmann::json result;
    std::set<std::string> cited;
    for (const auto& [title, entries] : sections())
        for (const Description& entry : entries) {
            nlohmann::json options = nlohmann::json::array();
            for (const auto& option : entry.options)
                options.push_back(
                    {{"name", option.name}, {"values", option.allowed}, {"default", option.otherwise}, {"help", option.help}});
            result[title].push_back({{"name", entry.name},
                                     {"summary", entry.summary},
                                     {"parameters", entry.parameters},
                                     {"options", options},
                                     {"citations", entry.citations}});
            cited.insert(entry.citations.begin(), entry.citations.end());
        }
    for (const std::string& key : cited) result["references"][key] = std::string(problem::reference(key));
    for (const Key& key : config_keys())
        result["keys"].push_back({{"name", key.name},
                                  {"default", key.otherwise},
                                  {"help", key.help},
                                  {"values", key.allowed},
                                  {"example", key.example}});
    return result;
}

void print_text()
{
    std::set<std::string> cited;
    for (const auto& [title, entries] : sections()) {
        fmt::print("{}\n", title);
        for (const Description& entry : entries) {
            const std::string cites = entry.citations.empty() ? "" : fmt::format(" [{}]", fmt::join(entry.citations, ", "));
            fmt::print("  {:<14}{}{}\n", entry.name, entry.summary, cites);
            if (!entry.parameters.empty()) fmt::print("  {:<14}parameters: {}\n", "", fmt::join(entry.parameters, ", "));
            for (const auto& option : entry.options)
                fmt::print("  {:<14}option {} = {} ({}): {}\n", "", option.name,
                           option.allowed.empty() ? "..." : fmt::format("{}", fmt::join(option.allowed, " | ")),
                           option.otherwise.empty() ? "no default" : "default " + option.otherwise, option.help);
            cited.insert(entry.citations.begin(), entry.citations.end());
        }
        fmt::print("\n");
    }
    fmt::print("keys of the config\n");
    for (const Key& key : config_keys()) fmt::print("  {:<28}{}\n", key.name, key.help);
    fmt::print("\nreferences\n");
    for (const std::string& key : cited) fmt::print("  [{}] {}\n", key, problem::reference(key));
}

class List final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "list",
                .operands = "",
                .summary = "protocols, spectra, teachers and estimators, with their options and the papers to cite",
                .flags = {{"json", "", "print JSON"}},
                .example = "collapse list --json"};
    }

    Exit run(const Arguments& arguments) const override
    {
        if (arguments.has("json")) print_json(to_json());
        else print_text();
        return Exit::complete;
    }
};

}  // namespace

const Verb& verb_list()
{
    static const List instance;
    return instance;
}

}  // namespace collapse::app
