#include "sim/run/collector.h"

#include <fmt/format.h>

#include <array>

#include "sim/run/budget_rows.h"

namespace cv2x {

Collector::Collector(Recorder& recorder, const Scenario& scenario)
    : recorder_(recorder), scenario_(scenario) {
  for (const auto& s : scenario.services)
    services_.push_back({s.name, s.deadline_ns, ServiceStats(scenario.simulation.warm_up_ns), {}});
  std::vector<BudgetMeter::Kept> kept;
  for (const auto& s : services_) kept.push_back({&s.stats, &s.stages});
  meter_.emplace(scenario.budgets, scenario.areas, metered_services(scenario.services),
                 counted_window(scenario.simulation), std::move(kept));
}

void Collector::count(const EndedMessage& m, std::span<const StageEntry> stages) {
  meter_->add(m, stages);
  if (!m.counted) return;
  Service& s = services_[m.service];
  if (m.outcome != Outcome::kDelivered) {
    s.stats.add_lost(m.created_ns, m.vehicle_key);
    return;
  }
  const TimeNs latency_ns = m.end_ns - m.created_ns;
  s.stats.add(m.created_ns, m.vehicle_key, latency_ns, latency_ns <= s.deadline_ns);
  s.stages.add(stages, m.end_ns);
}

void Collector::task(const TaskRow& row, const TaskParts& parts, std::span<const StageEntry> stages,
                     std::uint64_t vehicle_key) {
  count(ended(row, vehicle_key), stages);
  if (row.counted) ++decisions_[{row.service, row.host}];
  if (!recorder_.wants(row.id)) return;
  const std::uint64_t first = recorder_.stages(stages);
  TaskRow task = row;
  task.first_stage = first;
  task.stages = static_cast<std::uint8_t>(stages.size());
  recorder_.task(task);
  const auto part = [&](bool has, MessageRow message, std::size_t begin, std::size_t n) {
    if (!has) return;
    message.first_stage = first + begin;
    message.stages = static_cast<std::uint8_t>(n);
    recorder_.message(message);
  };
  part(parts.has_up, parts.up, parts.up_first, parts.up_count);
  part(parts.has_down, parts.down, parts.down_first, parts.down_count);
}

void Collector::message(const MessageRow& row, std::span<const StageEntry> stages,
                        std::uint64_t vehicle_key) {
  if (is_judged(row)) count(ended(row, vehicle_key), stages);
  if (recorder_.wants(row.parent_id ? row.parent_id : row.id)) recorder_.message(row, stages);
}

void Collector::event(const EventRow& row) {
  if (row.kind == EventKind::kLeave) meter_->leave(row.vehicle, row.time_ns);
  recorder_.event(row);
}

void Collector::write_histogram(std::uint16_t service) {
  const ServiceStats& stats = services_[service].stats;
  TimeNs start = stats.begin_ns();
  for (const auto& block : stats.time_blocks()) {
    HistogramRow row{.service = service, .block_start_ns = start, .block_ns = stats.block_ns()};
    for (const auto& entry : block.latency.entries()) {
      row.lower_ns = Histogram::lower_ns(entry.bucket);
      row.upper_ns = row.lower_ns + Histogram::width_ns(entry.bucket);
      row.count = entry.count;
      recorder_.histogram(row);
    }
    if (block.latency.lost() > 0) {
      row.lower_ns = row.upper_ns = kLostBucketNs;
      row.count = block.latency.lost();
      recorder_.histogram(row);
    }
    start += stats.block_ns();
  }
}

std::vector<std::string> Collector::summarise(TimeNs end_ns) {
  std::vector<std::string> warnings;
  for (std::uint16_t i = 0; i < services_.size(); ++i) {
    const Service& s = services_[i];
    constexpr std::array kQuantiles = {0.5, 0.95, 0.99};
    const auto q = s.stats.quantiles_ns(kQuantiles, seed);
    const Estimate mean = s.stats.mean_ns();
    const Estimate reliability = s.stats.reliability();
    const bool warm_up_short = s.stats.warm_up_looks_short();
    recorder_.summary({.service = i,
                       .sent = s.stats.count(),
                       .delivered = s.stats.delivered(),
                       .in_time = s.stats.in_time(),
                       .sum_ns = s.stats.sum_ns(),
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
                       .warm_up_short = warm_up_short});
    if (warm_up_short)
      warnings.push_back(fmt::format(
          "service '{}': the warm-up looks too short (MSER); lengthen simulation.warm_up", s.name));
    for (std::size_t stage = 0; stage < static_cast<std::size_t>(Stage::kCount); ++stage) {
      const TimeNs sum = s.stages.sum_ns(static_cast<Stage>(stage));
      if (sum > 0)
        recorder_.stage_summary({.service = i,
                                 .stage = static_cast<std::uint8_t>(stage),
                                 .delivered = s.stages.count(),
                                 .sum_ns = sum});
    }
    write_histogram(i);
  }
  for (const auto& [key, tasks] : decisions_)
    recorder_.decision({.service = key.first, .host = key.second, .tasks = tasks});

  meter_->finish(end_ns);
  for (std::uint16_t b = 0; b < scenario_.budgets.size(); ++b) {
    const BudgetMeasure measure = meter_->measure(b);
    record_budget(recorder_, scenario_, b, {measure, judge(scenario_.budgets[b], measure.measured)});
  }
  return warnings;
}

}  // namespace cv2x
