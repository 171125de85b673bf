#include "sim/run/budget_rows.h"

#include <algorithm>

namespace cv2x {
namespace {

/// Place of the entry of that name; −1: none.
template <class T>
std::int32_t index_of(const std::vector<T>& entries, const std::string& name) {
  const auto it = std::find_if(entries.begin(), entries.end(), [&](const T& e) { return e.name == name; });
  return it == entries.end() ? -1 : static_cast<std::int32_t>(it - entries.begin());
}

template <class Row>
EndedMessage ended_row(const Row& row, std::uint64_t vehicle_key) {
  return {.service = row.service,
          .outcome = row.outcome,
          .counted = row.counted,
          .vehicle = row.vehicle,
          .vehicle_key = vehicle_key,
          .x_m = row.x_m,
          .y_m = row.y_m,
          .created_ns = row.created_ns,
          .end_ns = row.end_ns};
}

}  // namespace

std::vector<MeteredService> metered_services(const std::vector<ServiceParams>& services) {
  std::vector<MeteredService> out;
  for (const auto& s : services) out.push_back({s.name, s.slice, s.deadline_ns, streams(s.kind)});
  return out;
}

BudgetMeter::Window counted_window(const SimulationParams& simulation) {
  return {simulation.warm_up_ns, simulation.duration_ns - simulation.drain_ns};
}

EndedMessage ended(const MessageRow& row, std::uint64_t vehicle_key) { return ended_row(row, vehicle_key); }
EndedMessage ended(const TaskRow& row, std::uint64_t vehicle_key) { return ended_row(row, vehicle_key); }

void record_budget(Recorder& recorder, const Scenario& scenario, std::uint16_t index,
                   const BudgetOfRun& result) {
  const BudgetParams& budget = scenario.budgets[index];
  const auto& [measure, judgement] = result;
  const Blame why = blame(measure.blame, budget.metric);
  const std::int32_t service = index_of(scenario.services, budget.service);
  recorder.budget({.budget = index,
                   .service = service < 0 ? kAnyService : static_cast<std::uint16_t>(service),
                   .slice = index_of(scenario.slices, budget.slice),
                   .area = index_of(scenario.areas, budget.area),
                   .metric = static_cast<std::uint8_t>(budget.metric),
                   .quantile = budget.metric == BudgetMetric::kReliability ? 0 : budget.quantile,
                   .limit = judgement.limit,
                   .measured = judgement.measured.value,
                   .low = judgement.measured.interval.low,
                   .high = judgement.measured.interval.high,
                   .verdict = static_cast<std::uint8_t>(judgement.verdict),
                   .replications = judgement.replications.value_or(0),
                   .samples = measure.samples,
                   .kept = measure.kept,
                   .blame = why.cause,
                   .blame_excess_ns = why.excess_ns,
                   .blame_share = why.share,
                   .lost = measure.blame.lost_in_all()});
  for (const auto& part : measure.blame.parts) {
    for (std::size_t cause = 0; cause < kCauses; ++cause) {
      if (part.late.sums_ns[cause] == 0 && part.kept.sums_ns[cause] == 0) continue;
      recorder.budget_stage({.budget = index,
                             .service = part.service,
                             .stage = static_cast<std::uint8_t>(cause),
                             .late = part.late.count,
                             .kept = part.kept.count,
                             .late_sum_ns = part.late.sums_ns[cause],
                             .kept_sum_ns = part.kept.sums_ns[cause]});
    }
  }
  for (std::size_t i = 0; i < measure.blame.lost.size(); ++i) {
    if (measure.blame.lost[i] > 0)
      recorder.budget_loss(
          {.budget = index, .outcome = static_cast<std::uint8_t>(i), .lost = measure.blame.lost[i]});
  }
}

}  // namespace cv2x
