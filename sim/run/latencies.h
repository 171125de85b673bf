#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/random.h"
#include "models/measure/service_stats.h"
#include "sim/config/scenario.h"
#include "sim/record/reader.h"

namespace cv2x {

/// How an interval within one run is found: from the two-way variance (latency_cells.h), or by resampling
/// (bootstrap.h).
enum class IntervalMethod : std::uint8_t { kTwoWay, kBootstrap };
inline constexpr std::array<std::string_view, 2> kIntervalMethodNames = {"two-way", "bootstrap"};

/// What a quantile and its interval come from.
struct Latencies {
  Histogram all;
  LatencyCells cells;
  bool has_cells = false;  ///< false: of a file before format 1.2, of which the rows do not tell either
  TimeNs block_ns = 0;     ///< of the cells

  /// Those of other services of the run.
  void merge(Latencies other);
  /// Quantiles 0 < q < 1 [ns]; without cells: no interval, [−inf, +inf]. `seed`: the run's.
  std::vector<Estimate> quantiles_ns(std::span<const double> qs, IntervalMethod method,
                                     const Seed& seed) const;
};

/// What the tables `histograms` and `latency_cells` say, by service. Throws UserError where they contradict
/// each other or themselves.
std::vector<Latencies> recorded_latencies(const Result& result, const std::string& path);

/// Statistics of the counted messages and tasks, by service, from the rows: the very ones that the run makes,
/// when there are all of them. Of a run that has not come to its end what was created at least
/// simulation.drain and the service's deadline before the last flush: of what is younger only the fast ones
/// have ended. Older ones that are still under way have no row, and do not count. Reads a chunk at a time.
std::vector<ServiceStats> stats_of_rows(const Result& result, const std::string& path,
                                        const Scenario& scenario);

/// The table `summary` of a run that has not come to its end, from its rows so far. Empty when there are none
/// (recording: histogram; nothing was flushed yet).
std::vector<ServiceSummaryRow> summary_so_far(const std::string& path);

/// Quantiles [ns] of every service, of a finished run or of one so far. Empty when nothing can be told: not
/// finished, and no rows. Throws UserError: no result, a quantile that is not between 0 and 1.
std::vector<std::vector<Estimate>> latency_quantiles(const std::string& path, std::span<const double> qs,
                                                     IntervalMethod method);

}  // namespace cv2x
