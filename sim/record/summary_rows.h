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

struct BudgetRow {
  std::uint16_t budget = 0;  ///< row of `names/budgets`
  std::uint16_t service = 0;
  std::uint8_t metric = 0;  ///< of kBudgetMetricNames
  double quantile = 0;      ///< latency only
  double limit = 0;         ///< ns, or a share
  double measured = 0, low = 0, high = 0;
  std::uint8_t verdict = 2;       ///< of kVerdictNames
  std::int64_t replications = 0;  ///< that would decide; 0: not known or not needed
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
/// lower_ns and upper_ns of the lost ones.
inline constexpr TimeNs kLostBucketNs = std::numeric_limits<TimeNs>::max();

}  // namespace cv2x
