#include "collapse/data/dataset.hpp"

#include <algorithm>
#include <array>
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
             classes.front());
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

Dataset::Dataset(Numbers rows, const Numbers& labels, Target target) : rows_(std::move(rows))
{
    validate(rows_.rows() == labels.rows(), "data.rows has {} rows, but data.targets has {}; they belong to different data sets",
             rows_.rows(), labels.rows());
    validate(rows_.rows() >= 2, "data.rows has {} row; give at least two", rows_.rows());
    targets_ = outputs_of(labels, target);
    targets_.colwise() -= Vector(targets_.rowwise().mean());
    const double variance = targets_.squaredNorm() / static_cast<double>(size());
    validate(variance > 0, "data.targets is the same for all rows; there is nothing to learn");
    targets_ /= std::sqrt(variance);
    centre_rows();
    Digest digest;
    for (const std::size_t extent : {rows_.rows(), rows_.columns()}) digest.add(&extent, sizeof extent);
    digest.add(rows_.bytes.data(), rows_.bytes.size());
    digest.add(rows_.values.data(), rows_.values.size() * sizeof(double));
    digest.add(targets_.data(), static_cast<std::size_t>(targets_.size()) * sizeof(double));
    digest_ = digest.value();
}

void Dataset::centre_rows()
{
    const auto count = static_cast<std::size_t>(size()), p = static_cast<std::size_t>(features());
    mean_ = Vector::Zero(features());
    Vector least = Vector::Constant(features(), INFINITY), most = -least;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < p; ++j) {
            const double x = rows_[i * p + j];
            const auto k = static_cast<Index>(j);
            mean_[k] += x;
            least[k] = std::min(least[k], x);
            most[k] = std::max(most[k], x);
        }
    mean_ /= static_cast<double>(count);
    constant_ = (least.array() == most.array()).count();
    for (Index k = 0; k < features(); ++k)
        if (least[k] == most[k]) mean_[k] = least[k];  // to the last bit
    double squares = 0;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < p; ++j) {
            const double x = rows_[i * p + j] - mean_[static_cast<Index>(j)];
            squares += x * x;
        }
    validate(squares > 0 && std::isfinite(squares), "all rows of data.rows are the same; there is nothing to learn from");
    scale_ = 1 / std::sqrt(squares / static_cast<double>(count));
}

Matrix Dataset::rows(std::span<const Index> numbers) const
{
    Matrix result(features(), static_cast<Index>(numbers.size()));
    Index column = 0;
    for (const Index number : numbers) {
        if (rows_.bytes.empty())
            result.col(column) = Eigen::Map<const Vector>(rows_.values.data() + number * features(), features());
        else
            result.col(column) = Eigen::Map<const Eigen::Matrix<unsigned char, Eigen::Dynamic, 1>>(
                                     rows_.bytes.data() + number * features(), features())
                                     .cast<double>();
        result.col(column) = scale_ * (result.col(column) - mean_);
        ++column;
    }
    return result;
}

Matrix Dataset::targets(std::span<const Index> numbers) const
{
    Matrix result(static_cast<Index>(numbers.size()), outputs());
    for (Index i = 0; i < result.rows(); ++i) result.row(i) = targets_.col(numbers[static_cast<std::size_t>(i)]).transpose();
    return result;
}

namespace {

template <class T>
void append(std::string& bytes, const T* values, std::size_t count)
{
    bytes.append(reinterpret_cast<const char*>(values), count * sizeof(T));
}

template <class T>
const char* take(const char* from, T* values, std::size_t count)
{
    if (count > 0) std::memcpy(values, from, count * sizeof(T));
    return from + count * sizeof(T);
}

}  // namespace

std::string Dataset::packed() const
{
    const std::array<std::uint64_t, 6> header{
        rows_.rows(), rows_.columns(), rows_.bytes.size(), rows_.values.size(), static_cast<std::uint64_t>(outputs()), digest_};
    std::string bytes;
    append(bytes, header.data(), header.size());
    append(bytes, rows_.bytes.data(), rows_.bytes.size());
    append(bytes, rows_.values.data(), rows_.values.size());
    append(bytes, targets_.data(), static_cast<std::size_t>(targets_.size()));
    return bytes;
}

std::shared_ptr<const Dataset> Dataset::unpacked(const std::string& bytes)
{
    auto result = std::shared_ptr<Dataset>(new Dataset);
    std::array<std::uint64_t, 6> header{};
    const char* at = take(bytes.data(), header.data(), header.size());
    result->rows_.shape = {header[0], header[1]};
    result->rows_.bytes.resize(header[2]);
    result->rows_.values.resize(header[3]);
    at = take(at, result->rows_.bytes.data(), header[2]);
    at = take(at, result->rows_.values.data(), header[3]);
    result->targets_.resize(static_cast<Index>(header[4]), static_cast<Index>(header[0]));
    take(at, result->targets_.data(), static_cast<std::size_t>(result->targets_.size()));
    result->digest_ = header[5];
    result->centre_rows();
    return result;
}

}  // namespace collapse::data
