#pragma once

#include <optional>
#include <vector>

#include "models/measure/budget_meter.h"
#include "models/measure/service_stats.h"
#include "models/measure/stage_sums.h"
#include "sim/config/scenario.h"
#include "sim/record/recorder.h"
#include "sim/world/ports.h"

namespace cv2x {

/// Takes the world's results: rows to the recorder (as many as the recording mode wants), and what counts
/// into the statistics, which see every message and task whatever the mode. What a service is judged by:
/// tasks of the task services (graphs as a whole, not their subtasks), uploads, the copies of warnings
/// (one a receiver, end to end), and the packets of sidelink services at each receiver around.
class Collector final : public ResultSink {
 public:
  /// `scenario` outlives it.
  Collector(Recorder& recorder, const Scenario& scenario);

  void task(const TaskRow& row, const TaskParts& parts, std::span<const StageEntry> stages,
            std::uint64_t vehicle_key) override;
  void message(const MessageRow& row, std::span<const StageEntry> stages, std::uint64_t vehicle_key) override;
  void event(const EventRow& row) override;
  void vehicle_name(const std::string& name, const std::string& type) override {
    recorder_.vehicle_name({name, type});
  }
  void vehicle(const VehicleRow& row) override { recorder_.vehicle(row); }
  void cell(const CellRow& row) override { recorder_.cell(row); }
  void slice(const SliceRow& row) override { recorder_.slice(row); }
  void link(const LinkRow& row) override { recorder_.link(row); }
  void host(const HostRow& row) override { recorder_.host(row); }
  void host_summary(const HostSummaryRow& row) override { recorder_.host_summary(row); }
  void instances(const InstanceRow& row) override { recorder_.instances(row); }
  void relocation(const RelocationRow& row) override { recorder_.relocation(row); }

  void sidelink_packet(const SidelinkPacket& packet) override;
  void sidelink_load(const SidelinkLoadRow& row) override { recorder_.sidelink(row); }

  /// The run ended at `end_ns`: computes the summary tables and hands them to the recorder; returns warnings
  /// for the user.
  std::vector<std::string> summarise(TimeNs end_ns);

 private:
  static constexpr std::int32_t kFirstHost = 2;  // of TaskRow::host: −2 is none, −1 the vehicle
  struct Service {
    std::string name;
    TimeNs deadline_ns;
    ServiceStats stats;
    StageSums stages;
  };
  void count(const EndedMessage& message, std::span<const StageEntry> stages);

  Recorder& recorder_;
  const Scenario& scenario_;
  std::vector<Service> services_;
  std::optional<BudgetMeter> meter_;                   ///< points to services_
  std::vector<std::vector<std::uint64_t>> decisions_;  // [service][host + kFirstHost]: counted tasks
};

}  // namespace cv2x
