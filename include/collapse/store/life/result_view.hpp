#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collapse/store/format/provenance.hpp"
#include "collapse/store/format/status.hpp"
#include "collapse/sweep/task.hpp"

namespace collapse::store {

struct RawData;

/// A result file for reading. Never blocks a writer, and may read while one writes: `status` is read when the view is made, so a
/// cell that it calls done has its values. Every member throws InvalidInput if the file is damaged.
class ResultView {
  public:
    /// A dimension with its values [size], or a parameter with one value.
    struct Dimension {
        std::string name, symbol, long_name;  ///< symbol: LaTeX
        std::vector<double> values;
    };

    /// Throws InvalidInput if the file is missing, unreadable, no HDF5, damaged, foreign, written anew by another
    /// program that has left out something, or of another schema version.
    explicit ResultView(const std::filesystem::path& path);
    ResultView(ResultView&&) noexcept;
    ResultView& operator=(ResultView&&) noexcept;
    ~ResultView();

    /// In storage order; the last two are those of lambda and n, over which a row extends.
    const std::vector<Dimension>& dimensions() const;
    /// Parameters that are no dimension.
    const std::vector<Dimension>& scalars() const;
    std::size_t cells() const;
    std::size_t cells_per_row() const;
    std::size_t rows() const { return cells() / cells_per_row(); }

    const std::vector<Status>& status() const;  ///< [cells]

    /// Values of a variable at the root [cells, row-major; fewer if it depends on fewer dimensions]. Throws InvalidInput if it
    /// does not exist or is of another type.
    std::vector<double> numbers(const std::string& name) const;       ///< of a float64 variable
    std::vector<std::uint8_t> flags(const std::string& name) const;   ///< of a uint8 variable
    std::vector<std::int64_t> counts(const std::string& name) const;  ///< of an int64 variable
    bool has(const std::string& name) const;

    /// Attributes of the root, such as `created` or `complete`. Throw InvalidInput if there is none of this name and kind.
    std::string text(const std::string& attribute) const;
    std::int64_t integer(const std::string& attribute) const;

    /// Attributes of the group `provenance`, such as `config`.
    std::string provenance(const std::string& attribute) const;
    /// Of the random numbers behind its simulated values: see rng::sampler_version.
    std::int64_t sampler_version() const;
    /// The part of the sweep that the file is for, such as `2/8`; empty: all of it.
    std::string shard() const;
    /// The spectrum measured from data that theory took, as Settings::data.nodes; empty: there is none.
    std::string measured_spectrum() const;
    /// The settings that the file was made with: see sweep::Settings::resolved().
    std::vector<std::pair<std::string, std::string>> resolved() const;
    /// Runs of the program on the file, oldest first.
    std::vector<Segment> segments() const;

    /// Whether the values are compressed, so that nothing can be written before the file is rewritten.
    bool packed() const;

    /// All that is known of row `index`, with the exact sums: see ResultFile::load().
    sweep::RowState load(sweep::RowIndex index) const;
    /// The same as bytes; for rewriting the file.
    const RawData& data() const;

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace collapse::store
