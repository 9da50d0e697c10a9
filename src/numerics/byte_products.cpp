#include "collapse/numerics/byte_products.hpp"

#include <algorithm>
#include <cstring>

#include "collapse/support/failure.hpp"

extern "C" void sgemm_(const char*, const char*, const int*, const int*, const int*, const float*, const float*, const int*,
                       const float*, const int*, const float*, float*, const int*);

#ifdef COLLAPSE_AVX512
extern "C" void collapse_add_byte_products_vnni(long rows, long columns, long length, const unsigned char* a, long panel,
                                                const signed char* b, long stride_b, const int* offsets, double* c, long stride_c);
#endif

namespace collapse::numerics {

namespace {

using Columns = Eigen::Ref<const ByteMatrix>;

/// The left factor of products in single precision.
class Floats {
  public:
    static constexpr Index panel = 128;  ///< columns of the product that are made at once

    explicit Floats(const ByteMatrix& bytes) : values_(centred(bytes)) {}

    /// result [rows from `first` on x b] += products with the columns b.
    void add_products(Index first, const Columns& b, Eigen::Ref<Matrix> result) const
    {
        constexpr float one = 1, zero = 0;
        const Eigen::MatrixXf right = centred(b);
        const int rows = static_cast<int>(result.rows()), columns = static_cast<int>(b.cols());
        const int stride = static_cast<int>(values_.rows());
        Eigen::MatrixXf part(rows, columns);
        for (Index feature = 0; feature < values_.rows(); feature += most_features) {
            const int inner = static_cast<int>(std::min(most_features, values_.rows() - feature));
            sgemm_("T", "N", &rows, &columns, &inner, &one, &values_(feature, first), &stride, &right(feature, 0), &stride, &zero,
                   part.data(), &rows);
            result += part.cast<double>();
        }
    }

  private:
    static constexpr Index most_features = 1024;  ///< of which sums of products are exact
    static Eigen::MatrixXf centred(const Columns& bytes) { return bytes.cast<float>().array() - 128; }

    Eigen::MatrixXf values_;
};

#ifdef COLLAPSE_AVX512
bool has_vnni() { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni"); }

/// The same as bytes, in panels of 32 rows with four features of a row beside those of the next, and zeros where there is nothing.
class Bytes {
  public:
    static constexpr Index panel = 32;

    explicit Bytes(const ByteMatrix& bytes)
        : length_((bytes.rows() + 3) / 4 * 4), values_(ByteMatrix::Zero(panel * length_, (bytes.cols() + panel - 1) / panel))
    {
        for (Index i = 0; i < bytes.cols(); ++i) {
            const unsigned char* const row = bytes.col(i).data();
            unsigned char* const to = values_.col(i / panel).data() + i % panel * 4;
            const Index whole = bytes.rows() / 4 * 4;
            for (Index k = 0; k < whole; k += 4) std::memcpy(to + k * panel, row + k, 4);
            std::copy(row + whole, row + bytes.rows(), to + whole * panel);
        }
    }

    /// `first` is the first row of a panel.
    void add_products(Index first, const Columns& b, Eigen::Ref<Matrix> result) const
    {
        Eigen::Matrix<signed char, Eigen::Dynamic, panel> right = decltype(right)::Zero(length_, panel);
        right.topLeftCorner(b.rows(), b.cols()) = b.unaryExpr([](unsigned char u) { return static_cast<signed char>(u ^ 128U); });
        for (Index feature = 0; feature < length_; feature += most_features) {
            const Index here = std::min(most_features, length_ - feature);
            const Eigen::Matrix<int, 1, panel> offsets = 128 * right.middleRows(feature, here).cast<int>().colwise().sum();
            collapse_add_byte_products_vnni(result.rows(), b.cols(), here, values_.data() + first * length_ + feature * panel,
                                            panel * length_, right.data() + feature, length_, offsets.data(), result.data(),
                                            result.outerStride());
        }
    }

  private:
    static constexpr Index most_features = 1 << 15;  ///< whose products of 2^15 each fit into a number of 32 bits

    Index length_;
    ByteMatrix values_;  ///< a panel a column
};
#endif

enum class Part { all, lower };

template <class Left>
Matrix products(const Left& left, Index rows, const ByteMatrix& b, Part part, const EachColumn& each)
{
    Matrix result(rows, b.cols());
    for (Index column = 0; column < b.cols(); column += Left::panel) {
        const Index wide = std::min(Left::panel, b.cols() - column), first = part == Part::lower ? column : 0;
        result.middleCols(column, wide).setZero();  // here, so that it is in the cache
        left.add_products(first, b.middleCols(column, wide), result.block(first, column, rows - first, wide));
        for (Index j = column; j < column + wide; ++j) {
            const Index top = part == Part::lower ? j : 0;
            result.col(j).head(top).setZero();
            if (each) each(j, result.col(j).tail(rows - top));
        }
    }
    return result;
}

Matrix products(const ByteMatrix& a, const ByteMatrix& b, Part part, const EachColumn& each)
{
#ifdef COLLAPSE_AVX512
    static const bool vnni = has_vnni();
    if (vnni) return products(Bytes(a), a.cols(), b, part, each);
#endif
    return products(Floats(a), a.cols(), b, part, each);
}

}  // namespace

Matrix byte_products(const ByteMatrix& a, const ByteMatrix& b, const EachColumn& each)
{
    support::ensure(a.rows() == b.rows(), "the factors of a product fit");
    return products(a, b, Part::all, each);
}

Matrix byte_products(const ByteMatrix& a, const EachColumn& each) { return products(a, a, Part::lower, each); }

Matrix byte_products_in_floats(const ByteMatrix& a, const ByteMatrix& b)
{
    support::ensure(a.rows() == b.rows(), "the factors of a product fit");
    return products(Floats(a), a.cols(), b, Part::all, {});
}

}  // namespace collapse::numerics
