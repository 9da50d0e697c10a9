#include "collapse/protocol/chain.hpp"

#include <algorithm>
#include <cmath>

namespace collapse::protocol {

std::vector<std::size_t> ridges_where(const Row& row, const std::function<bool(double)>& predicate)
{
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < row.lambda.size(); ++i)
        if (predicate(row.lambda[i])) numbers.push_back(i);
    return numbers;
}

std::vector<double> ridges_of(const Row& row, const std::vector<std::size_t>& numbers)
{
    std::vector<double> ridges;
    for (const std::size_t i : numbers) ridges.push_back(row.lambda[i]);
    return ridges;
}

std::vector<double> finite_generations(const Row& row)
{
    std::vector<double> finite;
    for (const double n : row.generations)
        if (std::isfinite(n)) finite.push_back(n);
    std::ranges::sort(finite);
    finite.erase(std::unique(finite.begin(), finite.end()), finite.end());
    return finite;
}

void simulate_chain(const Protocol& protocol, const Row& row, const Replicate& replicate, const std::vector<std::size_t>& ridges,
                    const Generation& next, Table<Errors>& errors)
{
    if (ridges.empty()) return;
    const auto count = static_cast<Index>(ridges.size());
    Matrix weights;
    for (double t = 0; t <= row.last_generation(); ++t) {
        weights = next(t, weights);
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            if (row.generations[j] != t) continue;
            for (Index i = 0; i < count; ++i) {
                const std::size_t ridge = ridges[static_cast<std::size_t>(i)];
                if (reason_not_simulated(protocol, row.at(ridge, j), replicate.choices) == support::Reason::none)
                    errors(ridge, j) = replicate.errors(weights.col(i), weights.col(count + i));
            }
        }
    }
}

Matrix real_labels(const Matrix& truth, const Vector& noise, std::size_t ridges)
{
    const auto count = static_cast<Index>(ridges);
    Matrix labels(noise.size(), 2 * count);
    labels.leftCols(count).colwise() = truth.col(0);
    labels.rightCols(count).colwise() = noise;
    return labels;
}

void mark_infinite(const Protocol& protocol, const Row& row, const Choices& choices, Table<Prediction>& predictions)
{
    constexpr double infinite = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < row.lambda.size(); ++i)
        for (std::size_t j = 0; j < row.generations.size(); ++j) {
            if (protocol.obstacle(row.at(i, j), choices) != support::Reason::infinite_error) continue;
            predictions(i, j).asymptotic.variance = predictions(i, j).asymptotic.test_error = predictions(i, j).exact = infinite;
        }
}

}  // namespace collapse::protocol
