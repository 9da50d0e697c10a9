#include "collapse/language/chain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "program.hpp"

namespace collapse::language {

using problem::Cell;
using support::validate;

namespace {

constexpr double sum_tolerance = 1e-9;  ///< of shares that should make one
constexpr double settled = 1e-15;       ///< change from one generation to the next of a sequence that has come to its limit
constexpr double longest_sequence = 1e6;

/// One row of cells looking at the program: numbers for its names, and values of sequences so far.
class Instance {
  public:
    Instance(std::shared_ptr<const Program> program, const Cell& cell, std::vector<double> ridges)
        : program_(std::move(program)),
          ridges_(std::move(ridges)),
          known_(program_->sequences.size()),
          asked_(program_->sequences.size())
    {
        values_.variables.assign(Program::first_parameter, Cell::unset);
        for (const std::string& name : program_->parameters) {
            const problem::Parameter* parameter = problem::find_parameter(name);
            const auto own = cell.own.find(name);
            values_.variables.push_back(parameter ? parameter->in(cell) : own == cell.own.end() ? Cell::unset : own->second);
        }
        values_.sequence = [this](std::size_t sequence, double generation) { return value_of(sequence, generation); };
    }
    Instance(const Instance&) = delete;

    problem::Fit generation(double t) { return make(t == 0 && program_->start ? *program_->start : *program_->step, t); }
    problem::Fit evaluated(double n) { return make(*program_->evaluated, n); }

    double distance(const Program::Teacher& teacher)
    {
        at(0, 0);
        return number(teacher.distance, teacher.line, "a squared distance");
    }
    double beta(const Program::Kind& kind)
    {
        at(0, 0);
        return (*kind.beta)(values_);  // NaN: that of the test distribution
    }

  private:
    void at(double t, double g)
    {
        values_.variables[Program::t] = t;
        values_.variables[Program::g] = g;
    }

    const Line* evaluated_line() const { return program_->evaluated ? &program_->evaluated->line : nullptr; }

    std::string place() const
    {
        const double t = values_.variables[Program::t];
        return std::isinf(t) ? "in the limit of endless generations" : fmt::format("at t = {:g}", t);
    }

    /// A number that makes sense.
    double number(const Expression& expression, const Line& line, const char* what)
    {
        const double value = expression(values_);
        validate(value >= 0 && std::isfinite(value), "{} = {}: {} is {:g} {}; it must be finite and not negative", line.key,
                 line.text, what, value, place());
        return value;
    }

    /// A number of a fit or generation.
    double whole(const Expression& expression, const Line& line, const char* what, double least)
    {
        const double value = expression(values_);
        validate(value >= least && (std::isinf(value) || value == std::floor(value)),
                 "{} = {}: {} is {:g} {}; it must be a whole number from {:g} on", line.key, line.text, what, value, place(),
                 least);
        return value;
    }

    double value_of(std::size_t sequence, double generation)
    {
        const Program::Sequence& rule = program_->sequences[sequence];
        validate(generation >= 0 && (std::isinf(generation) || generation == std::floor(generation)),
                 "{} = {} is asked for its value at {:g}, but begins at 0; use if(t == 0, ...) for what is before", rule.line.key,
                 rule.line.text, generation);
        std::vector<double>& known = known_[sequence];
        const std::vector<double> outer = values_.variables;
        const auto is_settled = [&] {
            const std::size_t size = known.size();
            return size > 1 && std::abs(known[size - 1] - known[size - 2]) <= settled * std::abs(known[size - 1]);
        };
        while (static_cast<double>(known.size()) <= std::min(generation, longest_sequence)) {
            if (std::isinf(generation) && is_settled()) break;
            validate(!asked_[sequence], "{} = {} leads back to itself; give it by values before t", rule.line.key, rule.line.text);
            asked_[sequence] = true;
            const auto t = static_cast<double>(known.size());
            at(t, t);
            known.push_back((known.empty() ? rule.first : rule.next)(values_));  // which may ask for earlier values
            asked_[sequence] = false;
        }
        values_.variables = outer;
        validate(std::isinf(generation) ? is_settled() : generation < static_cast<double>(known.size()),
                 "{} = {} does not come to a limit within {:.0e} generations; give finite n", rule.line.key, rule.line.text,
                 longest_sequence);
        return std::isinf(generation) ? known.back() : known[static_cast<std::size_t>(generation)];
    }

    problem::Labels labels(const Program::Use& use, const Line& line, double t, double generation)
    {
        LabelRule::Sum sum = use.labels(values_);
        validate(std::abs(sum.total() - 1) <= sum_tolerance,
                 "{} = {}: the shares of truth, models, labels and teachers add up to {:.10g} {}, and must add up to 1; give what "
                 "is missing to "
                 "the truth",
                 line.key, line.text, sum.total(), place());
        problem::Labels result = std::move(sum.labels);
        const auto earlier = [&](const std::vector<problem::Share>& shares, const char* what, double least) {
            for (const problem::Share& share : shares)
                validate(share.of >= least && (std::isinf(t) ? true : share.of < t) &&
                             (std::isinf(share.of) || share.of == std::floor(share.of)),
                         "{} = {}: {}({:g}) {} is none of the fits before; give a number from {:g} to {:g}", line.key, line.text,
                         what, share.of, place(), least, t - 1);
        };
        earlier(result.models, "model", -1);
        earlier(result.kept, "labels", 0);
        const auto is_nothing = [](const problem::Share& share) { return share.share == 0; };
        std::erase_if(result.models, is_nothing);
        std::erase_if(result.kept, is_nothing);
        std::erase_if(result.teachers, is_nothing);
        std::erase_if(result.noise, [](const problem::Noise& noise) { return noise.size == 0; });
        // Drawn anew for every fit, but once for all evaluated models, of which no cell has two; and for each of the sets of labels that
        // rows drawn once have.
        const double drawn_for = &line == evaluated_line() ? 0 : t;
        const bool once = program_->kinds[use.kind].once;
        const double set = once ? drawn_for * (drawn_for + 1) / 2 + generation : drawn_for;
        for (problem::Noise& noise : result.noise)
            noise.source = std::isinf(t) ? -1 - noise.source : noise.source + static_cast<double>(program_->noises) * set;
        return result;
    }

    void add_uses(problem::Fit& fit, const Program::Fit& source, const Program::Use& use, double t)
    {
        const Program::Kind& kind = program_->kinds[use.kind];
        at(t, t);
        const double first = whole(use.first, source.line, "the generation of rows", 0);
        const double last = use.last ? whole(*use.last, source.line, "the last generation of rows", -1) : first;
        validate(!use.last || std::isfinite(last), "{} = {}: there are endless rows {}; give finite n", source.line.key,
                 source.line.text, place());
        validate(std::isinf(t) || last <= t,
                 "{} = {}: rows of generation {:g} are not drawn yet {}; name no later generation than t", source.line.key,
                 source.line.text, last, place());
        for (double g = first; g <= last; ++g) {
            at(g, g);
            const double rows = number(kind.rows, kind.line, "the number of rows");
            at(t, g);
            const double share = use.share ? number(*use.share, source.line, "a share of rows") : 1;
            validate(share <= 1, "{} = {}: a share of rows is {:g} {}; it must lie in [0, 1]", source.line.key, source.line.text,
                     share, place());
            const int spectrum = own_spectrum(use.kind);
            at(t, g);
            const double weight = use.weight ? number(*use.weight, source.line, "a weight") / (rows * share) : 1;
            if (rows * share > 0 && weight > 0)
                fit.uses.push_back({{static_cast<int>(use.kind), kind.once ? 0 : g, rows, spectrum},
                                    weight,
                                    labels(use, source.line, t, g),
                                    share,
                                    kind.once ? g : 0});
            if (std::isinf(g)) break;
        }
    }

    /// Its number in the scheme's list; 0: that of the test distribution.
    int own_spectrum(std::size_t kind)
    {
        const auto has_its_own = [&](const Program::Kind& other) { return other.beta && !std::isnan(beta(other)); };
        if (!has_its_own(program_->kinds[kind])) return 0;
        const auto first = program_->kinds.begin();
        return static_cast<int>(std::count_if(first, first + static_cast<std::ptrdiff_t>(kind) + 1, has_its_own));
    }

    problem::Fit make(const Program::Fit& source, double t)
    {
        problem::Fit fit;
        for (const Program::Use& use : source.uses) add_uses(fit, source, use, t);
        validate(!fit.uses.empty(), "{} = {}: the fit has no rows {}; give them a number, a share and a weight above 0",
                 source.line.key, source.line.text, place());
        at(t, t);
        double rows = 0;
        for (const problem::Use& use : fit.uses) rows += use.block.rows * use.share;
        if (source.subsample) {
            fit.subsample = number(*source.subsample, source.line, "a subsample");
            validate(fit.subsample > 0 && fit.subsample <= rows,
                     "{} = {}: a subsample of {:g} rows of {:g} {} is not possible; give at least 1 and at most all",
                     source.line.key, source.line.text, fit.subsample, rows, place());
            rows = fit.subsample;
        }
        if (!source.uses.front().weight)
            for (problem::Use& use : fit.uses) use.weight = 1 / rows;
        fit.swept = source.swept;
        for (const double lambda : ridges_) {
            values_.variables[program_->lambda] = lambda;
            fit.ridges.push_back(number(source.ridge, source.line, "a ridge"));
        }
        values_.variables[program_->lambda] = Cell::unset;
        return fit;
    }

    std::shared_ptr<const Program> program_;
    std::vector<double> ridges_;
    std::vector<std::vector<double>> known_;  ///< values of the sequences
    std::vector<bool> asked_;
    Values values_;
};

/// Whether number `now` of fit t is number `before` of fit t - 1, or the next one.
bool follows(double now, double before) { return now == before || now == before + 1; }

bool follows(const std::vector<problem::Share>& now, const std::vector<problem::Share>& before)
{
    return std::ranges::equal(now, before, [](const auto& a, const auto& b) { return follows(a.of, b.of) && a.share == b.share; });
}

/// Whether the two differ by the numbers of generations alone.
bool follows(const problem::Fit& now, const problem::Fit& before)
{
    const auto same_use = [](const problem::Use& a, const problem::Use& b) {
        return a.block.kind == b.block.kind && follows(a.block.generation, b.block.generation) && a.block.rows == b.block.rows &&
               a.weight == b.weight && a.share == b.share && follows(a.copy, b.copy) && follows(a.labels.models, b.labels.models) &&
               follows(a.labels.kept, b.labels.kept) && follows(a.labels.teachers, b.labels.teachers) &&
               std::ranges::equal(a.labels.noise, b.labels.noise, {}, &problem::Noise::size, &problem::Noise::size);
    };
    return now.ridges == before.ridges && now.subsample == before.subsample && std::ranges::equal(now.uses, before.uses, same_use);
}

/// The first of the fits that repeat each other; inf if numbers in them depend on t, or if there are ever more rows.
double repeats_from(const Program& program, Instance& instance)
{
    const auto varies = [](const Expression& expression) {
        return expression.uses(Program::t) || expression.uses(Program::g) || expression.uses_sequences();
    };
    const auto may_vary = [&](const std::optional<Expression>& expression) { return expression && varies(*expression); };
    const Program::Fit& step = *program.step;
    for (const Program::Use& use : step.uses)
        if (may_vary(use.weight) || may_vary(use.share) || varies(program.kinds[use.kind].rows) ||
            use.labels.shares_use(Program::t) || use.labels.shares_use(Program::g))
            return std::numeric_limits<double>::infinity();
    if (varies(step.ridge) || may_vary(step.subsample)) return std::numeric_limits<double>::infinity();
    constexpr double looked_at = 6;  // what is left are numbers of fits and generations: as a rule t - 1 and the like
    double from = std::numeric_limits<double>::infinity();
    try {
        for (double t = looked_at; t >= 1 && follows(instance.generation(t), instance.generation(t - 1)); --t)
            from = t;  // the first that follows another
    } catch (const support::InvalidInput&) {
        return std::numeric_limits<double>::infinity();  // said where the fit is asked for, if it is
    }
    return from - 1;
}

void check_rows(const problem::Fit& fit, const Program& program)
{
    for (const problem::Use& use : fit.uses) {
        const Program::Kind& kind = program.kinds[static_cast<std::size_t>(use.block.kind)];
        validate(use.block.rows == std::floor(use.block.rows),
                 "{} = {} gives {:g} rows, which cannot be drawn; put round(...) around the number", kind.line.key, kind.line.text,
                 use.block.rows);
    }
}

/// Labels that are kept are there: the same rows took part in that fit.
void check_kept(const problem::Fit& fit, const Program::Fit& source, const std::vector<problem::Fit>& before)
{
    for (const problem::Use& use : fit.uses)
        for (const problem::Share& kept : use.labels.kept) {
            const auto& uses = before[static_cast<std::size_t>(kept.of)].uses;
            const bool there = std::ranges::any_of(
                uses, [&](const problem::Use& other) { return other.block.is(use.block) && other.copy == use.copy; });
            validate(there, "{} = {}: labels({:g}) of rows that took no part in fit {:g}; name a fit that used them",
                     source.line.key, source.line.text, kept.of, kept.of);
        }
}

}  // namespace

Chain::Chain(const std::vector<std::pair<std::string, std::string>>& lines) : program_(std::make_shared<Program>(compile(lines))) {}

const std::vector<std::string>& Chain::parameters() const { return program_->parameters; }
const std::vector<std::string>& Chain::kinds() const { return program_->kind_names; }
const std::vector<std::string>& Chain::teachers() const { return program_->teacher_names; }

problem::Scheme Chain::scheme(const Cell& cell, const std::vector<double>& ridges) const
{
    const auto instance = std::make_shared<Instance>(program_, cell, ridges);
    problem::Scheme scheme;
    scheme.generation = [instance](double t) { return instance->generation(t); };
    if (program_->evaluated) scheme.evaluated = [instance](double n) { return instance->evaluated(n); };
    scheme.repeats_from = repeats_from(*program_, *instance);
    for (const Program::Teacher& teacher : program_->teachers) scheme.teachers.push_back({instance->distance(teacher), {}});
    for (const Program::Kind& kind : program_->kinds) {
        const double beta = kind.beta ? instance->beta(kind) : Cell::unset;
        if (!std::isnan(beta)) scheme.spectra.push_back({beta, {}});
    }
    return scheme;
}

void Chain::check(const Cell& cell, const std::vector<double>& ridges, double n, bool drawn) const
{
    constexpr double looked_at = 3;
    Instance instance(program_, cell, ridges);
    for (const Program::Teacher& teacher : program_->teachers) instance.distance(teacher);
    std::vector<problem::Fit> fits;
    const double last = std::min(n, looked_at);
    for (double t = 0; t < (program_->evaluated ? last : last + 1); ++t) {
        const problem::Fit fit = instance.generation(t);
        if (drawn) check_rows(fit, *program_);
        check_kept(fit, t == 0 && program_->start ? *program_->start : *program_->step, fits);
        fits.push_back(fit);
    }
    if (!program_->evaluated) return;
    const problem::Fit fit = instance.evaluated(std::isinf(n) ? n : last);
    if (drawn) check_rows(fit, *program_);
    if (std::isfinite(n)) check_kept(fit, *program_->evaluated, fits);
}

}  // namespace collapse::language
