#include <charconv>

#include <boost/spirit/home/x3.hpp>

#include "collapse/language/term.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::language {

namespace x3 = boost::spirit::x3;

namespace {

using Letter = const char*;
using Range = boost::iterator_range<Letter>;

struct start_of_line;

/// Semantic actions.
const auto take = [](auto& context) { x3::_val(context) = x3::_attr(context); };

const auto as_number = [](auto& context) {
    const Range digits = x3::_attr(context);
    std::from_chars(digits.begin(), digits.end(), x3::_val(context).number);  // nearest double, unlike the parsers of numbers in X3
};

const auto as_name = [](auto& context) {
    const Range letters = x3::_attr(context);
    x3::_val(context).name.assign(letters.begin(), letters.end());
    x3::_val(context).place = static_cast<std::size_t>(letters.begin() - x3::get<start_of_line>(context));
};

const auto add_argument = [](auto& context) { x3::_val(context).arguments.push_back(x3::_attr(context)); };

auto unary(const char* name)
{
    return [name](auto& context) { x3::_val(context) = Term{name, 0, {x3::_attr(context)}}; };
}

auto binary(const char* name)
{
    return [name](auto& context) { x3::_val(context) = Term{name, 0, {x3::_val(context), x3::_attr(context)}}; };
}

const auto letter = x3::alnum | x3::char_('_');

auto word(const char* text) { return x3::lexeme[x3::lit(text) >> !letter]; }

const auto a_word = word("fit") | word("and") | word("to") | word("weight") | word("share") | word("ridge") | word("subsample");

/// Names of rules are what messages say was expected.
template <class Id, class Attribute>
using Rule = x3::rule<Id, Attribute>;

const Rule<struct number_id, Term> number = "a number";
const Rule<struct name_id, Term> name = "a name";
const Rule<struct atom_id, Term> atom = "an expression";
const Rule<struct power_id, Term> power = "an expression";
const Rule<struct signed_id, Term> signed_power = "an expression";
const Rule<struct product_id, Term> product = "an expression";
const Rule<struct sum_id, Term> sum = "an expression";
const Rule<struct expression_id, Term> expression = "an expression";
const Rule<struct use_id, UseTerm> use = "rows, such as X(t) to truth";
const Rule<struct fit_id, FitTerm> fit = "a fit, such as fit X(t) to truth";
const Rule<struct closing_id, x3::unused_type> closing = "a closing parenthesis";
const Rule<struct opening_id, x3::unused_type> opening = "an opening parenthesis";
const Rule<struct option_id, x3::unused_type> option = "ridge or subsample";
const Rule<struct to_id, x3::unused_type> to = "`to` and labels";
const Rule<struct end_id, x3::unused_type> end = "an operator or the end of the line";

const auto exponent = x3::char_("eE") >> -x3::char_("+-") >> +x3::digit;
const auto fraction = x3::lit('.') >> +x3::digit;  // so that 0..t is a range

const auto number_def = x3::raw[x3::lexeme[((+x3::digit >> -fraction) | fraction) >> -exponent]][as_number];
const auto name_def = x3::raw[x3::lexeme[(x3::alpha | x3::char_('_')) >> *letter] - a_word][as_name];
const auto closing_def = x3::omit[x3::lit(')')];
const auto opening_def = x3::omit[x3::lit('(')];
const auto to_def = x3::omit[word("to")];
const auto option_def = &(word("ridge") | word("subsample"));
const auto end_def = x3::omit[x3::eoi];
const auto atom_def = number[take] | (x3::lit('(') > expression[take] > closing) |
                      (name[take] >> -(x3::lit('(') > (expression[add_argument] % ',') > closing));
const auto power_def = atom[take] >> -(x3::lit('^') > signed_power[binary("^")]);
const auto signed_power_def = (x3::lit('-') > signed_power[unary("-")]) | (x3::lit('+') > signed_power[take]) | power[take];
const auto product_def = signed_power[take] >>
                         *((x3::lit('*') > signed_power[binary("*")]) | (x3::lit('/') > signed_power[binary("/")]));
const auto sum_def = product[take] >> *((x3::lit('+') > product[binary("+")]) | (x3::lit('-') > product[binary("-")]));
const auto expression_def = sum[take] >> -((x3::lit("<=") > sum[binary("<=")]) | (x3::lit(">=") > sum[binary(">=")]) |
                                           (x3::lit("==") > sum[binary("==")]) | (x3::lit('<') > sum[binary("<")]) |
                                           (x3::lit('>') > sum[binary(">")]));

const auto set_rows = [](auto& context) {
    x3::_val(context).rows = x3::_attr(context).name;
    x3::_val(context).place = x3::_attr(context).place;
};
const auto use_def = name[set_rows] > opening > expression[([](auto& c) { x3::_val(c).first = x3::_attr(c); })] >
                     -(x3::lit("..") > expression[([](auto& c) { x3::_val(c).last = x3::_attr(c); })]) > closing >
                     *((word("weight") > expression[([](auto& c) { x3::_val(c).weight = x3::_attr(c); })]) |
                       (word("share") > expression[([](auto& c) { x3::_val(c).share = x3::_attr(c); })])) > to
                     > expression[([](auto& c) { x3::_val(c).labels = x3::_attr(c); })];
const auto add_use = [](auto& context) { x3::_val(context).uses.push_back(x3::_attr(context)); };
const auto fit_def = x3::omit[-word("fit")] >> use[add_use] >> *(word("and") > use[add_use]) >>
                     *(x3::lit(',') > option >
                       ((word("ridge") > expression[([](auto& c) { x3::_val(c).ridge = x3::_attr(c); })]) |
                        (word("subsample") > expression[([](auto& c) { x3::_val(c).subsample = x3::_attr(c); })])));

BOOST_SPIRIT_DEFINE(number, name, atom, power, signed_power, product, sum, expression, use, fit, closing, opening, option, to, end)

/// What to say if a word of the grammar stands where a name should.
std::string word_at(Range text)
{
    Letter place = text.begin();
    std::string found;
    const auto whole = x3::raw[a_word];
    Range letters;
    if (x3::phrase_parse(place, text.end(), whole, x3::space, letters)) found.assign(letters.begin(), letters.end());
    return found.empty() ? "" : fmt::format(" (\"{}\" is a word of the language; choose another name)", found);
}

template <class Parser, class Result>
Result parse(const Line& line, const Parser& parser, Result result)
{
    const Letter first = line.text.data(), last = first + line.text.size();
    Letter place = first;
    try {
        const bool good = x3::phrase_parse(place, last, x3::with<start_of_line>(first)[x3::eps > parser > end], x3::space, result);
        support::ensure(good, "a grammar that expects everything throws where it does not find it");
    } catch (const x3::expectation_failure<Letter>& failure) {
        const std::string which = failure.which();  // the name of a rule, or, if an action belongs to it, a mangled type
        const std::string what = which.find(' ') == std::string::npos ? "an expression" : which;
        complain(line, static_cast<std::size_t>(failure.where() - first),
                 "expected " + what + (what == "an expression" ? word_at({failure.where(), last}) : ""));
    }
    return result;
}

}  // namespace

Term parse_expression(const Line& line) { return parse(line, expression, Term{}); }

FitTerm parse_fit(const Line& line) { return parse(line, fit, FitTerm{}); }

bool is_name(const std::string& text)
{
    Letter place = text.data();
    const Letter last = place + text.size();
    return x3::parse(place, last, (x3::lexeme[x3::alpha >> *letter] - a_word) >> x3::eoi);
}

void complain(const Line& line, std::size_t place, const std::string& reason)
{
    const std::size_t next = std::min(line.text.find_first_not_of(' ', place), line.text.size());
    throw support::InvalidInput(
        fmt::format("{} = {} cannot be read at position {}{}: {}; correct the line there", line.key, line.text, next + 1,
                    next < line.text.size() ? fmt::format(", before \"{}\"", line.text.substr(next, 20)) : ", its end", reason));
}

}  // namespace collapse::language
