#pragma once

#include <cstdint>
#include <string>

#include "models/base/outcome.h"
#include "models/base/stage.h"
#include "models/base/time.h"

namespace cv2x {

// What a run yields, a struct a table. Column names, units and descriptions stand in columns.h; FORMAT.md is
// the contract.

/// What a message row is.
enum class MessageKind : std::uint8_t {
  kUplink,    ///< vehicle → site; a child when parent_id is set (a task's input)
  kDownlink,  ///< site → vehicle; a child when parent_id is set (a task's result)
  kV2n2v,     ///< vehicle → server → vehicles in an area: ends when the last copy does
  kCopy,      ///< one receiver's copy of a kV2n2v message (its parent): created when the parent was, so its
              ///< latency is end to end
};

struct MessageRow {
  std::uint64_t id = 0;         ///< from 1, shared with tasks
  std::uint64_t parent_id = 0;  ///< 0: none
  std::uint16_t service = 0;
  MessageKind kind = MessageKind::kUplink;
  Outcome outcome = Outcome::kUnfinished;
  bool counted = false;  ///< created within [warm-up, duration − drain)
  std::uint32_t vehicle =
      0;                   ///< sender (uplink, kV2n2v) or receiver (downlink, kCopy): row of `vehicle_names`
  std::int32_t cell = -1;  ///< serving cell (nr) or site (ideal) when it ended; −1: none
  std::uint32_t bytes = 0;
  TimeNs created_ns = 0;
  TimeNs end_ns = 0;              ///< delivery, or when it was lost, or the end of the run
  float x_m = 0, y_m = 0;         ///< of the sending vehicle when it was created
  std::uint64_t first_stage = 0;  ///< row of `stages`; filled by the recorder
  std::uint8_t stages = 0;        ///< how many rows; filled by the recorder
  std::uint64_t root_id = 0;  ///< of the task graph that it is a part of; 0: parent_id, or itself. No column
};

/// What a task's row says of its host besides a row of `hosts`.
inline constexpr std::int32_t kInVehicle = -1, kUndecided = -2, kSplit = -3;

struct TaskRow {
  std::uint64_t id = 0;
  std::uint64_t parent_id = 0;
  std::uint16_t service = 0;
  Outcome outcome = Outcome::kUnfinished;
  bool counted = false;
  std::uint32_t vehicle = 0;
  std::int32_t host = kUndecided;  ///< row of `hosts`; −1: the vehicle itself; −2: not decided; −3: a task
                                   ///< graph, whose subtasks (tasks with its id as parent_id) have their own
  std::int32_t cell = -1;  ///< serving cell or site at the decision
  std::uint32_t input_bytes = 0;
  std::uint32_t output_bytes = 0;
  double cycles = 0;
  TimeNs created_ns = 0;
  TimeNs decided_ns = 0;
  TimeNs end_ns = 0;
  float x_m = 0, y_m = 0;
  std::uint64_t first_stage = 0;
  std::uint8_t stages = 0;
  std::int32_t subtask = -1;  ///< number in the graph that parent_id names; −1: none
};

struct CellRow {
  TimeNs time_ns = 0;  ///< end of the interval of `recording.load`
  std::uint16_t cell = 0;
  std::uint32_t ues = 0;   ///< attached at that time
  float ul_prb_share = 0;  ///< of the PRBs of the interval's slots
  float dl_prb_share = 0;
  std::uint32_t ul_blocks = 0, ul_nacks = 0;  ///< transport blocks sent, and failed
  std::uint32_t dl_blocks = 0, dl_nacks = 0;
  std::uint32_t handovers_in = 0, handovers_out = 0;
  std::uint32_t handover_failures = 0, radio_link_failures = 0;  ///< of vehicles that it served
};

/// A slice in a cell; only intervals in which it sent something.
struct SliceRow {
  TimeNs time_ns = 0;
  std::uint16_t cell = 0;
  std::uint16_t slice = 0;
  float ul_prb_share = 0, dl_prb_share = 0;
  std::uint32_t ul_blocks = 0, ul_nacks = 0;
  std::uint32_t dl_blocks = 0, dl_nacks = 0;
  float ul_mcs = 0, dl_mcs = 0;          ///< mean over the blocks; NaN: none
  float ul_sinr_db = 0, dl_sinr_db = 0;  ///< the same
  std::uint32_t dl_preempted = 0;
};

struct LinkRow {
  TimeNs time_ns = 0;
  std::uint16_t link = 0;
  std::uint8_t direction = 0;  ///< 0: from → to, 1: to → from
  std::uint64_t bytes = 0;     ///< whose transmission began in the interval
  std::uint32_t drops = 0;
  float utilisation = 0;  ///< share of the interval's time that the transmitter was busy
  std::uint64_t queued_bytes = 0;
};

struct HostRow {
  TimeNs time_ns = 0;
  std::uint16_t host = 0;
  std::uint32_t running = 0, waiting = 0;
  std::uint32_t finished = 0, dropped = 0;
  float utilisation = 0;  ///< busy cores, averaged over the interval, over all cores
  float gpu_utilisation = 0;
  float energy_j = 0;  ///< of the interval
  std::uint64_t memory_bytes = 0;
  bool up = true;
};

/// What a machine has done in the whole run.
struct HostSummaryRow {
  std::int32_t host = -1;  ///< −1: all vehicles together
  std::uint64_t finished = 0, dropped = 0, failed = 0;
  double busy_core_s = 0, busy_gpu_s = 0;
  double energy_j = 0, task_energy_j = 0;
  double cost = 0;
  std::uint32_t failures = 0;
  double down_s = 0;
};

/// Instances of a service on a host.
struct InstanceRow {
  TimeNs time_ns = 0;
  std::uint16_t host = 0;
  std::uint16_t service = 0;
  std::uint32_t ready = 0;     ///< at that time, those that only end their tasks included
  std::uint32_t starting = 0;  ///< image there, not ready yet
  std::uint32_t pulling = 0;   ///< waiting for their image
  std::uint32_t busy = 0;      ///< tasks in them
  std::uint32_t waiting = 0;   ///< tasks that wait for one
  std::uint32_t desired = 0;   ///< as the autoscaler last said; 0: no autoscaler
  // In the interval:
  std::uint32_t started = 0, stopped = 0, evicted = 0, refused = 0;
  std::uint32_t cold_starts = 0;  ///< tasks that waited for an instance to become ready
  std::uint32_t pulls = 0;        ///< images whose pull ended
  std::uint64_t pulled_bytes = 0;
};

/// A vehicle's service that moves from one host to another, in the phases of TS 23.558 §8.8.
struct RelocationRow {
  TimeNs time_ns = 0;  ///< detected: the serving site has changed
  std::uint32_t vehicle = 0;
  std::uint16_t service = 0;
  std::uint16_t from = 0, to = 0;  ///< hosts
  std::uint8_t mode = 0;           ///< of kRelocationModeNames
  bool done = false;               ///< false: given up; the service is where it was
  bool warm = false;               ///< an instance was ready at the new host, or none was needed
  std::uint64_t bytes = 0;         ///< of context
  TimeNs decided_ns = -1;          ///< new host found, classifier inserted; −1: not come to that
  TimeNs started_ns = -1;          ///< an instance is ready there
  TimeNs executed_ns = -1;         ///< it has the context
  TimeNs end_ns = 0;               ///< traffic steered, old context released; or given up
  std::uint32_t waited = 0;        ///< tasks that waited for it, or were lost to it
};

struct VehicleRow {
  TimeNs time_ns = 0;
  std::uint32_t vehicle = 0;
  std::int32_t cell = -1;
  float x_m = 0, y_m = 0, speed_mps = 0;
};

/// Something that happened once.
enum class EventKind : std::uint8_t {
  kEnter,
  kLeave,
  kHandover,
  kCoverageLost,
  kHandoverFailed,
  kRadioLinkFailed,
  kHostFailed,
  kHostRepaired,
  kImagePulled,
  kInstanceReady,
  kInstanceStopped,
  kInstanceEvicted,
  kInstanceRefused,
  kScaled,
  kRelocationDetected,
  kRelocationDecided,
  kRelocationExecuted,
  kRelocationCompleted,
  kRelocationFailed
};

struct EventRow {
  TimeNs time_ns = 0;
  EventKind kind = EventKind::kEnter;
  std::uint32_t vehicle = 0;
  std::int32_t from = -1, to = -1;  ///< handover: cells
  std::int32_t service = -1;        ///< containers, relocation
  std::int32_t host = -1;           ///< where it happens; relocation: from which
  std::int32_t to_host = -1;        ///< relocation: to which
  std::int64_t value = 0;           ///< containers: see columns.h
};

/// EventRow::vehicle of what happens to a host.
inline constexpr std::uint32_t kNoVehicle = 0xffffffff;

struct VehicleNameRow {
  std::string name;
  std::string type;
};

// What a map needs; written before the first event.

struct SiteRow {
  std::uint16_t site = 0;
  std::uint8_t kind = 0;  ///< of kSiteKindNames
  bool placed = true;     ///< false: the scenario gives it no place
  float x_m = 0, y_m = 0, height_m = 0;
};

/// A point of a road; consecutive rows with the same `road` are one polyline.
struct RoadPointRow {
  std::uint32_t road = 0;
  float x_m = 0, y_m = 0;
};

/// A square of the coverage map.
struct CoverageRow {
  float x_m = 0, y_m = 0;  ///< its centre
  std::int32_t cell = -1;  ///< strongest; −1: none above the least RSRP
  float rsrp_dbm = 0;      ///< of a resource element, from that cell
  float sinr_db = 0;       ///< downlink, all other cells of the carrier at full power
};

}  // namespace cv2x
