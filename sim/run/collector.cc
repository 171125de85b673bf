#include "sim/run/collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cv2x {

Collector::Collector(Recorder& recorder, const std::vector<ServiceParams>& services, TimeNs warm_up_ns)
    : recorder_(recorder) {
  for (const auto& s : services) services_.push_back({s.name, s.deadline_ns, ServiceStats(warm_up_ns), {}});
}

void Collector::count(std::uint16_t service, TimeNs created_ns, TimeNs end_ns, Outcome outcome,
                      std::span<const StageEntry> stages, std::uint64_t vehicle_key) {
  Service& s = services_[service];
  if (outcome != Outcome::kDelivered) {
    s.stats.add_lost(created_ns, vehicle_key);
    return;
  }
  const TimeNs latency_ns = end_ns - created_ns;
  s.stats.add(created_ns, vehicle_key, latency_ns, latency_ns <= s.deadline_ns);
  s.stages.add(stages, end_ns);
}

void Collector::task(const TaskRow& row, const TaskParts& parts, std::span<const StageEntry> stages,
                     std::uint64_t vehicle_key) {
  if (row.counted) {
    count(row.service, row.created_ns, row.end_ns, row.outcome, stages, vehicle_key);
    ++decisions_[{row.service, row.host}];
  }
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
  if (row.counted && row.kind != MessageKind::kV2n2v)
    count(row.service, row.created_ns, row.end_ns, row.outcome, stages, vehicle_key);
  if (recorder_.wants(row.parent_id ? row.parent_id : row.id)) recorder_.message(row, stages);
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

std::vector<std::string> Collector::summarise(const std::vector<BudgetParams>& budgets, const Seed& seed) {
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

  for (std::uint16_t b = 0; b < budgets.size(); ++b) {
    const auto it = std::find_if(services_.begin(), services_.end(),
                                 [&](const Service& s) { return s.name == budgets[b].service; });
    const bool latency = budgets[b].metric == BudgetMetric::kLatency;
    const Estimate measured =
        latency ? it->stats.quantiles_ns(std::array{budgets[b].quantile}, seed)[0] : it->stats.reliability();
    const Judgement j = judge(budgets[b], measured);
    recorder_.budget({.budget = b,
                      .service = static_cast<std::uint16_t>(it - services_.begin()),
                      .metric = static_cast<std::uint8_t>(budgets[b].metric),
                      .quantile = latency ? budgets[b].quantile : 0,
                      .limit = j.limit,
                      .measured = j.measured.value,
                      .low = j.measured.interval.low,
                      .high = j.measured.interval.high,
                      .verdict = static_cast<std::uint8_t>(j.verdict),
                      .replications = j.replications.value_or(0)});
  }
  return warnings;
}

}  // namespace cv2x
