#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

/// Three failures, three words: `ensure` (our bug), `validate` (the user's input), and a Reason (the numerics): a computation that
/// breaks down gives NaN, and the cell it belongs to records why.
namespace collapse::support {

/// The user's input is wrong: a config, an option, a file that is not ours. Exit status 2.
class InvalidInput : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The machine refuses: disk, file locks, MPI. Exit status 1.
class SystemFailure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A statement that our own code guarantees does not hold.
class BrokenInvariant : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

/// Throws BrokenInvariant unless `condition` holds.
inline void ensure(bool condition, const char* statement)
{
    if (!condition) throw BrokenInvariant(fmt::format("internal error, please report it: expected that {}", statement));
}

/// Throws InvalidInput unless `condition` holds. The message is one sentence: the value, the reason, the remedy.
template <class... Args>
void validate(bool condition, fmt::format_string<Args...> message, Args&&... args)
{
    if (!condition) throw InvalidInput(fmt::format(message, std::forward<Args>(args)...));
}

/// Why a cell has no simulated value. Stored as `failure` in the result file: append, never renumber.
enum class Reason : unsigned char {
    none = 0,
    infinite_error,  ///< the expected test error is infinite (interpolation threshold), nothing to estimate
    theory_only,     ///< the cell is a limit (n or d infinite) that only theory can reach
    out_of_memory,   ///< the task did not fit into memory
    singular,        ///< a factorisation broke down: a replicate gave NaN
    non_finite,      ///< a replicate overflowed to inf
    exception,       ///< the task threw something else
    not_refined,     ///< [refine] did not come to the cell: nothing changes around it
};
inline constexpr const char* reason_names[] = {"none",     "infinite_error", "theory_only", "out_of_memory",
                                               "singular", "non_finite",     "exception",   "not_refined"};
/// Whether something broke down, as opposed to a cell that was never to be simulated.
inline constexpr bool is_failure(Reason reason) { return reason >= Reason::out_of_memory && reason <= Reason::exception; }
inline constexpr const char* name_of(Reason reason) { return reason_names[static_cast<unsigned char>(reason)]; }

}  // namespace collapse::support
