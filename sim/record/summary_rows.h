#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "models/base/time.h"

namespace cv2x {

// What the run computes of its counted messages and tasks at its end; filled from models/measure by sim/run.

struct ServiceSummaryRow {
  std::uint16_t service = 0;
  std::uint64_t sent = 0;       ///< counted messages or tasks
  std::uint64_t delivered = 0;  ///< of those
  std::uint64_t in_time = 0;    ///< delivered within the deadline
  TimeNs sum_ns = 0;            ///< of the delivered ones' latencies
  // Value and 95 % interval; +inf: lost, NaN: nothing was sent.
  double mean_ns = 0, mean_low_ns = 0, mean_high_ns = 0;
  double p50_ns = 0, p50_low_ns = 0, p50_high_ns = 0;
  double p95_ns = 0, p95_low_ns = 0, p95_high_ns = 0;
  double p99_ns = 0, p99_low_ns = 0, p99_high_ns = 0;
  double reliability = 0, reliability_low = 0, reliability_high = 1;
  bool warm_up_short = false;
};

struct StageSummaryRow {
  std::uint16_t service = 0;
  std::uint8_t stage = 0;
  std::uint64_t delivered = 0;  ///< counted and delivered ones of the service
  TimeNs sum_ns = 0;            ///< spent by them in this stage
};

struct DecisionRow {
  std::uint16_t service = 0;
  std::int32_t host = -2;  ///< row of `hosts`; −1: the vehicle itself; −2: not decided
  std::uint64_t tasks = 0;
};

/// `service` of a budget that is not about one.
inline constexpr std::uint16_t kAnyService = 65535;

struct BudgetRow {
  std::uint16_t budget = 0;  ///< row of `names/budgets`
  std::uint16_t service = kAnyService;
  std::int32_t slice = -1, area = -1;  ///< −1: any
  std::uint8_t metric = 0;             ///< of kBudgetMetricNames
  double quantile = 0;                 ///< latency, age
  double limit = 0;                    ///< ns, or a share
  double measured = 0, low = 0, high = 0;
  std::uint8_t verdict = 2;       ///< of kVerdictNames
  std::int64_t replications = 0;  ///< that would decide; 0: not known or not needed
  std::uint64_t samples = 0;      ///< counted messages; age: stretches between two deliveries
  std::uint64_t kept = 0;         ///< of those, that kept the limit or deadline
  std::uint8_t blame = 0;         ///< of kCauseNames
  double blame_excess_ns = 0;     ///< how much more of it a late one has
  double blame_share = 0;         ///< of all they have more
  std::uint64_t lost = 0;         ///< of those that broke the limit
};

/// Where the time of those went that broke a budget's limit, and of those that kept it.
struct BudgetStageRow {
  std::uint16_t budget = 0;
  std::uint16_t service = 0;
  std::uint8_t stage = 0;                   ///< of kCauseNames
  std::uint64_t late = 0, kept = 0;         ///< messages or ages of the service, delivered
  TimeNs late_sum_ns = 0, kept_sum_ns = 0;  ///< their time in this stage
};

/// Those that a budget counts as lost.
struct BudgetLossRow {
  std::uint16_t budget = 0;
  std::uint8_t outcome = 0;  ///< of kOutcomeNames
  std::uint64_t lost = 0;
};

/// One bucket of a service's latency histogram in one block of time. Together: all counted ones.
struct HistogramRow {
  std::uint16_t service = 0;
  TimeNs block_start_ns = 0;
  TimeNs block_ns = 0;
  TimeNs lower_ns = 0;
  TimeNs upper_ns = 0;  ///< exclusive
  std::uint64_t count = 0;
};

/// Counts of a service's latencies in coarser buckets by block of time and group of vehicles: what says how
/// sure a quantile is. Together: all counted ones.
struct LatencyCellRow {
  std::uint16_t service = 0;
  std::uint8_t block = 0;  ///< the first begins at the end of the warm-up
  TimeNs block_ns = 0;
  std::uint8_t group = 0;
  TimeNs lower_ns = 0;
  TimeNs upper_ns = 0;  ///< exclusive
  std::uint32_t count = 0;
  std::uint32_t in_time = 0;  ///< of those, delivered within the deadline
};

/// lower_ns and upper_ns of the lost ones.
inline constexpr TimeNs kLostBucketNs = std::numeric_limits<TimeNs>::max();

}  // namespace cv2x
