#include "collapse/app/config_keys.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "collapse/app/spectrum_file.hpp"
#include "collapse/estimator/kernel.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/list.hpp"
#include "collapse/sweep/refine.hpp"
#include "collapse/sweep/tie.hpp"

namespace collapse::app {

using support::InvalidInput;
using support::validate;
using sweep::Settings;

namespace {

/// The number, or `otherwise` if the text is none.
double parse_or(double otherwise, const std::string& text)
{
    try {
        return sweep::parse_number("", text);
    } catch (const InvalidInput&) {
        return otherwise;
    }
}

/// lambda = T^-0.6 stands for ell = 0.6, T0 = T^0.8 for b = 0.8, n = T^0.5 for a = 0.5; sigma0 = sigma lets it follow.
sweep::Axis make_axis(const sweep::CoordinatePointer& coordinate, const std::string& key, const std::string& text)
{
    if (sweep::is_tie(text) || text.find("T^") == std::string::npos) return sweep::parse_axis(coordinate, key, text);
    sweep::List list = sweep::parse_list(key, text);
    const std::map<std::string_view, std::string_view> exponents{{"lambda", "ell"}, {"T0", "b"}, {"n", "a"}};
    const auto exponent = exponents.find(coordinate->name);
    validate(exponent != exponents.end(), "{} = {} is a power of T, which only lambda, T0 and n may be; give numbers", key,
             support::trim(text));
    if (exponent->second == "ell") std::ranges::transform(list.values, list.values.begin(), std::negate{});
    return {sweep::find_coordinate(exponent->second), list.values};
}

std::string default_of(const sweep::Coordinate& coordinate)
{
    const double otherwise = coordinate.to_parameter ? problem::Cell::unset : coordinate.parameter->otherwise;
    return std::isnan(otherwise) ? "" : support::exact(otherwise);
}

/// The names of a table of models, and others.
template <class Entry>
std::vector<std::string> names_of(std::span<const Entry* const> table, std::vector<std::string> others = {})
{
    for (const Entry* entry : table) others.push_back(entry->describe().name);
    std::ranges::sort(others);
    return others;
}

/// The options of all models, by name.
const std::map<std::string, problem::Option>& model_options()
{
    static const std::map<std::string, problem::Option> known = [] {
        std::map<std::string, problem::Option> options;
        const auto collect = [&](const auto& table) {
            for (const auto* entry : table)
                for (const problem::Option& option : entry->describe().options) options.emplace(option.name, option);
        };
        collect(protocol::protocols());
        collect(problem::spectra());
        collect(problem::teachers());
        collect(estimator::covariates());
        collect(estimator::kernels());
        for (const problem::Option& option : estimator::kernel_ridge_description().options) options.emplace(option.name, option);
        return options;
    }();
    return known;
}

/// The option whose word may be written in place of numbers of this parameter, as w = adaptive; or nullptr.
const std::string* option_for_word(std::string_view parameter, const std::string& word)
{
    const auto& options = model_options();
    const auto found = std::ranges::find_if(options, [&](const auto& entry) {
        const problem::Option& option = entry.second;
        return option.parameter == parameter && std::ranges::find(option.allowed, word) != option.allowed.end();
    });
    return found == options.end() ? nullptr : &found->first;
}

/// A value for the manual. What is not listed here shows its default, or the first of few values.
std::string example_of(const std::string& key, const std::string& otherwise, const std::vector<std::string>& allowed)
{
    static const std::map<std::string_view, std::string_view> examples{
        {"grid.d", "300"},
        {"grid.T", "100, 300, 1000"},
        {"grid.T0", "2 T"},
        {"grid.lambda", "logspace(-4, 1, 11)"},
        {"grid.lambda0", "lambda"},
        {"grid.n", "0:10"},
        {"grid.beta", "0, 1.5"},
        {"grid.beta_synthetic", "1"},
        {"grid.alpha", "1.2"},
        {"grid.sigma", "geomspace(0.01, 1, 5)"},
        {"grid.sigma0", "sigma"},
        {"grid.w", "0.1:0.9:0.1"},
        {"grid.p", "0.5"},
        {"grid.k", "0.25, 1, 4"},
        {"grid.distance", "0.1"},
        {"grid.ell", "linspace(0, 1.5, 7)"},
        {"grid.a", "0.5"},
        {"grid.b", "0.8"},
        {"grid.r", "0.5"},
        {"model.spectrum_file", "spectrum.csv"},
        {"model.spikes", "10, 5"},
        {"model.alignment", "0.5, 0.5"},
        {"model.eigenvalues", "4, 2, 1"},
        {"model.squared_coefficients", "1, 1, 0.5"},
        {"model.degrees_of_freedom", "5"},
        {"model.gamma", "0.5"},
        {"model.weights", "1, 1, 2"},
        {"data.rows", "train-images-idx3-ubyte.gz"},
        {"data.targets", "train-labels-idx1-ubyte.gz"},
        {"data.pool", "4000"},
        {"data.test", "2000"},
        {"data.digest", "0123456789abcdef"},
        {"data.nodes", "1 0.5 0.1; 1 0.25 0.05"},
        {"chain.step", "fit X(t) to model(t-1) + sigma*noise"},
        {"chain.start", "fit X(0) to truth + sigma*noise"},
        {"chain.evaluate", "fit X(0) to model(t-1) + sigma*noise"},
        {"simulation.precision", "0.01"},
        {"simulation.max_replicates", "1000"},
        {"simulation.first_replicate", "100"},
        {"refine.axes", "T, lambda"},
        {"refine.start", "10, 100, 1000; 0.01, 1"},
        {"output.file", "out.h5"},
    };
    const auto found = examples.find(key);
    if (found != examples.end()) return std::string(found->second);
    return otherwise.empty() && !allowed.empty() ? allowed.front() : otherwise;
}

}  // namespace

std::vector<Setter> config_setters()
{
    std::vector<Setter> setters;
    const Settings defaults;
    const auto add = [&](std::string name, std::string help, std::string otherwise, auto set,
                         std::vector<std::string> allowed = {}) {
        if (!allowed.empty()) help += fmt::format(": {}", fmt::join(allowed, " | "));
        if (!otherwise.empty()) help += fmt::format(" (default {})", otherwise);
        std::string example = example_of(name, otherwise, allowed);
        setters.push_back({{std::move(name), std::move(help), std::move(otherwise), std::move(allowed), std::move(example)}, set});
    };

    for (const sweep::Coordinate& coordinate : sweep::coordinates())
        add(fmt::format("grid.{}", coordinate.name),
            fmt::format("{}, a list{}", coordinate.long_name,
                        coordinate.to_parameter || sweep::is_core(coordinate.name) ? "" : ", or a parameter to follow"),
            default_of(coordinate),
            [coordinate = sweep::find_coordinate(coordinate.name)](Settings& settings, const std::string& key,
                                                                   const std::string& text) {
                if (const std::string* option = option_for_word(coordinate->name, support::trim(text)))
                    settings.model.choices[*option] = support::trim(text);
                else settings.axes.push_back(make_axis(coordinate, key, text));
            });

    add(
        "model.protocol", "how labels are made from one generation to the next", defaults.protocol,
        [](Settings& s, const std::string&, const std::string& text) { s.protocol = text; },
        names_of(protocol::protocols(), {protocol::Written::name}));
    add(
        "model.spectrum", "family of covariance spectra", defaults.model.spectrum,
        [](Settings& s, const std::string&, const std::string& text) { s.model.spectrum = text; }, names_of(problem::spectra()));
    add("model.estimator", "what is fitted; kernel_ridge: on the rows of [data]", defaults.model.estimator,
        [](Settings& s, const std::string&, const std::string& text) { s.model.estimator = text; },
        {estimator::ridge_description().name, estimator::kernel_ridge_description().name});
    add(
        "model.kernel", "kernel of kernel_ridge", defaults.model.kernel,
        [](Settings& s, const std::string&, const std::string& text) { s.model.kernel = text; }, names_of(estimator::kernels()));
    add(
        "model.teacher", "family of true coefficients", defaults.model.teacher,
        [](Settings& s, const std::string&, const std::string& text) { s.model.teacher = text; }, names_of(problem::teachers()));
    add(
        "model.covariates", "distribution of the entries of covariates", defaults.model.covariates,
        [](Settings& s, const std::string&, const std::string& text) {
            const auto [name, option] = problem::split_option("model.covariates", text);
            s.model.covariates = name;
            if (name == text) return;
            const auto options = estimator::covariates_called(name).describe().options;
            validate(!options.empty(), "model.covariates = {} has no option; write {}", text, name);
            s.model.choices[options.front().name] = option;
        },
        names_of(estimator::covariates()));
    add("model.spectrum_file",
        "with spectrum = file: CSV (columns eigenvalue and, if known, squared coefficient) or HDF5 (data sets "
        "eigenvalues, squared_coefficients, weights)",
        "", [](Settings& s, const std::string&, const std::string& text) {
            const SpectrumFile file = read_spectrum(text);
            s.model.choices["eigenvalues"] = file.eigenvalues;
            s.model.choices["squared_coefficients"] = file.squared_coefficients;
            s.model.choices["weights"] = file.weights;
        });
    add("model.signal", "signal power, or raw: coefficients are not rescaled", support::exact(defaults.model.signal),
        [](Settings& s, const std::string& key, const std::string& text) {
            s.model.signal = text == "raw" ? problem::ModelSettings::raw : parse_or(0, text);
            validate(text == "raw" || s.model.signal > 0, "{} = {} is not possible; give a positive number, or raw", key, text);
        });
    for (const auto& [name, option] : model_options())
        add(
            "model." + name, option.help, option.otherwise,
            [name = name](Settings& s, const std::string&, const std::string& text) { s.model.choices[name] = text; },
            option.allowed);

    const auto text_of_data = [](std::string sweep::DataSettings::*member) {
        return [member](Settings& s, const std::string&, const std::string& text) { s.data.*member = text; };
    };
    const auto rows_of_data = [](std::int64_t sweep::DataSettings::*member) {
        return [member](Settings& s, const std::string& key, const std::string& text) {
            s.data.*member = sweep::parse_whole(key, text, std::int64_t{1}, std::int64_t{2147483647});
        };
    };
    using Data = sweep::DataSettings;
    add("data.rows", "with kernel_ridge: rows, from an IDX file (or .gz), a CSV, or HDF5 as file.h5:/dataset", "",
        text_of_data(&Data::rows));
    add("data.targets", "their targets: such a file, or a column of the CSV", "", text_of_data(&Data::targets));
    add("data.target", "what is learnt: value, digit (as a number), parity (+-1) or onehot (errors are summed)",
        defaults.data.target, text_of_data(&Data::target));
    add("data.pool", "rows of which the spectrum for theory is measured", "4000, or all", rows_of_data(&Data::pool));
    add("data.test", "held-out rows that a replicate is tested on", "2000, or a fifth", rows_of_data(&Data::test));
    add("data.digest", "names the numbers that were read; filled in by the program", "", text_of_data(&Data::digest));
    add("data.nodes", "the measured spectrum: weight, eigenvalue, squared coefficient of each node; filled in by the program", "",
        text_of_data(&Data::nodes));

    const auto chain = [&](const char* key, const char* help) {
        add(fmt::format("chain.{}", key), help, "", [](Settings& s, const std::string& full, const std::string& text) {
            s.chain.emplace_back(full.substr(full.find('.') + 1), text);
        });
    };
    chain("step",
          "with protocol = chain: how the model of generation t is fitted, for instance fit X(t) to model(t-1) + sigma*noise");
    chain("start", "the same for the first model, if it is another fit");
    chain("evaluate",
          "the same for the evaluated model, if it is no generation; all other keys of [chain] are names (src/language/CHAINS.md)");

    const auto count = [](std::int64_t sweep::SimulationSettings::*member) {
        return [member](Settings& s, const std::string& key, const std::string& text) {
            s.simulation.*member = sweep::parse_whole(key, text, std::int64_t{0}, problem::largest_count);
        };
    };
    using Simulation = sweep::SimulationSettings;
    add("simulation.replicates", "independent replicates of every cell; 0: theory only",
        fmt::format("{}", defaults.simulation.replicates), count(&Simulation::replicates));
    add("simulation.first_replicate", "number of the first of them, if others are in another file (see `collapse merge`)",
        fmt::format("{}", defaults.simulation.first_replicate), count(&Simulation::first_replicate));
    add("simulation.precision", "relative standard error at which a row of cells stops", "",
        [](Settings& s, const std::string& key, const std::string& text) {
            s.simulation.precision = sweep::parse_number(key, text);
            validate(s.simulation.precision > 0, "{} = {} can never be reached; give a number between 0 and 1, such as 0.01", key,
                     text);
        });
    add("simulation.min_replicates", "with precision: replicates before the first look, and between looks",
        fmt::format("{}", defaults.simulation.min_replicates), count(&Simulation::min_replicates));
    add("simulation.max_replicates", "with precision: replicates at most", "replicates", count(&Simulation::max_replicates));
    add("simulation.seed", "names the random numbers", fmt::format("{}", defaults.simulation.seed),
        [](Settings& s, const std::string& key, const std::string& text) {
            s.simulation.seed = sweep::parse_whole(key, text, std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max());
        });
    add("simulation.noise", "label noise: drawn, or averaged over, exactly where the structure of the fits allows it",
        protocol::label_noises().front(), [](Settings& s, const std::string& key, const std::string& text) {
            s.simulation.noise = protocol::label_noise_called(key, text);
        });
    add("refine.axes", "axes to refine where `refine.on` changes; their lists in [grid] are where refinement starts", "",
        [](Settings& s, const std::string&, const std::string& text) { s.refine.axes = support::split(text, ','); });
    const auto targets = sweep::refinement_targets();
    add(
        "refine.on", "what must change", defaults.refine.on,
        [](Settings& s, const std::string&, const std::string& text) { s.refine.on = text; },
        std::vector<std::string>(targets.begin(), targets.end()));
    add("refine.levels", "how often intervals are halved at most, 1 to 10", "4",
        [](Settings& s, const std::string& key, const std::string& text) {
            s.refine.levels = sweep::parse_whole(key, text, std::int64_t{1}, std::int64_t{10});
        });
    add("refine.tolerance", "on = test_error, ratio_to_clean: change of the logarithm that is let pass", "0.1",
        [](Settings& s, const std::string& key, const std::string& text) {
            s.refine.tolerance = sweep::parse_number(key, text);
            validate(s.refine.tolerance > 0, "{} = {} would never be reached; give a positive number, such as 0.1 for 10 %", key,
                     text);
        });
    add("refine.start", "lists that refinement starts from, one an axis, `;` between them; [grid] then has the finest ones", "",
        [](Settings& s, const std::string& key, const std::string& text) {
            for (const std::string& list : support::split(text, ';')) s.refine.start.push_back(sweep::parse_list(key, list).values);
        });
    add("output.file", "result file (default: the config's name with .h5, in the working directory)", "",
        [](Settings& s, const std::string& key, const std::string& text) {
            validate(!text.empty(), "{} is empty; give a name, or remove the line", key);
            s.output = text;
        });
    return setters;
}

std::vector<Key> config_keys()
{
    std::vector<Key> keys;
    for (const Setter& setter : config_setters()) keys.push_back(setter.key);
    return keys;
}

std::string meant_by(const std::string& name, const std::vector<std::string>& known)
{
    const std::size_t start = std::min(name.size(), name.find_first_not_of('-')), dot = name.find('.', start);
    const std::string last = "." + name.substr(dot == std::string::npos ? start : dot + 1);
    const auto found = std::ranges::find_if(known, [&](const std::string& candidate) { return candidate.ends_with(last); });
    return found != known.end() ? *found : support::nearest(name, known);
}

}  // namespace collapse::app
