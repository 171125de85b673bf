#pragma once

#include <map>
#include <utility>
#include <vector>

#include "models/base/random.h"
#include "models/measure/budget.h"
#include "models/measure/service_stats.h"
#include "models/measure/stage_sums.h"
#include "models/workload/params.h"
#include "sim/record/recorder.h"
#include "sim/world/ports.h"

namespace cv2x {

/// Takes the world's results: rows to the recorder (as many as the recording mode wants), and what counts
/// into the statistics, which see every message and task whatever the mode. What a service is judged by:
/// tasks of the task services, uploads, and the copies of warnings (one a receiver, end to end).
class Collector final : public ResultSink {
 public:
  Collector(Recorder& recorder, const std::vector<ServiceParams>& services, TimeNs warm_up_ns);

  void task(const TaskRow& row, const TaskParts& parts, std::span<const StageEntry> stages,
            std::uint64_t vehicle_key) override;
  void message(const MessageRow& row, std::span<const StageEntry> stages, std::uint64_t vehicle_key) override;
  void event(const EventRow& row) override { recorder_.event(row); }
  void vehicle_name(const std::string& name, const std::string& type) override {
    recorder_.vehicle_name({name, type});
  }
  void vehicle(const VehicleRow& row) override { recorder_.vehicle(row); }
  void cell(const CellRow& row) override { recorder_.cell(row); }
  void slice(const SliceRow& row) override { recorder_.slice(row); }
  void link(const LinkRow& row) override { recorder_.link(row); }
  void host(const HostRow& row) override { recorder_.host(row); }

  /// Computes the summary tables and hands them to the recorder; returns warnings for the user.
  std::vector<std::string> summarise(const std::vector<BudgetParams>& budgets, const Seed& seed);

 private:
  struct Service {
    std::string name;
    TimeNs deadline_ns;
    ServiceStats stats;
    StageSums stages;
  };
  void count(std::uint16_t service, TimeNs created_ns, TimeNs end_ns, Outcome outcome,
             std::span<const StageEntry> stages, std::uint64_t vehicle_key);
  void write_histogram(std::uint16_t service);

  Recorder& recorder_;
  std::vector<Service> services_;
  std::map<std::pair<std::uint16_t, std::int32_t>, std::uint64_t>
      decisions_;  // (service, host) → counted tasks
};

}  // namespace cv2x
