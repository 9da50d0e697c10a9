#include "collapse/estimator/spectral_fit.hpp"

#include <cmath>
#include <limits>

#include "collapse/numerics/lapack.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::estimator {

using numerics::product;
using numerics::product_transposed;
using support::Phase;

namespace {

/// sqrt(a_1) B_1, sqrt(a_2) B_2, .. side by side.
Matrix side_by_side(const std::vector<Design>& blocks, const std::vector<double>& weights)
{
    Index columns = 0;
    for (const Design& block : blocks) columns += block.rows.cols();
    Matrix all(blocks[0].rows.rows(), columns);
    Index place = 0;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        all.middleCols(place, blocks[b].rows.cols()) = std::sqrt(weights[b]) * blocks[b].rows;
        place += blocks[b].rows.cols();
    }
    return all;
}

}  // namespace

SpectralFit::SpectralFit(std::vector<Design> blocks, const std::vector<double>& weights, Meter& meter)
{
    support::ensure(!blocks.empty() && blocks.size() == weights.size(), "every block has a weight");
    meter.measure(Phase::factorisation, [&] {
        if (blocks.size() == 1) {
            Design& block = blocks[0];
            const double root = std::sqrt(weights[0]);
            const bool is_square = block.triangular && block.rows.rows() == block.rows.cols();
            if (root != 1) block.rows *= root;
            auto [values, vectors] = numerics::eigen_decomposition(gram(block));
            eigenvalues_ = values.cwiseMax(0);
            directions_ = is_square ? numerics::lower_product(block.rows, std::move(vectors)) : product(block.rows, vectors);
            blocks_.push_back({{}, {}, block.T / weights[0]});
            return;
        }
        const Matrix rows = side_by_side(blocks, weights);
        const Index d = rows.rows();
        const bool few = rows.cols() <= d;
        auto [values, vectors] = numerics::eigen_decomposition(few ? numerics::gram(rows) : numerics::gram(rows.transpose()));
        eigenvalues_ = values.cwiseMax(0);
        Index place = 0;
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            const Index count = blocks[b].rows.cols();
            const double root = std::sqrt(weights[b]);
            const Matrix own = few ? Matrix(root * vectors.middleRows(place, count).transpose())
                                   : Matrix(root * product_transposed(vectors, rows.middleCols(place, count)));
            blocks_.push_back({product(own, blocks[b].rows.transpose()), product(own, own.transpose()), blocks[b].T});
            place += count;
        }
        directions_ = few ? product(rows, vectors) : std::move(vectors);
    });
}

Matrix SpectralFit::filters(const std::vector<double>& ridges) const
{
    const Index m = eigenvalues_.size();
    Matrix result(m, static_cast<Index>(ridges.size()));
    const double least = std::numeric_limits<double>::epsilon() * static_cast<double>(m) * eigenvalues_.maxCoeff();
    for (Index r = 0; r < result.cols(); ++r) {
        const double ridge = ridges[static_cast<std::size_t>(r)];
        if (eigenvalues_.minCoeff() + ridge > least) result.col(r) = (eigenvalues_.array() + ridge).inverse();
        else result.col(r).setConstant(std::numeric_limits<double>::quiet_NaN());
    }
    return result;
}

Matrix SpectralFit::coordinates(const std::vector<Matrix>& weights) const
{
    if (blocks_[0].labels.size() == 0) return numerics::multiply_transposed(directions_, weights[0]);
    Matrix sum = Matrix::Zero(directions_.cols(), weights[0].cols());
    for (std::size_t b = 0; b < blocks_.size(); ++b) sum += numerics::multiply(blocks_[b].labels, weights[b]);
    return sum;
}

Matrix SpectralFit::label_map(const std::vector<double>& shares) const
{
    if (blocks_[0].labels.size() == 0) return shares[0] * directions_.transpose();
    Matrix sum = Matrix::Zero(directions_.cols(), directions_.rows());
    for (std::size_t b = 0; b < blocks_.size(); ++b)
        if (shares[b] != 0) sum += shares[b] * blocks_[b].labels;
    return sum;
}

Matrix SpectralFit::noise(const std::vector<double>& variances) const
{
    const Index m = directions_.cols();
    if (blocks_[0].noise.size() == 0) return Matrix::Constant(m, 1, variances[0] / blocks_[0].T);
    Matrix sum = Matrix::Zero(m, m);
    for (std::size_t b = 0; b < blocks_.size(); ++b)
        if (variances[b] != 0) sum += variances[b] / blocks_[b].T * blocks_[b].noise;
    return sum;
}

}  // namespace collapse::estimator
