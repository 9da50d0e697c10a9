#pragma once

#include <map>
#include <vector>

#include "collapse/app/arguments.hpp"
#include "collapse/app/progress.hpp"
#include "collapse/store/life/result_file.hpp"
#include "collapse/sweep/plan.hpp"

namespace collapse::app {

/// A signal that came before anything was computed.
struct StoppedEarly {
    int signal;
};

/// Everything that rank 0 prepares before anybody computes.
struct Preparation {
    sweep::Settings settings;
    sweep::Grid grid;
    sweep::Plan plan;
    store::ResultFile file;
    bool is_new;
    std::vector<store::Segment> before;  ///< runs that the file knows of
    double end;                          ///< of the job, in steady_seconds(); inf if there is no limit
    double disk_grace;                   ///< seconds
};

/// Reads and checks the config, refines the grid, plans for `ranks` of which at most `ranks_per_host` share a host, and opens the
/// result file: a new one, or the one to continue. Throws StoppedEarly, InvalidInput, SystemFailure.
Preparation prepare(const Arguments& arguments, double ranks, int ranks_per_host, ProgressReport& progress);

/// What the file knows of every row, and how many cells have failed; rows with failed cells start anew if `retry_failed`.
/// Throws StoppedEarly.
std::vector<sweep::RowState> load_rows(const store::ResultFile& file, const sweep::Grid& grid, bool retry_failed,
                                       std::map<support::Reason, std::size_t>& failures);

double steady_seconds();

}  // namespace collapse::app
