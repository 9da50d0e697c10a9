#include "collapse/data/dataset.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "collapse/support/failure.hpp"
#include "collapse/support/text.hpp"

namespace collapse::data {

using support::validate;

namespace {

constexpr std::size_t most_classes = 1000;

/// Classes in ascending order; every label a whole number.
std::vector<double> classes_of(const Numbers& labels, const char* target)
{
    std::set<double> found;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        validate(labels[i] == std::floor(labels[i]),
                 "data.target = {} needs whole numbers, but number {} of data.targets is {}; use target = value", target, i + 1,
                 labels[i]);
        found.insert(labels[i]);
        validate(found.size() <= most_classes,
                 "data.target = {} needs at most {} classes, but data.targets has more; use target = value", target, most_classes);
    }
    return {found.begin(), found.end()};
}

/// Raw targets [outputs x N].
Matrix outputs_of(const Numbers& labels, Target target)
{
    const auto count = static_cast<Index>(labels.rows());
    const auto columns = static_cast<Index>(labels.columns());
    validate(columns == 1 || target == Target::value,
             "data.targets has {} numbers a row, but digit, parity and onehot need one; use target = value, or one column",
             columns);
    Matrix result(columns, count);
    for (Index i = 0; i < count * columns; ++i) result(i % columns, i / columns) = labels[static_cast<std::size_t>(i)];
    if (target == Target::value) return result;
    const std::vector<double> classes = classes_of(labels, target == Target::digit    ? "digit"
                                                           : target == Target::parity ? "parity"
                                                                                      : "onehot");
    if (target == Target::parity)
        for (double& y : result.reshaped()) y = std::fmod(y, 2) == 0 ? 1 : -1;
    if (target != Target::onehot) return result;
    validate(classes.size() > 1, "data.target = onehot needs at least two classes, but all targets are {}; choose other targets",
             classes.empty() ? 0 : classes.front());
    Matrix hot = Matrix::Zero(static_cast<Index>(classes.size()), count);
    for (Index i = 0; i < count; ++i) hot(std::ranges::lower_bound(classes, result(0, i)) - classes.begin(), i) = 1;
    return hot;
}

/// FNV-1a, eight bytes at a time.
class Digest {
  public:
    void add(const void* data, std::size_t bytes)
    {
        const auto* at = static_cast<const unsigned char*>(data);
        for (std::size_t i = 0; i < bytes; i += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, at + i, std::min<std::size_t>(8, bytes - i));
            state_ = (state_ ^ word) * 1099511628211U;
            state_ ^= state_ >> 32U;
        }
    }
    std::uint64_t value() const { return state_; }

  private:
    std::uint64_t state_ = 14695981039346656037U;
};

}  // namespace

Target target_called(const std::string& name)
{
    const std::vector<std::string> names{"digit", "parity", "onehot", "value"};
    const auto found = std::ranges::find(names, name);
    const std::string guess = support::nearest(name, names);
    validate(found != names.end(), "data.target = {} is not known{}; choose {}", name.empty() ? "(nothing)" : name,
             guess.empty() ? "" : fmt::format(" (did you mean {}?)", guess), support::enumerate(names, "or"));
    return static_cast<Target>(found - names.begin());
}

namespace {

/// The mean of every feature, to the last bit where it is constant, and how many are.
struct Centre {
    Vector mean;
    std::uint64_t constant;
};

Centre centre_of(const Numbers& rows)
{
    const std::size_t count = rows.rows(), p = rows.columns();
    Vector mean = Vector::Zero(static_cast<Index>(p)), least = Vector::Constant(mean.size(), INFINITY), most = -least;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < p; ++j) {
            const double x = rows[i * p + j];
            const auto k = static_cast<Index>(j);
            mean[k] += x;
            least[k] = std::min(least[k], x);
            most[k] = std::max(most[k], x);
        }
    mean = (least.array() == most.array()).select(least, mean / static_cast<double>(count));
    return {mean, static_cast<std::uint64_t>((least.array() == most.array()).count())};
}

/// One over the root of the mean squared norm.
double scale_of(const Numbers& rows, const Vector& mean)
{
    double squares = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double x = rows[i] - mean[static_cast<Index>(i % rows.columns())];
        squares += x * x;
    }
    validate(squares > 0 && std::isfinite(squares), "all rows of data.rows are the same; there is nothing to learn from");
    return 1 / std::sqrt(squares / static_cast<double>(rows.rows()));
}

std::uint64_t digest_of(const Numbers& rows, const Matrix& targets)
{
    Digest digest;
    for (const std::size_t extent : {rows.rows(), rows.columns()}) digest.add(&extent, sizeof extent);
    digest.add(rows.bytes.data(), rows.bytes.size());
    digest.add(rows.values.data(), rows.values.size() * sizeof(double));
    digest.add(targets.data(), static_cast<std::size_t>(targets.size()) * sizeof(double));
    return digest.value();
}

}  // namespace

Dataset::Dataset(const Numbers& rows, const Numbers& labels, Target target)
{
    validate(rows.rows() == labels.rows(), "data.rows has {} rows, but data.targets has {}; they belong to different data sets",
             rows.rows(), labels.rows());
    validate(rows.rows() >= 2, "data.rows has {} row; give at least two", rows.rows());
    Matrix targets = outputs_of(labels, target);
    targets.colwise() -= Vector(targets.rowwise().mean());
    const double variance = targets.squaredNorm() / static_cast<double>(rows.rows());
    validate(variance > 0, "data.targets is the same for all rows; there is nothing to learn");
    targets /= std::sqrt(variance);
    const Centre centre = centre_of(rows);
    const Header header{rows.rows(),
                        rows.columns(),
                        rows.bytes.empty() ? sizeof(double) : 1,
                        static_cast<std::uint64_t>(targets.rows()),
                        centre.constant,
                        digest_of(rows, targets),
                        scale_of(rows, centre.mean)};

    const std::size_t raw = header.rows * header.features * header.bytes_a_value;
    const auto numbers = static_cast<std::size_t>(centre.mean.size() + targets.size());
    const std::shared_ptr<char[]> memory(new char[sizeof header + numbers * sizeof(double) + raw]);
    char* at = memory.get();
    const auto append = [&](const void* from, std::size_t bytes) {
        std::memcpy(at, from, bytes);
        at += bytes;
    };
    append(&header, sizeof header);
    append(centre.mean.data(), static_cast<std::size_t>(centre.mean.size()) * sizeof(double));
    append(targets.data(), static_cast<std::size_t>(targets.size()) * sizeof(double));
    if (rows.bytes.empty()) append(rows.values.data(), raw);
    else append(rows.bytes.data(), raw);
    memory_ = {memory, memory.get()};
}

Dataset::Dataset(std::shared_ptr<const char> packed) : memory_(std::move(packed)) {}

Rows Dataset::rows(std::span<const Index> numbers) const
{
    const Eigen::Map<const Vector> centre(mean(), features());
    const char* raw = memory_.get() + rows_offset();
    const auto copy = [&](auto columns) {
        using Value = typename decltype(columns)::Scalar;
        for (Index j = 0; j < columns.cols(); ++j)
            std::copy_n(reinterpret_cast<const Value*>(raw) + numbers[static_cast<std::size_t>(j)] * features(), features(),
                        columns.col(j).data());
        return columns;
    };
    const auto count = static_cast<Index>(numbers.size());
    if (holds_bytes()) return {copy(numerics::ByteMatrix(features(), count)), centre, header().scale};
    Matrix values = copy(Matrix(features(), count));
    values = header().scale * (values.colwise() - centre);
    return values;
}

Matrix Dataset::targets(std::span<const Index> numbers) const
{
    const Eigen::Map<const Matrix> all(targets(), outputs(), size());
    Matrix result(static_cast<Index>(numbers.size()), outputs());
    for (Index i = 0; i < result.rows(); ++i) result.row(i) = all.col(numbers[static_cast<std::size_t>(i)]).transpose();
    return result;
}

}  // namespace collapse::data
