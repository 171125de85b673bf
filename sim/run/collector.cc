#include "sim/run/collector.h"

#include "sim/run/budget_rows.h"
#include "sim/run/service_rows.h"

namespace cv2x {

Collector::Collector(Recorder& recorder, const Scenario& scenario)
    : recorder_(recorder), scenario_(scenario) {
  for (const auto& s : scenario.services)
    services_.push_back({s.name, s.deadline_ns, ServiceStats(scenario.simulation.warm_up_ns), {}});
  decisions_.assign(services_.size(), std::vector<std::uint64_t>(scenario.compute.hosts.size() + kFirstHost));
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
  if (row.parent_id == 0) count(ended(row, vehicle_key), stages);
  if (row.counted && row.host != kSplit)
    ++decisions_[row.service][static_cast<std::size_t>(row.host + kFirstHost)];
  if (!recorder_.wants(row.parent_id ? row.parent_id : row.id)) return;
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
  const std::uint64_t root = row.root_id ? row.root_id : row.parent_id ? row.parent_id : row.id;
  if (recorder_.wants(root)) recorder_.message(row, stages);
}

void Collector::sidelink_packet(const SidelinkPacket& p) {
  Service& s = services_[p.service.value];
  const TimeNs latency_ns = p.end_ns - p.created_ns;
  if (p.heard > 0) s.stats.add(p.created_ns, p.vehicle_key, latency_ns, latency_ns <= s.deadline_ns, p.heard);
  if (p.could > p.heard) s.stats.add_lost(p.created_ns, p.vehicle_key, p.could - p.heard);
}

void Collector::event(const EventRow& row) {
  if (row.kind == EventKind::kLeave) meter_->leave(row.vehicle, row.time_ns);
  recorder_.event(row);
}

std::vector<std::string> Collector::summarise(TimeNs end_ns) {
  std::vector<std::string> warnings;
  for (std::uint16_t i = 0; i < services_.size(); ++i) {
    const Service& s = services_[i];
    const ServiceSummaryRow row = summary_row(i, s.stats);
    recorder_.summary(row);
    record_latencies(recorder_, i, s.stats);
    if (row.warm_up_short) warnings.push_back(warm_up_warning(s.name));
    for (std::size_t stage = 0; stage < static_cast<std::size_t>(Stage::kCount); ++stage) {
      const TimeNs sum = s.stages.sum_ns(static_cast<Stage>(stage));
      if (sum > 0)
        recorder_.stage_summary({.service = i,
                                 .stage = static_cast<std::uint8_t>(stage),
                                 .delivered = s.stages.count(),
                                 .sum_ns = sum});
    }
  }
  for (std::size_t service = 0; service < decisions_.size(); ++service) {
    for (std::size_t i = 0; i < decisions_[service].size(); ++i) {
      if (const std::uint64_t tasks = decisions_[service][i]; tasks > 0)
        recorder_.decision({.service = static_cast<std::uint16_t>(service),
                            .host = static_cast<std::int32_t>(i) - kFirstHost,
                            .tasks = tasks});
    }
  }

  meter_->finish(end_ns);
  for (std::uint16_t b = 0; b < scenario_.budgets.size(); ++b) {
    const BudgetMeasure measure = meter_->measure(b);
    record_budget(recorder_, scenario_, b, {measure, judge(scenario_.budgets[b], measure.measured)});
  }
  return warnings;
}

}  // namespace cv2x
