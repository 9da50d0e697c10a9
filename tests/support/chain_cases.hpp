#pragma once

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include <Eigen/Eigenvalues>
#include <nlohmann/json.hpp>

#include "collapse/problem/scheme.hpp"
#include "collapse/problem/spectrum.hpp"

namespace collapse::test {

/// One chain of tests/data/chain_cases.json, computed by tests/oracle/chain.py.
struct ChainCase {
    problem::Nodes nodes;
    std::vector<numerics::Array> spectra;
    std::vector<problem::OtherTeacher> teachers;
    std::vector<problem::Fit> fits;
    std::vector<double> ridge, bias, variance;
};

/// A covariance of one row's noise in all fits as independent sources: size of source k in fit t is V_tk sqrt(value_k).
inline std::vector<std::vector<problem::Noise>> noise_sources(const numerics::Matrix& covariance)
{
    const Eigen::SelfAdjointEigenSolver<numerics::Matrix> solver(covariance);
    std::vector<std::vector<problem::Noise>> result(static_cast<std::size_t>(covariance.rows()));
    for (numerics::Index t = 0; t < covariance.rows(); ++t)
        for (numerics::Index k = 0; k < covariance.rows(); ++k)
            if (const double value = solver.eigenvalues()[k]; value > 1e-14)
                result[static_cast<std::size_t>(t)].push_back(
                    {static_cast<double>(k), solver.eigenvectors()(t, k) * std::sqrt(value)});
    return result;
}

inline ChainCase chain_case(const nlohmann::json& from)
{
    ChainCase result;
    for (const auto& [name, values] : {std::pair{"ridge", &result.ridge}, {"bias", &result.bias}, {"variance", &result.variance}})
        *values = from[name].get<std::vector<double>>();
    const auto d = from["d"].get<numerics::Index>();
    problem::Nodes& nodes = result.nodes;
    nodes.weight = numerics::Array::Ones(d);
    nodes.index = numerics::Array::LinSpaced(d, 1, static_cast<double>(d));
    nodes.eigenvalue = nodes.index.pow(-from["beta"].get<double>());
    nodes.coefficient2 = nodes.index.pow(-from["alpha"].get<double>());
    nodes.coefficient2 /= nodes.sum(nodes.eigenvalue * nodes.coefficient2);
    for (const double size : from.value("delta", std::vector<double>{}))
        result.teachers.push_back({.delta = size * (1 + 3 * nodes.index).cos()});
    const std::size_t fits = result.ridge.size();
    for (const double ridge : result.ridge) result.fits.push_back({{ridge}, {}});
    int kind = 0;
    for (const auto& block : from["blocks"]) {
        problem::Block rows{.kind = kind++, .rows = block["T"]};
        if (block.contains("shift")) {
            result.spectra.push_back(block["shift"][0].get<double>() * nodes.index.pow(-block["shift"][1].get<double>()));
            rows.spectrum = static_cast<int>(result.spectra.size());
        }
        numerics::Matrix covariance =
            numerics::Matrix::Zero(static_cast<numerics::Index>(fits), static_cast<numerics::Index>(fits));
        for (const auto& entry : block["noise"]) covariance(entry[0].get<int>(), entry[1].get<int>()) = entry[2];
        const auto noise = noise_sources(covariance);
        for (std::size_t t = 0; t < fits; ++t) {
            if (block["a"][t] == 0) continue;
            problem::Use use{.block = rows, .weight = block["a"][t], .labels = {}};
            for (const auto& entry : block["C"])
                if (entry[0] == t) use.labels.models.push_back({entry[1], entry[2]});
            if (block.contains("c"))
                for (std::size_t k = 0; k < result.teachers.size(); ++k)
                    use.labels.teachers.push_back({static_cast<double>(k), block["c"][t][k]});
            use.labels.noise = noise[t];
            if (block.contains("p")) use.share = block["p"][t];
            result.fits[t].uses.push_back(use);
        }
    }
    return result;
}

inline std::vector<ChainCase> chain_cases()
{
    std::ifstream file(std::string(COLLAPSE_TEST_DATA) + "/chain_cases.json");
    std::vector<ChainCase> cases;
    for (const auto& entry : nlohmann::json::parse(file)) cases.push_back(chain_case(entry));
    return cases;
}

}  // namespace collapse::test
