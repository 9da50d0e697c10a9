#include "collapse/estimator/kernel.hpp"

#include <algorithm>

#include "collapse/estimator/factorisation.hpp"
#include "collapse/numerics/exponential.hpp"
#include "collapse/problem/find.hpp"

namespace collapse::estimator {

const Kernel& kernel_called(const std::string& name) { return problem::find_entry(kernels(), "kernel", name); }

problem::Description ridge_description()
{
    return {.name = "ridge",
            .summary = "argmin |y - X w|^2 / T + lambda |w|^2; lambda = 0 is the minimum-norm least-squares fit",
            .parameters = {"T", "lambda"},
            .options = {factorisation_option()},
            .citations = {"DFK"}};
}

problem::Description kernel_ridge_description()
{
    return {.name = "kernel_ridge",
            .summary = "the same in the space of a kernel, on the rows of a data set ([data])",
            .parameters = {"T", "lambda"},
            .options = {factorisation_option()},
            .citations = {"CLKZ"}};
}

bool is_estimator_option(const std::string& name)
{
    const auto has = [&](const problem::Description& description) {
        return std::ranges::find(description.options, name, &problem::Option::name) != description.options.end();
    };
    return has(kernel_ridge_description()) ||
           std::ranges::any_of(kernels(), [&](const Kernel* kernel) { return has(kernel->describe()); });
}

data::EachColumn exponential(const problem::Choices& choices)
{
    // NOLINTNEXTLINE(performance-unnecessary-value-param): a view, whose entries change
    return [gamma = choices.at("gamma").number()](Index, Eigen::Ref<Vector> column) { numerics::exponentiate(column, -gamma); };
}

problem::Option gamma_option()
{
    return {"gamma",
            {},
            "",
            "kernel: scale, a positive number; rows have a mean squared norm of 1",
            {.kind = problem::Domain::Kind::number, .least = 0, .open = true}};
}

}  // namespace collapse::estimator
