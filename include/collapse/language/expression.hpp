#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "collapse/language/term.hpp"

namespace collapse::language {

/// The names that an expression may use.
struct Names {
    std::vector<std::string> variables;  ///< value number i of an evaluation belongs to the i-th
    std::vector<std::string> sequences;  ///< functions of one generation
    std::vector<std::string> others{};   ///< that mean something else: for messages
};

/// What an expression is evaluated on.
struct Values {
    std::vector<double> variables;
    /// Value of sequence number i at some generation.
    std::function<double(std::size_t sequence, double generation)> sequence{};
};

/// Arithmetic over named numbers, compiled: + - * / ^, comparisons (1 or 0), min, max, sqrt, exp, log, round, floor, ceil, abs and
/// if(condition, then, else), of which only the part that counts is evaluated.
class Expression {
  public:
    /// Throws InvalidInput: the line, the place, the nearest known name.
    Expression(const Term& term, const Names& names, const Line& line);
    explicit Expression(double number) : number_(number) {}

    double operator()(const Values& values) const;

    /// Whether the value depends on variable number `variable`.
    bool uses(std::size_t variable) const;
    bool uses_sequences() const;

  private:
    using Function = double (*)(std::span<const double>);
    enum class Kind { number, variable, sequence, choice, function };

    Kind kind_ = Kind::number;
    double number_ = 0;
    std::size_t index_ = 0;
    Function function_ = nullptr;
    std::vector<Expression> arguments_;
};

/// Whether `name` is that of a function of expressions.
bool is_function(const std::string& name);

}  // namespace collapse::language
