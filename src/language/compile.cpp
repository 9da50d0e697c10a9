#include <algorithm>
#include <map>
#include <set>

#include "collapse/problem/cell.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"
#include "program.hpp"

namespace collapse::language {

using support::validate;

namespace {

const std::vector<std::string> fit_keys{"start", "step", "evaluate"};
const std::set<std::string> reserved{"t", "g", "n", "truth", "model", "labels", "noise", "rows", "teacher", "once", "spectrum"};

using Definitions = std::map<std::string, std::pair<Line, Term>>;

bool is_call(const Term& term, const char* name) { return term.name == name && !term.arguments.empty(); }

void for_each(const Term& term, const std::function<void(const Term&)>& visit)
{
    visit(term);
    for (const Term& argument : term.arguments) for_each(argument, visit);
}

void for_each(FitTerm& fit, const std::function<void(Term&)>& visit)
{
    for (UseTerm& use : fit.uses) {
        visit(use.first), visit(use.labels);
        for (auto* part : {&use.last, &use.weight, &use.share})
            if (*part) visit(**part);
    }
    for (auto* part : {&fit.ridge, &fit.subsample})
        if (*part) visit(**part);
}

/// Puts in what abbreviations stand for.
Term expanded(const Term& term, const Definitions& definitions, std::size_t depth = 0)
{
    const auto found = term.is_name() ? definitions.find(term.name) : definitions.end();
    if (found != definitions.end()) {
        validate(depth < definitions.size(),
                 "{} = {} leads back to itself; define it without itself, or as a sequence {}(0), {}(t)", found->second.first.key,
                 found->second.first.text, term.name, term.name);
        Term result = expanded(found->second.second, definitions, depth + 1);
        const std::function<void(Term&)> move = [&](Term& part) {
            part.place = term.place;
            for (Term& argument : part.arguments) move(argument);
        };
        move(result);
        return result;
    }
    Term result = term;
    for (Term& argument : result.arguments) argument = expanded(argument, definitions, depth);
    return result;
}

/// What has been read, before names have their meaning.
struct Source {
    std::vector<std::pair<Line, Term>> rows, teachers;
    Definitions definitions;
    struct Sequence {
        std::optional<std::pair<Line, Term>> first, next;
    };
    std::map<std::string, Sequence> sequences;
    std::map<std::string, std::pair<Line, FitTerm>> fits;

    std::vector<std::pair<Line, Term>*> terms()
    {
        std::vector<std::pair<Line, Term>*> all;
        for (auto* list : {&rows, &teachers})
            for (auto& entry : *list) all.push_back(&entry);
        for (auto& [name, sequence] : sequences)
            for (auto* part : {&sequence.first, &sequence.next})
                if (*part) all.push_back(&**part);
        return all;
    }
};

std::string own_name(const Line& line) { return line.key.substr(line.key.find('.') + 1); }

void check_name(const Line& line, const std::string& name)
{
    validate(is_name(name),
             "{} is no name for a line of [chain]; write letters, digits and underscores, and none of the words fit, and, to, "
             "weight, share, ridge, subsample; for instance X = rows(T)",
             line.key);
    validate(!reserved.contains(name) && !is_function(name),
             "{} = {} gives {}, which has a meaning of its own, another one; choose another name", line.key, line.text, name);
    validate(problem::find_parameter(name) == nullptr,
             "{} = {} gives {}, a parameter of [grid], another meaning; choose another name", line.key, line.text, name);
}

Source read(const std::vector<std::pair<std::string, std::string>>& lines)
{
    Source source;
    for (const auto& [key, text] : lines) {
        const Line line{"chain." + key, text};
        if (std::ranges::find(fit_keys, key) != fit_keys.end()) {
            source.fits[key] = {line, parse_fit(line)};
            continue;
        }
        const std::string guess = support::nearest(key, fit_keys);
        validate(text.find(" to ") == std::string::npos, "{} = {} looks like a fit, but the fits are start, step and evaluate{}",
                 line.key, text, guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess));
        const Term term = parse_expression(line);
        const auto open = key.find('(');
        const std::string name = support::trim(key.substr(0, open));
        check_name(line, name);
        if (open != std::string::npos) {
            const std::string argument = support::trim(key.substr(open));
            validate(argument == "(0)" || argument == "(t)", "{} = {} is no part of a sequence; write {}(0) = ... and {}(t) = ...",
                     line.key, text, name, name);
            (argument == "(0)" ? source.sequences[name].first : source.sequences[name].next) = {line, term};
        } else if (is_call(term, "rows")) source.rows.emplace_back(line, term);
        else if (is_call(term, "teacher")) source.teachers.emplace_back(line, term);
        else source.definitions[name] = {line, term};
    }
    validate(source.fits.contains("step"),
             "[chain] has no step; add how a generation is fitted, for instance step = fit X(t) to model(t-1) + sigma*noise");
    for (const auto& [name, sequence] : source.sequences)
        validate(sequence.first && sequence.next, "chain.{} is no whole sequence; give both {}(0) and {}(t)", name, name, name);
    // Kinds of rows and teachers are numbered in this order, and drawn by their numbers.
    const auto by_name = [](const auto& entry) { return own_name(entry.first); };
    std::ranges::sort(source.rows, {}, by_name);
    std::ranges::sort(source.teachers, {}, by_name);
    for (auto* entry : source.terms()) entry->second = expanded(entry->second, source.definitions);
    for (auto& [key, fit] : source.fits) for_each(fit.second, [&](Term& term) { term = expanded(term, source.definitions); });
    return source;
}

class Compiler {
  public:
    explicit Compiler(Source source) : source_(std::move(source)) {}

    Program operator()()
    {
        for (const auto& [line, term] : source_.rows) program_.kind_names.push_back(own_name(line));
        for (const auto& [line, term] : source_.teachers) program_.teacher_names.push_back(own_name(line));
        for (const auto& [name, sequence] : source_.sequences) names_.sequences.push_back(name);
        names_.others = {"truth", "model", "labels", "noise"};
        names_.others.insert(names_.others.end(), program_.kind_names.begin(), program_.kind_names.end());
        names_.others.insert(names_.others.end(), program_.teacher_names.begin(), program_.teacher_names.end());
        find_parameters();
        for (const auto& [line, term] : source_.rows) program_.kinds.push_back(kind(line, term));
        for (const auto& [line, term] : source_.teachers) {
            if (term.arguments.size() != 1) complain(line, 0, "teacher takes its squared distance from the truth");
            program_.teachers.push_back({number(term.arguments[0], line), line});
        }
        for (const auto& [name, sequence] : source_.sequences)
            program_.sequences.push_back({sequence.next->first, number(sequence.first->second, sequence.first->first),
                                          number(sequence.next->second, sequence.next->first)});
        const auto compiled = [&](const char* key) -> std::optional<Program::Fit> {
            const auto found = source_.fits.find(key);
            return found == source_.fits.end() ? std::nullopt : std::optional(fit(found->second.first, found->second.second));
        };
        program_.start = compiled("start");
        program_.step = compiled("step");
        program_.evaluated = compiled("evaluate");
        return std::move(program_);
    }

  private:
    /// Every name that means nothing else is a parameter.
    void find_parameters()
    {
        std::set<std::string> found{"lambda"};  // the ridge of fits that name none
        const auto look = [&](const Line& line, const Term& whole) {
            for_each(whole, [&](const Term& term) {
                if (!term.is_name()) return;
                if (term.name == "n")
                    complain(line, term.place,
                             "nothing in a chain depends on n, for all n share one chain; t is the number of the fit");
                const bool sequence = std::ranges::count(names_.sequences, term.name) > 0;
                if (sequence) complain(line, term.place, fmt::format("{} is a sequence; write {}(t)", term.name, term.name));
                if (!reserved.contains(term.name) && std::ranges::count(names_.others, term.name) == 0) found.insert(term.name);
            });
        };
        for (const auto* entry : source_.terms()) look(entry->first, entry->second);
        for (auto& [key, fit] : source_.fits) for_each(fit.second, [&, &line = fit.first](Term& term) { look(line, term); });
        program_.parameters.assign(found.begin(), found.end());
        names_.variables = {"t", "g"};
        names_.variables.insert(names_.variables.end(), found.begin(), found.end());
        program_.lambda = static_cast<std::size_t>(std::ranges::find(names_.variables, "lambda") - names_.variables.begin());
    }

    void forbid(const Term& whole, const Line& line, const char* name, const char* reason) const
    {
        for_each(whole, [&](const Term& term) {
            if (term.is_name() && term.name == name) complain(line, term.place, reason);
        });
    }

    /// A number that does not depend on the ridge of the cell.
    Expression number(const Term& term, const Line& line) const
    {
        forbid(term, line, "lambda", "only ridges may depend on lambda, for all values of lambda share their draws");
        return Expression(term, names_, line);
    }

    Program::Kind kind(const Line& line, const Term& term) const
    {
        Program::Kind result{own_name(line), number(term.arguments[0], line), false, {}, line};
        for (std::size_t i = 1; i < term.arguments.size(); ++i) {
            const Term& option = term.arguments[i];
            if (option.is_name() && option.name == "once") result.once = true;
            else if (is_call(option, "spectrum") && option.arguments.size() == 1) result.beta = number(option.arguments[0], line);
            else complain(line, option.place, "rows take their number, then `once` or spectrum(beta)");
        }
        return result;
    }

    Program::Fit fit(const Line& line, const FitTerm& term)
    {
        Program::Fit result{line, {}, Expression(0), true, {}};
        for (const UseTerm& use : term.uses) {
            const auto found = std::ranges::find(program_.kind_names, use.rows);
            if (found == program_.kind_names.end()) {
                const std::string guess = support::nearest(use.rows, program_.kind_names);
                complain(line, use.place,
                         fmt::format("{} are no rows that [chain] defines{}; add {} = rows(T)", use.rows,
                                     guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess), use.rows));
            }
            const auto optional = [&](const std::optional<Term>& part) {
                return part ? std::optional(number(*part, line)) : std::nullopt;
            };
            forbid(use.labels, line, "lambda", "only ridges may depend on lambda, for all values of lambda share their draws");
            result.uses.push_back({static_cast<std::size_t>(found - program_.kind_names.begin()), number(use.first, line),
                                   optional(use.last), optional(use.weight), optional(use.share),
                                   LabelRule(use.labels, names_, program_.teacher_names, line, program_.noises)});
            validate(use.weight.has_value() == term.uses.front().weight.has_value() && !(use.weight && term.subsample),
                     "{} = {} weighs some of its rows by `weight` and others by their number; give all of them a weight, or none{}",
                     line.key, line.text, term.subsample ? ", as a subsample has none" : "");
        }
        const auto no_g = [&](const std::optional<Term>& part) {
            if (part)
                forbid(*part, line, "g", "g is the generation in which rows were drawn; a ridge or subsample is of all of them");
        };
        no_g(term.ridge), no_g(term.subsample);
        if (term.ridge) result.ridge = Expression(*term.ridge, names_, line);
        else result.ridge = Expression(Term{"lambda"}, names_, line);
        result.swept = result.ridge.uses(program_.lambda);
        if (term.subsample) result.subsample = number(*term.subsample, line);
        return result;
    }

    Source source_;
    Names names_;
    Program program_;
};

}  // namespace

Program compile(const std::vector<std::pair<std::string, std::string>>& lines) { return Compiler(read(lines))(); }

}  // namespace collapse::language
