#include "schema.hpp"

#include <cstring>
#include <type_traits>

namespace collapse::store::schema {

namespace {

/// Simulation minus theory in standard errors; NaN where either is missing, or where both agree without any scatter.
double zscore(const CellResult& cell)
{
    return (cell.mean.test_error - cell.prediction.asymptotic.test_error) / cell.standard_error;
}

problem::Components simulated(const CellResult& cell) { return problem::components_of(cell.mean, cell.clean); }

problem::Components predicted(const CellResult& cell)
{
    return problem::components_of(cell.prediction.asymptotic, cell.prediction.clean);
}

/// A value that is kept as it is: `place` gives where in a result.
template <class Place>
constexpr Access stored(Place)
{
    return {[](const CellResult& cell) { return static_cast<double>(Place{}(cell)); },
            [](CellResult& cell, double value) {
                auto& where = Place{}(cell);
                where = static_cast<std::remove_reference_t<decltype(where)>>(value);
            }};
}

constexpr Access derived(double (*get)(const CellResult&)) { return {get}; }

constexpr std::array table{
    Variable{"sim_test_error", Type::real, Known::with_row, Source::simulation, "1", "simulated test error, mean over replicates",
             stored([](auto& c) -> auto& { return c.mean.test_error; })},
    Variable{"sim_test_error_stderr", Type::real, Known::with_row, Source::simulation, "1",
             "standard error of the simulated test error", stored([](auto& c) -> auto& { return c.standard_error; })},
    Variable{"sim_bias", Type::real, Known::with_row, Source::simulation, "1",
             "simulated test error of the chain without label noise", stored([](auto& c) -> auto& { return c.mean.bias; })},
    Variable{"sim_variance", Type::real, Known::with_row, Source::simulation, "1", "simulated test error caused by label noise",
             stored([](auto& c) -> auto& { return c.mean.variance; })},
    Variable{"sim_generator_error", Type::real, Known::with_row, Source::simulation, "1",
             "simulated test error of the last model before the evaluated one",
             stored([](auto& c) -> auto& { return c.mean.generator_error; })},
    Variable{"sim_clean_bias", Type::real, Known::with_row, Source::simulation, "1",
             "simulated bias without synthetic generations (n = 0)",
             derived([](const CellResult& c) { return simulated(c).clean_bias; })},
    Variable{"sim_clean_variance", Type::real, Known::with_row, Source::simulation, "1",
             "simulated variance without synthetic generations (n = 0)",
             derived([](const CellResult& c) { return simulated(c).clean_variance; })},
    Variable{"sim_collapse_bias", Type::real, Known::with_row, Source::simulation, "1", "simulated bias that the n generations add",
             derived([](const CellResult& c) { return simulated(c).collapse_bias; })},
    Variable{"sim_collapse_variance", Type::real, Known::with_row, Source::simulation, "1",
             "simulated variance that the n generations add",
             derived([](const CellResult& c) { return simulated(c).collapse_variance; })},
    Variable{"sim_regime", Type::flag, Known::with_row, Source::simulation, "1",
             "largest of the four components of the simulated test error",
             derived([](const CellResult& c) { return static_cast<double>(problem::regime_of(simulated(c))); }),
             problem::regime_names},
    Variable{"replicates", Type::integer, Known::with_row, Source::simulation, "1", "replicates behind the simulated values",
             stored([](auto& c) -> auto& { return c.replicates; })},
    Variable{"theory_test_error", Type::real, Known::with_prediction, Source::theory, "1", "asymptotic test error",
             stored([](auto& c) -> auto& { return c.prediction.asymptotic.test_error; })},
    Variable{"theory_bias", Type::real, Known::with_prediction, Source::theory, "1",
             "asymptotic test error of the chain without label noise",
             stored([](auto& c) -> auto& { return c.prediction.asymptotic.bias; })},
    Variable{"theory_variance", Type::real, Known::with_prediction, Source::theory, "1",
             "asymptotic test error caused by label noise",
             stored([](auto& c) -> auto& { return c.prediction.asymptotic.variance; })},
    Variable{"theory_generator_error", Type::real, Known::with_prediction, Source::theory, "1",
             "asymptotic test error of the last model before the evaluated one",
             stored([](auto& c) -> auto& { return c.prediction.asymptotic.generator_error; })},
    Variable{"theory_clean_bias", Type::real, Known::with_prediction, Source::theory, "1",
             "asymptotic bias without synthetic generations (n = 0)",
             stored([](auto& c) -> auto& { return c.prediction.clean.bias; })},
    Variable{"theory_clean_variance", Type::real, Known::with_prediction, Source::theory, "1",
             "asymptotic variance without synthetic generations (n = 0)",
             stored([](auto& c) -> auto& { return c.prediction.clean.variance; })},
    Variable{"theory_collapse_bias", Type::real, Known::with_prediction, Source::theory, "1",
             "asymptotic bias that the n generations add", derived([](const CellResult& c) { return predicted(c).collapse_bias; })},
    Variable{"theory_collapse_variance", Type::real, Known::with_prediction, Source::theory, "1",
             "asymptotic variance that the n generations add",
             derived([](const CellResult& c) { return predicted(c).collapse_variance; })},
    Variable{"theory_regime", Type::flag, Known::with_prediction, Source::theory, "1",
             "largest of the four components of the asymptotic test error",
             derived([](const CellResult& c) { return static_cast<double>(problem::regime_of(predicted(c))); }),
             problem::regime_names},
    Variable{"theory_rate_T", Type::real, Known::with_prediction, Source::theory, "1",
             "d log E / d log T of the asymptotic test error, at fixed exponents of T",
             stored([](auto& c) -> auto& { return c.prediction.rates.T; })},
    Variable{"theory_rate_lambda", Type::real, Known::with_prediction, Source::theory, "1",
             "d log E / d log lambda of the asymptotic test error",
             stored([](auto& c) -> auto& { return c.prediction.rates.lambda; })},
    Variable{"theory_rate_n", Type::real, Known::with_prediction, Source::theory, "1",
             "d log E / d log n of the asymptotic test error; from whole steps of n where the protocol has no others",
             stored([](auto& c) -> auto& { return c.prediction.rates.n; })},
    Variable{"asymptotic_rate_T", Type::real, Known::with_prediction, Source::theory, "1",
             "limit of d log E / d log T for large T by scaling laws, where they apply",
             stored([](auto& c) -> auto& { return c.prediction.rates.asymptotic_T; })},
    Variable{"exact_test_error", Type::real, Known::with_prediction, Source::theory, "1",
             "test error by a formula for finite size, where there is one",
             stored([](auto& c) -> auto& { return c.prediction.exact; })},
    Variable{"zscore", Type::real, Known::with_row, Source::theory, "1",
             "simulated minus asymptotic test error, in standard errors", derived(zscore)},
    Variable{"failure", Type::flag, Known::with_row, Source::simulation, "1", "why there is no simulated value",
             stored([](auto& c) -> auto& { return c.failure; }), support::reason_names},
    Variable{"task_seconds", Type::real, Known::with_row, Source::simulation, "s",
             "core time spent on the cell (an equal share of its row's)", stored([](auto& c) -> auto& { return c.seconds; })},
};

constexpr Variable status_variable{"status",
                                   Type::flag,
                                   Known::with_row,
                                   Source::simulation,
                                   "1",
                                   "state of the cell; where it is pending all other values are void",
                                   stored([](auto& c) -> auto& { return c.status; }),
                                   status_names};

template <class Number>
void store(Number number, std::byte* where)
{
    std::memcpy(where, &number, sizeof number);
}

template <class Number>
Number loaded(const std::byte* where)
{
    Number number;
    std::memcpy(&number, where, sizeof number);
    return number;
}

}  // namespace

std::size_t size_of(Type type) { return type == Type::flag ? 1 : 8; }

hid_t file_type(Type type)
{
    switch (type) {
        case Type::real: return H5T_IEEE_F64LE;
        case Type::integer: return H5T_STD_I64LE;
        default: return H5T_STD_U8LE;
    }
}

std::span<const Variable> variables() { return table; }

const Variable& status() { return status_variable; }

std::vector<std::byte> encode(const Variable& variable, std::span<const CellResult> cells)
{
    const std::size_t size = size_of(variable.type);
    std::vector<std::byte> bytes(cells.size() * size);
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        const double value = variable.access.get(cells[cell]);
        std::byte* where = bytes.data() + cell * size;
        switch (variable.type) {
            case Type::real: store(value, where); break;
            case Type::integer: store(static_cast<std::int64_t>(value), where); break;
            case Type::flag: store(static_cast<std::uint8_t>(value), where); break;
        }
    }
    return bytes;
}

void decode(const Variable& variable, std::span<const std::byte> bytes, std::span<CellResult> cells)
{
    if (variable.access.set == nullptr) return;
    const std::size_t size = size_of(variable.type);
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        const std::byte* where = bytes.data() + cell * size;
        switch (variable.type) {
            case Type::real: variable.access.set(cells[cell], loaded<double>(where)); break;
            case Type::integer: variable.access.set(cells[cell], static_cast<double>(loaded<std::int64_t>(where))); break;
            case Type::flag: variable.access.set(cells[cell], loaded<std::uint8_t>(where)); break;
        }
    }
}

}  // namespace collapse::store::schema
