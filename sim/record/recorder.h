#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/base/error.h"
#include "sim/record/rows.h"
#include "sim/record/sidelink_rows.h"
#include "sim/record/summary_rows.h"

namespace cv2x {

/// What is known before the run: the names that rows point to by their index, and where the result comes
/// from.
struct RecordHeader {
  struct Service {
    std::string name;
    TimeNs deadline_ns = 0;
  };
  std::vector<Service> services;
  std::vector<std::string> sites, cells, links, hosts, slices, areas, budgets;

  std::string scenario_text;      ///< as given (with what it extends, as the caller likes)
  std::string scenario_resolved;  ///< YAML with every default filled in
  /// Attributes of /provenance: "version", "build", "seed", "replication", "command", "host", "created", …
  /// Whatever may differ between two runs of the same scenario and seed belongs here and nowhere else.
  std::vector<std::pair<std::string, std::string>> provenance;
};

enum class Thinning : std::uint8_t {
  kFull,
  kSampled,    ///< a share of the messages and tasks, whole families (a root and its descendants) together
  kHistogram,  ///< no rows of messages, tasks and stages
};

struct RecorderOptions {
  std::string path;
  Thinning mode = Thinning::kFull;
  double fraction = 1.0;  ///< kSampled: share kept
};

/// Writes one result file (FORMAT.md). Rows go to column buffers; a thread of its own shuffles, compresses
/// and writes them; when it lags, calls wait (memory stays flat). One thread calls.
///
/// The file appears under its final name, complete with all tables, when the constructor returns; an older
/// file is replaced only then. From there on a SIGKILL at any moment leaves a file that opens and holds
/// everything up to the last flush done, marked incomplete.
///
/// Errors are UserError, named by the path: from the constructor (folder missing, not writable, a directory,
/// a file that another run is writing); later (disk full), from the next call that hands rows over: flush and
/// finish at the latest. After an error the file is left as it is, marked incomplete, and calls do nothing
/// more.
class Recorder {
 public:
  Recorder(const RecorderOptions& options, const RecordHeader& header);
  /// Without a finish before: writes what is there and leaves the file marked incomplete. Never throws.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Whether the rows of the family whose root has this id are to be recorded; the caller asks, and skips
  /// them if not. A function of the id alone.
  bool wants(std::uint64_t root_id) const {
    return mode_ == Thinning::kFull || (mode_ == Thinning::kSampled && sampled(root_id));
  }

  /// Appends stages and says which row of `stages` is the first of them. Several rows may point into the same
  /// run of stages: a task, and its input and result whose stages are parts of the task's.
  std::uint64_t stages(std::span<const StageEntry> entries);

  /// A row with stages of its own: fills first_stage and stages. At most 255.
  void message(MessageRow row, std::span<const StageEntry> entries);
  void task(TaskRow row, std::span<const StageEntry> entries);
  /// A row whose first_stage and stages are set already.
  void message(const MessageRow& row);
  void task(const TaskRow& row);

  void cell(const CellRow& row);
  void slice(const SliceRow& row);
  void link(const LinkRow& row);
  void host(const HostRow& row);
  void host_summary(const HostSummaryRow& row);
  void instances(const InstanceRow& row);
  void relocation(const RelocationRow& row);
  void vehicle(const VehicleRow& row);
  void event(const EventRow& row);
  /// Row n is vehicle n of the other tables. Cut to 64 bytes of whole UTF-8 characters.
  void vehicle_name(const VehicleNameRow& row);

  void site(const SiteRow& row);
  void road_point(const RoadPointRow& row);
  void coverage(const CoverageRow& row);

  void sidelink(const SidelinkReceptionRow& row);
  void sidelink(const SidelinkGapRow& row);
  void sidelink(const SidelinkLoadRow& row);
  void sidelink(const SidelinkCbrRow& row);
  void sidelink(const SidelinkTotalRow& row);

  void summary(const ServiceSummaryRow& row);
  void stage_summary(const StageSummaryRow& row);
  void decision(const DecisionRow& row);
  void budget(const BudgetRow& row);
  void budget_stage(const BudgetStageRow& row);
  void budget_loss(const BudgetLossRow& row);
  void histogram(const HistogramRow& row);
  void latency_cell(const LatencyCellRow& row);

  /// Makes all rows so far safe against a kill, soon: does not wait. Call at simulated times that follow from
  /// the scenario alone, or equal runs give files that differ in layout (not in contents).
  void flush(TimeNs now);
  /// Simulated time of the last flush that is safe; −1: none yet. Any thread.
  TimeNs flushed_ns() const;

  /// Writes the rest, waits for it, closes. `stopped`: why the run did not come to its end ("interrupted";
  /// cut to 1000 bytes); the file then stays marked incomplete. Empty: it did. Both go to /provenance. No
  /// calls after it.
  void finish(TimeNs now, double wall_s, std::string_view stopped = {});

 private:
  struct Impl;

  bool sampled(std::uint64_t root_id) const;

  Thinning mode_;
  std::uint64_t threshold_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cv2x
