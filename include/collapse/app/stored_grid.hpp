#pragma once

#include <string>

#include "collapse/app/config.hpp"
#include "collapse/store/life/result_view.hpp"
#include "collapse/sweep/settings.hpp"

namespace collapse::app {

/// The settings that a result file was made with; Data::read if replicates are to be computed.
sweep::Settings stored_settings(const store::ResultView& view, Data data = Data::leave);

/// The grid that a result file was made from.
class StoredGrid {
  public:
    explicit StoredGrid(const store::ResultView& view);

    const sweep::Grid& grid() const { return grid_; }
    problem::Cell cell(sweep::CellIndex index) const { return grid_.cell(index); }
    std::string describe(sweep::CellIndex index) const { return grid_.describe(index); }

  private:
    sweep::Grid grid_;
};

}  // namespace collapse::app
