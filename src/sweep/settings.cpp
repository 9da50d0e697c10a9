#include "collapse/sweep/settings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "collapse/data/dataset.hpp"
#include "collapse/estimator/factorisation.hpp"
#include "collapse/estimator/kernel.hpp"
#include "collapse/problem/index_quadrature.hpp"
#include "collapse/protocol/kernel_simulation.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "collapse/sweep/measured.hpp"
#include "collapse/sweep/refine.hpp"
#include "collapse/sweep/tie.hpp"

namespace collapse::sweep {

using support::validate;

std::vector<problem::Description> models_of(const Settings& settings)
{
    if (settings.model.has_data()) {
        problem::Description protocol = protocol_of(settings).describe();
        for (const char* name : {"d", "distance", "beta_synthetic"}) std::erase(protocol.parameters, name);
        return {protocol, estimator::kernel_ridge_description(), estimator::kernel_called(settings.model.kernel).describe()};
    }
    const problem::Spectrum& spectrum = problem::spectrum_called(settings.model.spectrum);
    std::vector<problem::Description> models{protocol_of(settings).describe(), estimator::ridge_description(), spectrum.describe(),
                                             estimator::covariates_called(settings.model.covariates).describe()};
    const problem::Teacher& teacher = problem::teacher_called(settings.model.teacher);
    if (!spectrum.has_teacher(settings.model.choices)) models.push_back(teacher.describe());
    return models;
}

namespace {

/// Which choices of the sweep leave something unused, and which would not: `protocol = replace (but with mix or weighted)`.
template <class Uses>
std::string name_misfits(const Settings& settings, Uses uses)
{
    std::vector<std::string> misfits;
    const auto look = [&](const char* kind, const std::string& chosen, const auto& table) {
        std::vector<std::string> users;
        for (const auto* entry : table)
            if (uses(entry->describe())) users.push_back(entry->describe().name);
        const bool used = std::ranges::find(users, chosen) != users.end();  // but for another choice
        if (!users.empty() && !used)
            misfits.push_back(fmt::format("{} = {} (but with {})", kind, chosen, support::enumerate(users, "or")));
    };
    look("protocol", settings.protocol, protocol::protocols());
    if (settings.model.has_data()) {
        look("kernel", settings.model.kernel, estimator::kernels());
        return misfits.empty() ? "estimator = kernel_ridge, which takes its rows and targets from [data]"
                               : support::enumerate(misfits);
    }
    look("spectrum", settings.model.spectrum, problem::spectra());
    look("teacher", settings.model.teacher, problem::teachers());
    look("covariates", settings.model.covariates, estimator::covariates());
    const auto kernels = estimator::kernels();
    if (misfits.empty() && (uses(estimator::kernel_ridge_description()) ||
                            std::ranges::any_of(kernels, [&](const auto* kernel) { return uses(kernel->describe()); })))
        return "estimator = ridge (but with kernel_ridge)";
    if (misfits.empty()) return fmt::format("spectrum = {}, which has coefficients of its own", settings.model.spectrum);
    return support::enumerate(misfits);
}

void fill_options(Settings& settings, const std::vector<problem::Description>& models)
{
    problem::Choices resolved;
    for (const auto& model : models)
        for (const problem::Option& option : model.options) {
            const auto given = settings.model.choices.find(option.name);
            const problem::Choice choice = given == settings.model.choices.end() ? option.otherwise : given->second;
            problem::check(option, choice);
            resolved[option.name] = choice;
        }
    for (const auto& [name, value] : settings.model.choices) {
        if (!resolved.contains(name)) {
            const auto uses = [&wanted = name](const problem::Description& model) {
                return std::ranges::find(model.options, wanted, &problem::Option::name) != model.options.end();
            };
            validate(false, "model.{} = {} is not used with {}; remove it", name, value.text(), name_misfits(settings, uses));
        }
    }
    settings.model.choices = resolved;
}

/// Of the result file, next to which a parameter of a chain would stand.
bool is_taken(std::string_view name)
{
    constexpr std::array names{"replicates", "zscore", "status", "failure", "task_seconds", "provenance", "accumulators"};
    return find_coordinate(name) || std::ranges::find(names, name) != names.end() || name.starts_with("sim_") ||
           name.starts_with("theory_") || name.starts_with("exact_") || name.starts_with("asymptotic_");
}

void compile_chain(Settings& settings)
{
    settings.written.reset();
    if (settings.protocol != protocol::Written::name) {
        validate(settings.chain.empty(),
                 "chain.{} is not used with protocol = {}; set model.protocol = chain, or remove the section",
                 settings.chain.empty() ? "" : settings.chain.front().first, settings.protocol);
        return;
    }
    validate(!settings.chain.empty(),
             "model.protocol = chain needs a section [chain] that describes it; add at least a line such as step = fit X(t) to "
             "model(t-1) + sigma*noise (see src/language/CHAINS.md)");
    settings.written = std::make_shared<protocol::Written>(settings.chain);
    for (const std::string& name : settings.written->chain().parameters())
        validate(problem::find_parameter(name) != nullptr || !is_taken(name),
                 "[chain] names a parameter {}, which has another meaning in [grid] or "
                 "in the result file; choose another name",
                 name);
}

/// Parameters that [chain] names have values.
void check_given(const Settings& settings, const std::set<std::string_view>& given)
{
    if (!settings.written) return;
    const auto& names = settings.written->chain().parameters();
    for (const std::string& name : names) {
        const Parameter* parameter = problem::find_parameter(name);
        const bool optional = name == "beta_synthetic" || (parameter && !std::isnan(parameter->otherwise));
        std::vector<std::string> others;
        for (const Parameter& known : problem::parameters()) others.emplace_back(known.name);
        const std::string guess = parameter || name.size() == 1 ? "" : support::nearest(name, others);
        validate(optional || given.contains(name), "grid.{0} is missing, which [chain] names{1}; add a line {0} = ... to [grid]",
                 name, guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess));
    }
}

/// What belongs to data is refused without them, and what belongs to Gaussian rows with them.
void check_estimator(const Settings& settings)
{
    const problem::ModelSettings &model = settings.model, defaults;
    const std::vector<std::string> names{estimator::ridge_description().name, estimator::kernel_ridge_description().name};
    const std::string guess = support::nearest(model.estimator, names);
    validate(std::ranges::find(names, model.estimator) != names.end(), "model.estimator = {} is not known{}; choose {}",
             model.estimator.empty() ? "(nothing)" : model.estimator,
             guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess), support::enumerate(names, "or"));
    if (!model.has_data()) {
        validate(settings.data.rows.empty() && settings.data.targets.empty(),
                 "data.{} is not used with estimator = ridge; set model.estimator = kernel_ridge, or remove the section [data]",
                 settings.data.rows.empty() ? "targets" : "rows");
        validate(model.kernel == defaults.kernel,
                 "model.kernel = {} is not used with estimator = ridge; set model.estimator = kernel_ridge, or remove it",
                 model.kernel);
        return;
    }
    validate(!settings.data.rows.empty(),
             "data.rows is missing: estimator = kernel_ridge needs the file of its rows; add it to [data]");
    validate(!settings.data.targets.empty(),
             "data.targets is missing: estimator = kernel_ridge needs the targets of its rows; add them to [data]");
    data::target_called(settings.data.target);
    const auto unused = [](const char* key, const std::string& value, const std::string& otherwise) {
        validate(value == otherwise,
                 "model.{} = {} is not used with estimator = kernel_ridge, which takes rows and targets from [data]; remove it",
                 key, value);
    };
    unused("spectrum", model.spectrum, defaults.spectrum);
    unused("teacher", model.teacher, defaults.teacher);
    unused("covariates", model.covariates, defaults.covariates);
    validate(model.signal == 1,
             "model.signal is not used with estimator = kernel_ridge, whose targets have a variance of 1; remove it");
}

/// A teacher that nobody asks is refused; a spectrum by values is read once; nodes that stand for several directions are not simulated.
void check_spectrum(Settings& settings, const Grid& grid)
{
    problem::ModelSettings& model = settings.model;
    if (model.has_data()) return;
    const problem::Spectrum& spectrum = problem::spectrum_called(model.spectrum);
    validate(!spectrum.has_teacher(model.choices) || model.teacher == problem::ModelSettings{}.teacher,
             "model.teacher = {} is not used with spectrum = {}, which has coefficients of its own; remove it", model.teacher,
             model.spectrum);
    if (!spectrum.dimension(model.choices) || !spectrum.has_teacher(model.choices)) return;
    if (settings.simulation.replicates > 0) spectrum.nodes(grid.cell(CellIndex{0}), model.choices);
    model.given = known_nodes(problem::nodes_of(model, grid.cell(CellIndex{0})));
}

void check_factorisation(const Settings& settings)
{
    validate(settings.simulation.noise == protocol::LabelNoise::drawn ||
                 estimator::factorisation_in(settings.model.choices) == estimator::Factorisation::once,
             "model.factorisation = per_ridge is not known for simulation.noise = averaged, which takes eigenvectors; leave one of "
             "them out");
}

/// Sizes that follow from the number of rows, and the spectrum for theory.
void complete_data(Settings& settings)
{
    problem::ModelSettings& model = settings.model;
    DataSettings& data = settings.data;
    if (!model.has_data()) return;
    validate(settings.simulation.noise == protocol::LabelNoise::drawn,
             "simulation.noise = averaged is not known for estimator = kernel_ridge, whose label noise is drawn; leave it out");
    if (model.dataset) {
        const std::int64_t N = model.dataset->size();
        const std::string digest = fmt::format("{:016x}", model.dataset->digest());
        validate(data.digest.empty() || data.digest == digest,
                 "data.rows = {} and its targets hold other numbers (digest {}) than before ({}); use those of before, or another "
                 "output",
                 data.rows, digest, data.digest);
        data.digest = digest;
        if (data.pool == 0) data.pool = std::min<std::int64_t>(4000, N);
        if (data.test == 0) data.test = N < 10000 ? std::max<std::int64_t>(1, N / 5) : 2000;
        validate(data.pool >= 2 && data.pool <= N, "data.pool = {} is not possible with {} rows; give 2 to {}", data.pool, N, N);
        validate(data.test <= N, "data.test = {} is more than the {} rows of data.rows; give fewer", data.test, N);
    }
    model.test = data.test;
    if (!data.nodes.empty()) model.given = nodes_in("data.nodes", data.nodes);
    else if (model.dataset) model.given = measured_nodes(model, data.pool);
}

/// The rows of a chain are disjoint, so there must be enough of them.
void check_rows(const Row& row, const Settings& settings, const protocol::Protocol& protocol)
{
    const problem::ModelSettings& model = settings.model;
    if (!model.dataset || settings.simulation.replicates == 0) return;
    const protocol::KernelSimulation simulation(
        protocol.scheme(row, model.choices), row,
        {*model.dataset, estimator::kernel_called(model.kernel), model.choices, model.test});
    validate(simulation.allotment().rows() <= model.dataset->size(),
             "T = {:g}, n = {:g} takes {}, but data.rows has {}; give smaller grid.T{}, fewer generations, or a smaller data.test",
             row.cell.T, row.last_generation(), simulation.allotment().describe(), model.dataset->size(),
             std::isnan(row.cell.T0) ? "" : " or grid.T0");
}

void fill_axes(Settings& settings, const std::vector<problem::Description>& models)
{
    std::set<std::string, std::less<>> used;
    for (const auto& model : models) used.insert(model.parameters.begin(), model.parameters.end());
    std::set<std::string_view> given;
    std::optional<double> dimension;
    if (!settings.model.has_data()) dimension = problem::spectrum_called(settings.model.spectrum).dimension(settings.model.choices);
    const bool has_dimension = std::ranges::any_of(settings.axes, [](const Axis& axis) { return axis.name() == "d"; });
    if (dimension && !has_dimension) settings.axes.push_back({find_coordinate("d"), {*dimension}});
    for (const Axis& axis : settings.axes) given.insert(axis.coordinate->parameter->name);
    check_given(settings, given);  // first: a name that is missing may be why another is not used
    for (const Axis& axis : settings.axes) {
        // An axis of the file that nobody uses has its default value: settings that were filled in once may be filled in again.
        const bool filled_in =
            is_core(axis.coordinate->parameter->name) && axis.values == std::vector{axis.coordinate->parameter->otherwise};
        if (used.contains(axis.coordinate->parameter->name) || filled_in) continue;
        if (settings.written && axis.coordinate->parameter->member == nullptr) {
            auto known = settings.written->chain().parameters();
            for (const Coordinate& coordinate : coordinates()) known.emplace_back(coordinate.name);
            const std::string guess = axis.name().size() > 1 ? support::nearest(axis.name(), known) : "";
            validate(false, "grid.{} is no parameter, and [chain] does not name it{}; remove it", axis.name(),
                     guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess));
        }
        validate(!settings.written, "grid.{} is not used: [chain] does not name it; remove it", axis.name());
        const auto uses = [&](const problem::Description& model) {
            return std::ranges::find(model.parameters, axis.coordinate->parameter->name) != model.parameters.end();
        };
        validate(false, "grid.{} is not used with {}; remove it", axis.name(), name_misfits(settings, uses));
    }
    for (const Parameter& parameter : problem::parameters()) {
        if (given.contains(parameter.name)) continue;
        const bool required = (parameter.name == "d" && !settings.model.has_data()) || parameter.name == "T";
        validate(!required, "grid.{0} is missing; add a line `{0} = ...` with the {1}", parameter.name, parameter.long_name);
        if (is_core(parameter.name) || (used.contains(parameter.name) && !std::isnan(parameter.otherwise)))
            settings.axes.push_back({find_coordinate(parameter.name), {parameter.otherwise}});
    }
    check_ties(settings.axes);
    for (Axis& axis : settings.axes) axis.used = used.contains(axis.coordinate->parameter->name);
}

/// What is wrong with a value of this kind, or nullptr.
const char* defect_of(Parameter::Kind kind, double value)
{
    const bool whole = value == std::floor(value);
    switch (kind) {
        case Parameter::Kind::real: return std::isfinite(value) ? nullptr : "it must be a finite number";
        case Parameter::Kind::positive: return std::isfinite(value) && value > 0 ? nullptr : "it must be positive and finite";
        case Parameter::Kind::non_negative:
            return std::isfinite(value) && value >= 0 ? nullptr : "it must be finite and not negative";
        case Parameter::Kind::fraction: return value >= 0 && value <= 1 ? nullptr : "it must lie in [0, 1]";
        case Parameter::Kind::count:
            if (!(value >= 1 && whole && std::isfinite(value))) return "it must be a positive whole number (round(...) makes them)";
            return value < 1e15 ? nullptr : "it must be less than 1e15";
        case Parameter::Kind::generations:
            if (!(value >= 0 && whole)) return "it must be a whole number, 0 or larger, or inf";
            return value < 1e15 || std::isinf(value) ? nullptr : "it must be less than 1e15";
    }
    return "it is of no known kind";
}

void check_axis(const Axis& axis, std::int64_t replicates)
{
    if (axis.is_tie()) return;  // what follows is checked cell by cell
    // Theory needs no whole sample sizes, nor (see check_derived) generations.
    const bool real = replicates == 0 && (axis.name() == "T" || axis.name() == "T0" || axis.name() == "n");
    const auto real_kind = axis.name() == "n" ? Parameter::Kind::non_negative : Parameter::Kind::positive;
    for (const double value : axis.values) {
        const bool endless = (axis.name() == "d" || (real && axis.name() == "n")) && std::isinf(value) && value > 0;
        const char* defect = endless ? nullptr : defect_of(real ? real_kind : axis.coordinate->kind, value);
        validate(defect == nullptr, "grid.{} = {} is not possible: {}", axis.name(), support::exact(value), defect ? defect : "");
        validate(!(real && axis.name() != "n") || value <= problem::largest_sample,
                 "grid.{} = {} is beyond {:.0e}, the largest sample that theory is computed for; give a smaller one", axis.name(),
                 support::exact(value), problem::largest_sample);
        constexpr double longest_vector = 2147483647;  // LAPACK counts with 32 bits
        validate(replicates == 0 || axis.name() != "d" || std::isinf(value) || value <= longest_vector,
                 "grid.d = {} cannot be simulated: it must be at most {:.0f}; give a smaller one, or simulation.replicates = 0",
                 support::exact(value), longest_vector);
        validate(!std::isinf(value) || replicates == 0,
                 "grid.{} = inf can be predicted but not simulated; set simulation.replicates = 0 for a sweep of predictions, and "
                 "give finite values to a sweep of its own that simulates",
                 axis.name());
    }
    auto sorted = axis.values;
    std::ranges::sort(sorted);
    const auto twice = std::ranges::adjacent_find(sorted);
    validate(twice == sorted.end(), "grid.{} contains {} twice; give distinct values", axis.name(),
             twice == sorted.end() ? "" : support::exact(*twice));
}

/// What follows another parameter may lead out of its range.
void check_tie(const Axis& axis, const Row& row, bool simulated)
{
    const Parameter& parameter = *axis.coordinate->parameter;
    Cell cell = row.cell;
    cell.lambda = row.lambda.front();
    const double value = parameter.in(std::as_const(cell)), source = axis.coordinate->follows->parameter->in(std::as_const(cell));
    const bool endless = parameter.name == "d" && !simulated && std::isinf(value);
    const auto kind = parameter.name == "T0" && !simulated ? Parameter::Kind::positive : parameter.kind;
    const double largest = parameter.name == "T0" && !simulated ? problem::largest_sample : std::numeric_limits<double>::infinity();
    const char* defect = endless ? nullptr : value > largest ? "theory is computed for at most 1e30 rows" : defect_of(kind, value);
    validate(defect == nullptr, "grid.{} = {} is {:.6g} where {} is {:.6g}: {}", axis.name(), text_of(axis), value,
             axis.coordinate->follows->name, source, defect ? defect : "");
}

/// Exponents of T may lead out of the range of what they determine.
void check_derived(const Row& row, const Settings& settings, const protocol::Protocol& protocol)
{
    const bool simulated = settings.simulation.replicates > 0;
    const double largest = simulated ? 1e15 : problem::largest_sample;  // rows, and generations that are simulated
    for (const Axis& axis : settings.axes) {
        const std::string_view name = axis.name();
        if (axis.is_tie()) check_tie(axis, row, simulated);
        if (name == "b") {
            const double T0 = row.cell.T0;
            for (const double exponent : axis.values)
                validate(
                    !simulated || std::pow(row.cell.T, exponent) >= 0.5,
                    "grid.T0 = T^b (b = {}) is {:.3g} rows for T = {:.6g}: it must lie between 1 and {:.0e}; give another exponent",
                    support::exact(exponent), std::pow(row.cell.T, exponent), row.cell.T, largest);
            validate(T0 > 0 && T0 <= largest,
                     "grid.T0 = T^b (b = {}) is {:.3g} rows for T = {:.6g}: it must lie between 1 and {:.0e}; give other exponents",
                     support::exact(axis.values), T0, row.cell.T, largest);
        }
        for (std::size_t i = 0; i < axis.values.size() && name == "ell"; ++i) {
            Cell cell = row.cell;
            axis.coordinate->set(cell, axis.values[i]);
            validate(std::isnormal(cell.lambda),
                     "grid.ell = {} gives lambda = {:.3g} for T = {:.6g}, which is no ridge in double precision; give an exponent "
                     "closer to 0, or lambda = 0 in a sweep of its own",
                     axis.values[i], cell.lambda, row.cell.T);
        }
        for (std::size_t i = 0; i < axis.values.size() && name == "a"; ++i)
            validate(std::isfinite(row.generations[i]) && (!simulated || row.generations[i] < largest),
                     "grid.a = {} gives n = {:.3g} generations for T = {:.6g}; give a smaller exponent", axis.values[i],
                     row.generations[i], row.cell.T);
    }
    const double rows = std::fmax(row.cell.T, row.cell.T0);  // without T0: T
    validate(std::isfinite(row.cell.d) || std::isnormal(1e-16 * std::pow(rows, -row.cell.beta)),
             "grid.beta = {} with d = inf leads to eigenvalues below the range of double precision for {:.3g} rows; give a smaller "
             "beta or fewer rows",
             row.cell.beta, rows);
    constexpr double most_steps = 1e6;
    const auto is_step = [](double n) { return std::isinf(n) || (n == std::floor(n) && n <= most_steps); };
    if (std::ranges::all_of(row.generations, is_step) || protocol.continuous_generations(row, settings.model.choices)) return;
    const double n = *std::ranges::find_if_not(row.generations, is_step);
    validate(false,
             "protocol {} has no prediction for n = {:.6g}: it goes generation by generation; give whole numbers up to {:.0e}, "
             "or inf",
             settings.protocol, n, most_steps);
}

/// Whether two cells with d = inf have the same spectrum.
bool same_limit(const Cell& one, const Cell& other)
{
    return one.d == other.d && one.alpha == other.alpha && one.beta == other.beta;
}

void check_simulation(const SimulationSettings& simulation)
{
    validate(simulation.replicates >= 0, "simulation.replicates = {} is negative; give 0 (theory only) or more",
             simulation.replicates);
    validate(simulation.precision >= 0 && simulation.precision < 1,
             "simulation.precision = {} is no relative standard error; give a number between 0 and 1, such as 0.01",
             simulation.precision);
    validate(simulation.first_replicate >= 0, "simulation.first_replicate = {} is negative; give 0 or more",
             simulation.first_replicate);
    validate(simulation.first_replicate == 0 || (simulation.replicates > 0 && simulation.precision == 0),
             "simulation.first_replicate = {} needs a fixed number of replicates; set simulation.replicates, without precision",
             simulation.first_replicate);
    if (simulation.precision == 0) return;
    validate(simulation.replicates > 0,
             "simulation.precision needs replicates; set simulation.replicates to the largest number wanted");
    validate(simulation.min_replicates >= 2, "simulation.min_replicates = {} gives no standard error; give at least 2",
             simulation.min_replicates);
    validate(simulation.max_replicates >= simulation.min_replicates,
             "simulation.{} = {} is less than the {} after which precision is first looked at; give at least as many, or a smaller "
             "simulation.min_replicates",
             simulation.max_replicates == simulation.replicates ? "replicates" : "max_replicates", simulation.max_replicates,
             simulation.min_replicates);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> Settings::resolved() const
{
    std::vector<std::pair<std::string, std::string>> pairs{{"model.protocol", protocol}};
    if (model.has_data())
        pairs.insert(pairs.end(), {{"model.estimator", model.estimator},
                                   {"model.kernel", model.kernel},
                                   {"data.rows", data.rows},
                                   {"data.targets", data.targets},
                                   {"data.target", data.target},
                                   {"data.pool", fmt::format("{}", data.pool)},
                                   {"data.test", fmt::format("{}", data.test)},
                                   {"data.digest", data.digest}});
    else
        pairs.insert(pairs.end(), {{"model.spectrum", model.spectrum},
                                   {"model.teacher", model.teacher},
                                   {"model.covariates", model.covariates},
                                   {"model.signal", std::isnan(model.signal) ? "raw" : support::exact(model.signal)}});
    for (const auto& [name, value] : model.choices) pairs.emplace_back("model." + name, value.text());
    for (const auto& [name, text] : chain) pairs.emplace_back("chain." + name, text);
    for (const Axis& axis : axes) pairs.emplace_back(fmt::format("grid.{}", axis.name()), text_of(axis));
    pairs.emplace_back("simulation.seed", fmt::format("{}", simulation.seed));
    pairs.emplace_back("simulation.replicates", fmt::format("{}", simulation.replicates));
    if (simulation.first_replicate > 0)
        pairs.emplace_back("simulation.first_replicate", fmt::format("{}", simulation.first_replicate));
    if (simulation.noise != SimulationSettings{}.noise)
        pairs.emplace_back("simulation.noise", protocol::label_noises()[static_cast<std::size_t>(simulation.noise)]);
    if (simulation.precision > 0) {
        pairs.emplace_back("simulation.precision", support::exact(simulation.precision));
        pairs.emplace_back("simulation.min_replicates", fmt::format("{}", simulation.min_replicates));
        pairs.emplace_back("simulation.max_replicates", fmt::format("{}", simulation.max_replicates));
    }
    if (refine.axes.empty()) return pairs;
    std::vector<std::string> lists;
    for (const auto& list : refine.start) lists.push_back(support::exact(list));
    pairs.emplace_back("refine.axes", fmt::format("{}", fmt::join(refine.axes, ", ")));
    pairs.emplace_back("refine.on", refine.on);
    pairs.emplace_back("refine.levels", fmt::format("{}", refine.levels));
    if (refine.tolerance > 0) pairs.emplace_back("refine.tolerance", support::exact(refine.tolerance));
    pairs.emplace_back("refine.start", fmt::format("{}", fmt::join(lists, "; ")));
    return pairs;
}

std::string Settings::to_config() const
{
    std::string text, section;
    auto pairs = resolved();
    if (model.has_data() && model.given) pairs.emplace_back("data.nodes", text_of(model.given->nodes()));
    for (const auto& [key, value] : pairs) {
        const auto dot = key.find('.');
        if (key.substr(0, dot) != section) text += fmt::format("[{}]\n", section = key.substr(0, dot));
        text += fmt::format("{} = {}\n", key.substr(dot + 1), value);
    }
    return text;
}

const protocol::Protocol& protocol_of(const Settings& settings)
{
    return settings.written ? *settings.written : protocol::protocol_called(settings.protocol);
}

std::string name_in_key(const Settings& settings)
{
    std::string name = settings.protocol;
    auto lines = settings.chain;
    std::ranges::sort(lines);
    for (const auto& [key, text] : lines) name += fmt::format("\n{} = {}", key, text);
    return name;
}

Settings validated(Settings settings)
{
    compile_chain(settings);
    check_estimator(settings);
    const auto models = models_of(settings);
    fill_options(settings, models);
    fill_axes(settings, models);
    complete_data(settings);
    check_factorisation(settings);
    if (settings.simulation.max_replicates == 0) settings.simulation.max_replicates = settings.simulation.replicates;
    check_simulation(settings.simulation);
    for (const Axis& axis : settings.axes) check_axis(axis, settings.simulation.replicates);
    settings = with_finest_axes(std::move(settings));
    validate(std::isnan(settings.model.signal) || (settings.model.signal > 0 && std::isfinite(settings.model.signal)),
             "model.signal = {} is not possible; give a positive number, or raw", settings.model.signal);

    const Grid grid = settings.grid();
    settings.axes = grid.axes();
    // What options and cell say together is checked where they are used.
    if (!settings.model.has_data()) problem::nodes_of(settings.model, grid.cell(CellIndex{0}));
    check_spectrum(settings, grid);
    const protocol::Protocol& protocol = protocol_of(settings);
    Cell limit;
    for (RowIndex index{0}; index.value < grid.rows(); ++index) {
        const Row row = grid.row(index);
        check_derived(row, settings, protocol);
        if (settings.written)
            settings.written->chain().check(row.cell, row.lambda, *std::ranges::max_element(row.generations),
                                            settings.simulation.replicates > 0);
        if (std::isinf(row.cell.d) && !same_limit(row.cell, limit)) problem::nodes_of(settings.model, limit = row.cell);
        for (std::size_t i = 0; i < row.lambda.size(); ++i)
            for (std::size_t j = 0; j < row.generations.size(); ++j) protocol.check(row.at(i, j), settings.model.choices);
        check_rows(row, settings, protocol);
    }
    return settings;
}

}  // namespace collapse::sweep
