#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "collapse/store/life/result_view.hpp"
#include "collapse/sweep/settings.hpp"
#include "collapse/sweep/task.hpp"
#include "difference.hpp"

namespace collapse::store {

/// How the sweep of a file becomes a larger one: more values on axes, more replicates, and nothing else. What was computed is
/// carried over, because a larger grid changes no number: random numbers belong to parameter values and replicates.
class Growth {
  public:
    /// `stored`: the resolved settings of the file called `path` in messages. Throws InvalidInput, naming the key, if `settings`
    /// belong to another sweep or would lose results.
    Growth(const Pairs& stored, const sweep::Settings& settings, const std::string& path);

    /// What has changed: `grid.T has 3 values instead of 2`. Empty: the file has its shape already.
    const std::vector<std::string>& changes() const { return changes_; }
    /// Whether axes have changed.
    bool reshapes() const { return reshapes_; }
    /// Whether a row of the file can go on. It cannot if lambda or n has got more values: the cells of a row share their draws,
    /// which are not kept, so that the old cells are computed again with the new ones.
    bool keeps_rows() const { return keeps_rows_; }
    /// Whether results of the file are results of the larger sweep, too: not if it wants more replicates.
    bool keeps_results() const { return keeps_results_; }

    /// The grid of the file.
    const sweep::Grid& stored_grid() const { return old_; }
    /// The row of the file whose cells are among those of a row of the larger grid.
    std::optional<sweep::RowIndex> source_of(sweep::RowIndex row) const;
    /// For each cell of a row of the larger grid: which cell of its source that is.
    const std::vector<std::optional<std::size_t>>& sources_of_cells() const { return cells_; }
    /// What is known of a row of the larger grid by what the file knows of its source.
    sweep::RowState carried_over(sweep::RowState state) const;

  private:
    void compare_axes(const Pairs& stored, const std::string& path);
    /// Axes that are not within a row.
    std::size_t outer_axes() const { return new_.axes().size() - (new_.shares_ridges() ? 2 : 1); }
    void compare_replicates(const Pairs& stored, const Pairs& ours, const std::string& path);

    sweep::Grid old_, new_;
    sweep::SimulationSettings simulation_;
    std::vector<std::vector<std::optional<std::size_t>>> places_;  ///< [axes][values]: the place among the values of the file
    std::vector<std::optional<std::size_t>> cells_;
    std::vector<std::string> changes_;
    bool simulated_before_ = false, reshapes_ = false, keeps_rows_ = true, keeps_results_ = true;
};

/// Throws InvalidInput unless the dimensions of a file are those of `grid`, which its settings give: else cells would get the
/// results of others.
void check_axes(const ResultView& view, const sweep::Grid& grid, const std::string& path);

/// Throws InvalidInput if the file has simulated values by another version of the samplers: they would be pooled with draws that are
/// not of the same streams.
void check_sampler(const ResultView& view, const std::string& path);

/// Rewrites the file of `view` into the larger shape, atomically, and says what became of its rows. The caller holds the right to
/// write it. Throws SystemFailure if the disk refuses; then the file is as it was.
std::string grow(const std::filesystem::path& path, const ResultView& view, const Growth& growth, const sweep::Settings& settings,
                 const Provenance& provenance);

}  // namespace collapse::store
