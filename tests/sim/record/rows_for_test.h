#pragma once

#include <string>
#include <tuple>
#include <type_traits>

#include "models/base/hash.h"
#include "sim/record/columns.h"
#include "sim/record/recorder.h"

namespace cv2x {

/// A row of which every member is a function of `n`.
template <class Row>
Row made_up_row(std::uint64_t n) {
  Row row;
  std::uint64_t key = n;
  for_each_column<Row>([&](const auto& column) {
    key = mix64(key + 1);
    auto& member = row.*column.member;
    using T = std::remove_reference_t<decltype(member)>;
    if constexpr (std::is_same_v<T, std::string>) {
      member = "vehicle-" + std::to_string(key);
    } else if constexpr (std::is_same_v<T, bool>) {
      member = key % 2 == 1;
    } else if constexpr (std::is_enum_v<T>) {
      member = static_cast<T>(key % 4);
    } else if constexpr (std::is_floating_point_v<T>) {
      member = static_cast<T>(key) / static_cast<T>(1 << 20);
    } else {
      member = static_cast<T>(key);
    }
  });
  return row;
}

template <class Row>
bool same(const Row& a, const Row& b) {
  bool equal = true;
  for_each_column<Row>([&](const auto& column) { equal = equal && a.*column.member == b.*column.member; });
  return equal;
}

inline void record(Recorder& r, const StageRow& row) { r.stages({{StageEntry{row.stage, row.enter_ns}}}); }
inline void record(Recorder& r, const MessageRow& row) { r.message(row); }
inline void record(Recorder& r, const TaskRow& row) { r.task(row); }
inline void record(Recorder& r, const CellRow& row) { r.cell(row); }
inline void record(Recorder& r, const SliceRow& row) { r.slice(row); }
inline void record(Recorder& r, const LinkRow& row) { r.link(row); }
inline void record(Recorder& r, const HostRow& row) { r.host(row); }
inline void record(Recorder& r, const HostSummaryRow& row) { r.host_summary(row); }
inline void record(Recorder& r, const InstanceRow& row) { r.instances(row); }
inline void record(Recorder& r, const RelocationRow& row) { r.relocation(row); }
inline void record(Recorder& r, const VehicleRow& row) { r.vehicle(row); }
inline void record(Recorder& r, const EventRow& row) { r.event(row); }
inline void record(Recorder& r, const VehicleNameRow& row) { r.vehicle_name(row); }
inline void record(Recorder& r, const SidelinkReceptionRow& row) { r.sidelink(row); }
inline void record(Recorder& r, const SidelinkGapRow& row) { r.sidelink(row); }
inline void record(Recorder& r, const SidelinkLoadRow& row) { r.sidelink(row); }
inline void record(Recorder& r, const SidelinkCbrRow& row) { r.sidelink(row); }
inline void record(Recorder& r, const SidelinkTotalRow& row) { r.sidelink(row); }
inline void record(Recorder& r, const ServiceSummaryRow& row) { r.summary(row); }
inline void record(Recorder& r, const StageSummaryRow& row) { r.stage_summary(row); }
inline void record(Recorder& r, const DecisionRow& row) { r.decision(row); }
inline void record(Recorder& r, const BudgetRow& row) { r.budget(row); }
inline void record(Recorder& r, const BudgetStageRow& row) { r.budget_stage(row); }
inline void record(Recorder& r, const BudgetLossRow& row) { r.budget_loss(row); }
inline void record(Recorder& r, const LatencyCellRow& row) { r.latency_cell(row); }
inline void record(Recorder& r, const HistogramRow& row) { r.histogram(row); }
inline void record(Recorder& r, const SiteRow& row) { r.site(row); }
inline void record(Recorder& r, const RoadPointRow& row) { r.road_point(row); }
inline void record(Recorder& r, const CoverageRow& row) { r.coverage(row); }

/// Calls f(Row{}) for every type of row.
template <class F>
void for_each_table(F&& f) {
  std::apply([&](const auto&... row) { (f(row), ...); }, AllRows{});
}

}  // namespace cv2x
