#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "collapse/problem/cell.hpp"
#include "collapse/problem/scheme.hpp"

namespace collapse::language {

struct Program;

/// A protocol that a user has written: the lines of the section [chain], compiled (CHAINS.md beside the sources).
///
///   X = rows(T)                     kinds of rows and their numbers; rows(T, once): X(0), X(1), ... are labels of the same rows;
///   far = teacher(distance)         rows(T, spectrum(b)): eigenvalues j^-b; a teacher at this squared distance from the truth
///   q = 1 - w                       abbreviations, over parameters of the grid, the generation t, and others before or after
///   v(0) = 1, v(t) = 1 / (1 + v(t-1))     sequences, by recursion
///   start = fit X(0) to truth + sigma*noise, ridge lambda           the first fit; without it: the step with t = 0
///   step = fit X(0..t-1) to labels(t-1) and X(t) to model(t-1) + sigma0*noise, ridge lambda       fits t = 1, 2, ...
///   evaluate = fit Y(0) to model(t-1) + sigma*noise                 the evaluated model after t = n fits; without it: fit n
///
/// X(a..b): rows drawn in generations a to b, of which each is called g. model(-1) is the truth. All rows of a fit weigh the same,
/// 1 / (their number), unless each USE has a `weight`, which its rows share. `share p`: part of its rows, drawn anew for the fit;
/// `subsample m`: of all rows.
class Chain {
  public:
    /// Throws InvalidInput: one sentence with the line, the position, the reason, the nearest known name.
    explicit Chain(const std::vector<std::pair<std::string, std::string>>& lines);

    /// Names of the parameters that occur, in alphabetical order; those that are none of problem::parameters() are its own.
    const std::vector<std::string>& parameters() const;
    /// Names of the kinds of rows, by problem::Block::kind, and of the teachers.
    const std::vector<std::string>& kinds() const;
    const std::vector<std::string>& teachers() const;

    /// The scheme of a row of cells; its functions throw InvalidInput if the lines make no sense for this cell or generation.
    problem::Scheme scheme(const problem::Cell& cell, const std::vector<double>& ridges) const;

    /// Looks at the first fits and at the model evaluated after `n`. Throws InvalidInput, also if rows that are to be drawn are not
    /// whole.
    void check(const problem::Cell& cell, const std::vector<double>& ridges, double n, bool drawn) const;

  private:
    std::shared_ptr<const Program> program_;
};

}  // namespace collapse::language
