// What is written of a journey that has ended.
#include <limits>

#include "sim/world/clock.h"
#include "sim/world/session.h"

namespace cv2x {
namespace {

/// What a row's count of stages holds.
constexpr std::size_t kMostStages = std::numeric_limits<decltype(TaskRow::stages)>::max();

}  // namespace

MessageRow Session::message_row(const Journey& j, Outcome outcome) const {
  return {.id = j.id,
          .parent_id = j.parent_id,
          .service = static_cast<std::uint16_t>(j.service.value),
          .kind = j.flow == Flow::kGeocast                  ? MessageKind::kV2n2v
                  : j.flow == Flow::kCopy                   ? MessageKind::kCopy
                  : j.flow == Flow::kTransfer && j.has_down ? MessageKind::kDownlink
                                                            : MessageKind::kUplink,
          .outcome = outcome,
          .counted = j.counted,
          .vehicle = j.serial,
          .cell = j.cell,
          .bytes = static_cast<std::uint32_t>(j.flow == Flow::kCopy ? j.output_bytes : j.input_bytes),
          .created_ns = j.created_ns,
          .end_ns = now_ns(),
          .x_m = j.x_m,
          .y_m = j.y_m,
          .root_id = j.graph_id};
}

void Session::write(const Journey& j, Outcome outcome) {
  const std::span<const StageEntry> own = std::span(j.stages.entries()).subspan(j.own_first);
  switch (j.flow) {
    case Flow::kTask:
      write_task(j, outcome);
      break;
    case Flow::kGraph:
    case Flow::kSubtask:
      ports_.results->task(task_row(j, outcome), {}, coarsened(own, now_ns(), kMostStages), j.vehicle_key);
      break;
    case Flow::kTransfer:  // between hosts: the links tell
      if (j.has_up || j.has_down) ports_.results->message(message_row(j, outcome), own, j.vehicle_key);
      break;
    default:
      ports_.results->message(message_row(j, outcome), own, j.vehicle_key);
  }
}

TaskRow Session::task_row(const Journey& j, Outcome outcome) const {
  return {.id = j.id,
          .parent_id = j.parent_id,
          .service = static_cast<std::uint16_t>(j.service.value),
          .outcome = outcome,
          .counted = j.counted,
          .vehicle = j.serial,
          .host = j.flow == Flow::kGraph ? kSplit
                  : j.local              ? kInVehicle
                  : j.host.valid()       ? static_cast<std::int32_t>(j.host.value)
                                         : kUndecided,
          .cell = j.cell,
          .input_bytes = static_cast<std::uint32_t>(j.input_bytes),
          .output_bytes = static_cast<std::uint32_t>(j.output_bytes),
          .cycles = j.cycles,
          .created_ns = j.created_ns,
          .decided_ns = j.decided_ns,
          .end_ns = now_ns(),
          .x_m = j.x_m,
          .y_m = j.y_m,
          .subtask = j.flow == Flow::kSubtask ? static_cast<std::int32_t>(j.subtask) : -1};
}

void Session::write_task(const Journey& j, Outcome outcome) {
  ResultSink::TaskParts parts;
  if (j.has_up) {
    parts.has_up = true;
    parts.up = message_row(j, j.up_arrived ? Outcome::kDelivered : outcome);
    parts.up.id = j.id + 1;
    parts.up.parent_id = j.id;
    parts.up.kind = MessageKind::kUplink;
    parts.up.created_ns = j.decided_ns;
    if (j.up_arrived) parts.up.end_ns = j.up_end_ns;
    parts.up_first = j.up_first;
    parts.up_count = (j.up_arrived ? j.up_last : j.stages.size()) - j.up_first;
  }
  if (j.has_down) {
    parts.has_down = true;
    parts.down = message_row(j, outcome);
    parts.down.id = j.id + 2;
    parts.down.parent_id = j.id;
    parts.down.kind = MessageKind::kDownlink;
    parts.down.bytes = static_cast<std::uint32_t>(j.output_bytes);
    parts.down.created_ns = j.down_begin_ns;
    parts.down_first = j.down_first;
    parts.down_count = j.stages.size() - j.down_first;
  }
  ports_.results->task(task_row(j, outcome), parts, j.stages.entries(), j.vehicle_key);
}

}  // namespace cv2x
