#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collapse/language/label_rule.hpp"

namespace collapse::language {

/// The compiled lines of a chain. Variables of its expressions are t, g, then the parameters.
struct Program {
    static constexpr std::size_t t = 0, g = 1, first_parameter = 2;

    struct Kind {
        std::string name;
        Expression rows;  ///< t, g: the generation in which they are drawn
        bool once;
        std::optional<Expression> beta;
        Line line;
    };
    struct Use {
        std::size_t kind;
        Expression first;
        std::optional<Expression> last, weight, share;
        LabelRule labels;
    };
    struct Fit {
        Line line;
        std::vector<Use> uses;
        Expression ridge;
        bool swept;
        std::optional<Expression> subsample;
    };
    struct Teacher {
        Expression distance;
        Line line;
    };
    struct Sequence {
        Line line;
        Expression first, next;
    };

    std::vector<std::string> parameters, kind_names, teacher_names;
    std::size_t lambda = 0;  ///< its variable
    std::vector<Kind> kinds;
    std::vector<Teacher> teachers;
    std::vector<Sequence> sequences;
    std::optional<Fit> start, step, evaluated;
    std::size_t noises = 0;
};

Program compile(const std::vector<std::pair<std::string, std::string>>& lines);

}  // namespace collapse::language
