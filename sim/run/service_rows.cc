#include "sim/run/service_rows.h"

#include <fmt/format.h>

#include <array>

namespace cv2x {

ServiceSummaryRow summary_row(std::uint16_t service, const ServiceStats& stats) {
  constexpr std::array kQuantiles = {0.5, 0.95, 0.99};
  const auto q = stats.quantiles_ns(kQuantiles);
  const Estimate mean = stats.mean_ns();
  const Estimate reliability = stats.reliability();
  return {.service = service,
          .sent = stats.count(),
          .delivered = stats.delivered(),
          .in_time = stats.in_time(),
          .sum_ns = stats.sum_ns(),
          .mean_ns = mean.value,
          .mean_low_ns = mean.interval.low,
          .mean_high_ns = mean.interval.high,
          .p50_ns = q[0].value,
          .p50_low_ns = q[0].interval.low,
          .p50_high_ns = q[0].interval.high,
          .p95_ns = q[1].value,
          .p95_low_ns = q[1].interval.low,
          .p95_high_ns = q[1].interval.high,
          .p99_ns = q[2].value,
          .p99_low_ns = q[2].interval.low,
          .p99_high_ns = q[2].interval.high,
          .reliability = reliability.value,
          .reliability_low = reliability.interval.low,
          .reliability_high = reliability.interval.high,
          .warm_up_short = stats.warm_up_looks_short()};
}

std::string warm_up_warning(const std::string& service) {
  return fmt::format("service '{}': the warm-up looks too short; lengthen simulation.warm_up", service);
}

void record_latencies(Recorder& recorder, std::uint16_t service, const ServiceStats& stats) {
  TimeNs start = stats.begin_ns();
  for (const auto& block : stats.time_blocks()) {
    HistogramRow row{.service = service, .block_start_ns = start, .block_ns = stats.block_ns()};
    for (const auto& entry : block.latency.entries()) {
      row.lower_ns = Histogram::lower_ns(entry.bucket);
      row.upper_ns = row.lower_ns + Histogram::width_ns(entry.bucket);
      row.count = entry.count;
      recorder.histogram(row);
    }
    if (block.latency.lost() > 0) {
      row.lower_ns = row.upper_ns = kLostBucketNs;
      row.count = block.latency.lost();
      recorder.histogram(row);
    }
    start += stats.block_ns();
  }
  static_assert(kLostBucketNs == kNever);
  for (const auto& entry : stats.latency_cells().entries())
    recorder.latency_cell({.service = service,
                           .block = entry.block,
                           .block_ns = stats.block_ns(),
                           .group = entry.group,
                           .lower_ns = entry.lower_ns,
                           .upper_ns = LatencyCells::upper_ns(entry.lower_ns),
                           .count = entry.count,
                           .in_time = entry.in_time});
}

}  // namespace cv2x
