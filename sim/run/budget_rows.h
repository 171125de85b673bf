#pragma once

#include <cstdint>
#include <vector>

#include "models/measure/budget.h"
#include "models/measure/budget_meter.h"
#include "sim/config/scenario.h"
#include "sim/record/recorder.h"

namespace cv2x {

/// What a BudgetMeter needs to know of the services, in the order of the scenario.
std::vector<MeteredService> metered_services(const std::vector<ServiceParams>& services);
/// What counts.
BudgetMeter::Window counted_window(const SimulationParams& simulation);

/// Whether services are judged by a message: not by a warning as a whole, but by its copies, and not by the
/// parts of a task.
inline bool is_judged(MessageKind kind, std::uint64_t parent_id) {
  return kind == MessageKind::kCopy || (kind == MessageKind::kUplink && parent_id == 0);
}
inline bool is_judged(const MessageRow& row) { return is_judged(row.kind, row.parent_id); }
/// What a meter is told of a row. `vehicle_key`: hash_name of its vehicle's name.
EndedMessage ended(const MessageRow& row, std::uint64_t vehicle_key);
EndedMessage ended(const TaskRow& row, std::uint64_t vehicle_key);

/// A budget held against what one run measured.
struct BudgetOfRun {
  BudgetMeasure measure;
  Judgement judgement;  ///< of this run alone
};

/// Writes the rows of budget number `index` of the scenario.
void record_budget(Recorder& recorder, const Scenario& scenario, std::uint16_t index,
                   const BudgetOfRun& result);

}  // namespace cv2x
