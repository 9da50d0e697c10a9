#include "collapse/app/chain_file.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include "collapse/problem/model.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

using nlohmann::json;
using numerics::Array;
using numerics::Index;
using numerics::Matrix;
using support::validate;

namespace {

constexpr double tolerance = 1e-10;  ///< relative, of a covariance's symmetry and of its smallest eigenvalues
constexpr double most_directions = 1e6;

double number(const json& value, const std::string& where)
{
    validate(value.is_number() && std::isfinite(value.get<double>()), "{} is {}, no finite number; give one", where, value.dump());
    return value.get<double>();
}

Array array(const json& value, const std::string& where, std::size_t size, const char* what)
{
    validate(value.is_array(), "{} is no list; give {} numbers, one for each {}", where, size, what);
    validate(value.size() == size, "{} has {} entries; give {}, one for each {}", where, value.size(), size, what);
    Array result(static_cast<Index>(size));
    for (std::size_t i = 0; i < size; ++i) result[static_cast<Index>(i)] = number(value[i], fmt::format("{}[{}]", where, i));
    return result;
}

Matrix matrix(const json& value, const std::string& where, std::size_t rows, std::size_t columns, const char* what, const char* of)
{
    validate(value.is_array() && value.size() == rows, "{} has {} rows; give {}, one for each {}", where,
             value.is_array() ? value.size() : 0, rows, what);
    Matrix result(static_cast<Index>(rows), static_cast<Index>(columns));
    for (std::size_t i = 0; i < rows; ++i)
        result.row(static_cast<Index>(i)) = array(value[i], fmt::format("{}[{}]", where, i), columns, of).matrix().transpose();
    return result;
}

void check_keys(const json& object, const std::string& where, const std::vector<std::string>& required,
                const std::vector<std::string>& optional)
{
    validate(object.is_object(), "{} is no object; write {{\"{}\": ..., ...}}", where, required.front());
    std::vector<std::string> known = required;
    known.insert(known.end(), optional.begin(), optional.end());
    for (const auto& [key, value] : object.items()) {
        const std::string guess = support::nearest(key, known);
        validate(std::ranges::find(known, key) != known.end(), "{} has an unknown key {}{}; known are {}", where, key,
                 guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess), support::enumerate(known));
    }
    for (const std::string& key : required) validate(object.contains(key), "{} has no {}; add it", where, key);
}

/// L with L L' = covariance, lower-triangular: its columns are independent sources. A column without variance is zero.
Matrix sources_of(const Matrix& covariance, const std::string& where)
{
    const Index size = covariance.rows();
    const double scale = covariance.diagonal().cwiseAbs().maxCoeff();
    const double slack = tolerance * scale;
    Matrix factor = Matrix::Zero(size, size);
    for (Index t = 0; t < size; ++t)
        for (Index u = 0; u <= t; ++u) {
            validate(std::abs(covariance(t, u) - covariance(u, t)) <= slack,
                     "{}[{}][{}] = {} but {}[{}][{}] = {}; a covariance is symmetric", where, t, u, covariance(t, u), where, u, t,
                     covariance(u, t));
            const double rest = covariance(t, u) - factor.row(t).head(u).dot(factor.row(u).head(u));
            if (t == u) {
                validate(rest >= -slack,
                         "{} is no covariance: what is left for fit {} after the fits before it is a variance of {:.3g}; give a "
                         "matrix without negative eigenvalues",
                         where, t, rest);
                factor(t, t) = rest > slack ? std::sqrt(rest) : 0;
            } else if (factor(u, u) > 0) factor(t, u) = rest / factor(u, u);
            else
                validate(std::abs(rest) <= std::sqrt(tolerance) * scale,
                         "{} is no covariance: fits {} and {} have a covariance of {} that the variance of fit {} does not allow; "
                         "give a matrix without negative eigenvalues",
                         where, t, u, covariance(t, u), u);
        }
    return factor;
}

struct BlockText {
    double T;
    Array a, p;
    Matrix C, c, sources;
};

BlockText read_block(const json& object, const std::string& where, std::size_t fits, std::size_t teachers, bool drawn)
{
    check_keys(object, where, {"T", "a", "C", "noise"}, {"p", "c", "eigenvalues"});
    const auto key = [&](const char* name) { return fmt::format("{}.{}", where, name); };
    BlockText block{
        .T = number(object["T"], key("T")),
        .a = array(object["a"], key("a"), fits, "fit"),
        .p = object.contains("p") ? array(object["p"], key("p"), fits, "fit") : Array(Array::Ones(static_cast<Index>(fits))),
        .C = matrix(object["C"], key("C"), fits, fits, "fit", "model"),
        .c = object.contains("c") ? matrix(object["c"], key("c"), fits, teachers, "fit", "teacher")
                                  : Matrix(Matrix::Zero(static_cast<Index>(fits), static_cast<Index>(teachers))),
        .sources = sources_of(matrix(object["noise"], key("noise"), fits, fits, "fit", "fit"), key("noise"))};
    validate(block.T > 0 && block.T < 1e15, "{} = {}: a block needs rows; give a positive number", key("T"), block.T);
    validate(!drawn || block.T == std::floor(block.T),
             "{} = {} rows cannot be drawn; give a whole number, or leave --replicates out", key("T"), block.T);
    for (std::size_t i = 0; i < fits; ++i) {
        const auto t = static_cast<Index>(i);
        validate(block.a[t] >= 0, "{}[{}] = {}: a weight below 0; give 0 or more", key("a"), i, block.a[t]);
        validate(block.p[t] >= 0 && block.p[t] <= 1, "{}[{}] = {} is no share of rows; give 0 to 1", key("p"), i, block.p[t]);
        if (drawn) block.p[t] = std::round(block.p[t] * block.T) / block.T;
        for (Index s = t; s < block.C.cols() && block.a[t] > 0; ++s)
            validate(block.C(t, s) == 0, "{}[{}][{}] = {}: fit {} uses model {}, which is not fitted before it; give 0", key("C"),
                     i, s, block.C(t, s), i, s);
    }
    return block;
}

problem::Use use_of(const BlockText& block, const problem::Block& rows, Index t)
{
    problem::Use use{rows, block.a[t], {}, block.p[t]};
    const auto collect = [&](const Matrix& shares, std::vector<problem::Share>& into) {
        for (Index k = 0; k < shares.cols(); ++k)
            if (shares(t, k) != 0) into.push_back({static_cast<double>(k), shares(t, k)});
    };
    collect(block.C, use.labels.models);
    collect(block.c, use.labels.teachers);
    for (Index source = 0; source <= t; ++source)
        if (block.sources(t, source) != 0) use.labels.noise.push_back({static_cast<double>(source), block.sources(t, source)});
    return use;
}

json parse(const std::filesystem::path& path)
{
    std::error_code ignored;
    validate(!std::filesystem::is_directory(path, ignored), "{} is a directory; give a file of JSON", path.string());
    std::ifstream file(path);
    validate(file.good(), "cannot read {} ({}); check its name and permissions", path.string(),
             std::filesystem::exists(path, ignored) ? "no permission" : "no such file");
    try {
        return json::parse(file);
    } catch (const json::parse_error& error) {
        const std::string what = error.what();
        throw support::InvalidInput(fmt::format("{} is no JSON: {}; correct it there", path.string(),
                                                what.substr(std::min(what.size(), what.find("] ") + 2))));
    }
}

/// The eigenvalues and the truth.
void read_problem(const json& root, const std::string& where, ChainFile& chain)
{
    const double d = number(root["d"], where + ": d");
    validate(d >= 1 && d == std::floor(d) && d <= most_directions,
             "{}: d = {} is no dimension; give a whole number from 1 to {:.0e}", where, d, most_directions);
    const bool arrays = root.contains("eigenvalues") || root.contains("coefficients");
    const bool laws = root.contains("alpha") || root.contains("beta");
    validate(arrays != laws, "{}: the problem is not given once; give either alpha and beta, or eigenvalues and coefficients",
             where);
    const auto size = static_cast<std::size_t>(d);
    const auto need = [&](const char* key) { validate(root.contains(key), "{} has no {}; add it", where, key); };
    if (arrays) {
        need("eigenvalues"), need("coefficients");
        chain.nodes.eigenvalue = array(root["eigenvalues"], where + ": eigenvalues", size, "direction");
        chain.truth = array(root["coefficients"], where + ": coefficients", size, "direction");
        chain.nodes.weight = Array::Ones(static_cast<Index>(size));
        chain.nodes.index = Array::LinSpaced(static_cast<Index>(size), 1, d);
    } else {
        need("alpha"), need("beta");
        const problem::Cell cell{
            .alpha = number(root["alpha"], where + ": alpha"), .beta = number(root["beta"], where + ": beta"), .d = d};
        const rng::Draws none(rng::Key(0), 0);
        const problem::LinearModel model = problem::instance_of({}, cell, none);
        chain.nodes.eigenvalue = model.eigenvalues.array();
        chain.truth = model.teacher.array();
        chain.nodes.weight = Array::Ones(static_cast<Index>(size));
        chain.nodes.index = Array::LinSpaced(static_cast<Index>(size), 1, d);
    }
    validate((chain.nodes.eigenvalue >= 0).all() && chain.nodes.eigenvalue.maxCoeff() > 0,
             "{}: eigenvalues are not those of a covariance, the smallest is {}; give numbers of 0 or more, not all 0", where,
             chain.nodes.eigenvalue.minCoeff());
    chain.nodes.coefficient2 = chain.truth.square();
}

}  // namespace

ChainFile read_chain(const std::filesystem::path& path, bool drawn)
{
    const json root = parse(path);
    const std::string name = path.string();
    check_keys(root, name, {"d", "ridge", "blocks"}, {"alpha", "beta", "eigenvalues", "coefficients", "deltas"});
    ChainFile chain;
    read_problem(root, name, chain);
    const auto d = static_cast<std::size_t>(chain.truth.size());
    validate(root["ridge"].is_array() && !root["ridge"].empty(), "{}: ridge is {}; give a list with the ridge of every fit", name,
             root["ridge"].dump());
    chain.fits = root["ridge"].size();
    const Array ridges = array(root["ridge"], "ridge", chain.fits, "fit");
    for (std::size_t t = 0; t < chain.fits; ++t)
        validate(ridges[static_cast<Index>(t)] >= 0, "ridge[{}] = {} is below 0; give 0 (minimum norm) or more", t,
                 ridges[static_cast<Index>(t)]);
    const json deltas = root.value("deltas", json::array());
    validate(deltas.is_array(), "deltas is no list; give one of {} numbers for each teacher", d);
    for (std::size_t k = 0; k < deltas.size(); ++k)
        chain.scheme.teachers.push_back({.delta = array(deltas[k], fmt::format("deltas[{}]", k), d, "direction")});

    std::vector<problem::Fit> fits;
    for (std::size_t t = 0; t < chain.fits; ++t) fits.push_back({.ridges = {ridges[static_cast<Index>(t)]}, .swept = false});
    validate(root["blocks"].is_array() && !root["blocks"].empty(), "{}: blocks is {}; give a list with at least one block of rows",
             name, root["blocks"].is_array() ? "empty" : "no list");
    for (std::size_t b = 0; b < root["blocks"].size(); ++b) {
        const std::string where = fmt::format("blocks[{}]", b);
        const json& object = root["blocks"][b];
        const BlockText block = read_block(object, where, chain.fits, deltas.size(), drawn);
        const bool used = (block.a > 0).any();
        problem::Block rows{static_cast<int>(b), 0, block.T, 0};
        if (object.contains("eigenvalues")) {
            const Array own = array(object["eigenvalues"], where + ".eigenvalues", d, "direction");
            validate((own >= 0).all(), "{}.eigenvalues has {}; eigenvalues of a covariance are 0 or more", where, own.minCoeff());
            chain.scheme.spectra.push_back({.eigenvalue = own});
            rows.spectrum = static_cast<int>(chain.scheme.spectra.size());
        }
        // A block is born with the first fit that uses it.
        for (std::size_t t = 0; used && block.a[static_cast<Index>(t)] == 0; ++t) rows.generation = static_cast<double>(t + 1);
        for (std::size_t t = 0; t < chain.fits; ++t) {
            const auto i = static_cast<Index>(t);
            if (block.a[i] > 0 && block.p[i] > 0) fits[t].uses.push_back(use_of(block, rows, i));
        }
    }
    for (std::size_t t = 0; t < chain.fits; ++t) {
        double taking_part = 0;
        for (const problem::Use& use : fits[t].uses) taking_part += use.share * use.block.rows;
        validate(taking_part > 0, "fit {0} has no rows: in every block a[{0}] or p[{0}]{1} is 0; give one of them a weight", t,
                 drawn ? " T, rounded," : "");
        chain.rows.push_back(taking_part);
    }
    chain.scheme.repeats_from = std::numeric_limits<double>::infinity();
    chain.scheme.generation = [fits](double t) { return fits[std::min(static_cast<std::size_t>(t), fits.size() - 1)]; };
    return chain;
}

}  // namespace collapse::app
