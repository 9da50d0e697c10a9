#pragma once

#include <map>
#include <string>
#include <vector>

#include "collapse/store/format/provenance.hpp"
#include "collapse/support/failure.hpp"
#include "collapse/support/meter.hpp"
#include "collapse/sweep/schedule.hpp"
#include "collapse/sweep/worker.hpp"

/// What a run says of itself at its end: in the log, and in the result file as part of its segment.
namespace collapse::app {

/// What one rank tells rank 0 at the end, as text: the times of its worker and the peak of its memory.
std::string rank_line(const sweep::Worker::Times& times);

/// Sums up the lines of all ranks; the rest of the report is left as it is.
void add_ranks(store::RunReport& report, const std::vector<std::string>& rank_lines, double wall_seconds);

/// Everything the log tells besides.
struct RunFacts {
    const sweep::Progress& progress;
    const store::Segment& segment;
    double wall_seconds;
    const support::Meter::Seconds& phases;
    const std::map<support::Reason, std::size_t>& failures;  ///< failed cells of the file by reason
    std::size_t skipped;                                     ///< cells of the file, of those that count as done there
    std::string output;
};

/// `; the refinement skips 12 more`; empty if it leaves no cell out.
std::string left_out(const sweep::Progress& progress);

/// `, 12 begun with 41 % of their replicates`; empty if none is.
std::string begun(const sweep::Progress& progress);

/// The lines of the log: cells, failures and how to repeat them, time, memory, advice.
std::vector<std::string> report_lines(const RunFacts& facts);

}  // namespace collapse::app
