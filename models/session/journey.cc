#include "models/session/journey.h"

#include <cassert>

namespace cv2x {
namespace {

Step begin_uplink(Journey& j) {
  j.has_up = true;
  j.up_first = j.stages.cut();
  return Step::kUplink;
}

Step begin_downlink(Journey& j, TimeNs now) {
  j.has_down = true;
  j.down_first = j.stages.cut();
  j.down_begin_ns = now;
  return Step::kToVehicle;
}

void end_uplink(Journey& j, TimeNs now) {
  j.up_arrived = true;
  j.up_last = j.stages.cut();
  j.up_end_ns = now;
}

}  // namespace

Step advance(Journey& j, TimeNs now) {
  switch (j.step) {
    case Step::kCreated:
      j.step = j.flow == Flow::kTask || j.flow == Flow::kSubtask ? Step::kDeciding
               : j.flow == Flow::kCopy                           ? begin_downlink(j, now)
               : j.flow == Flow::kGraph                          ? Step::kFanOut
                                                                 : begin_uplink(j);
      if (j.step == Step::kDeciding) j.stages.enter(Stage::kDecision, now);
      break;
    case Step::kDeciding:
      j.step = j.flow == Flow::kSubtask ? Step::kGathering : j.local ? Step::kComputing : begin_uplink(j);
      break;
    case Step::kGathering:
      j.step = Step::kComputing;
      break;
    case Step::kUplink:
      j.step = Step::kToServer;
      break;
    case Step::kToServer:
      if (j.flow == Flow::kTransfer) {
        j.step = Step::kEnded;
        break;
      }
      end_uplink(j, now);
      j.step = j.flow == Flow::kUpload ? Step::kEnded : Step::kComputing;
      break;
    case Step::kComputing:
      j.step = j.local || j.flow == Flow::kSubtask ? Step::kEnded
               : j.flow == Flow::kGeocast          ? Step::kFanOut
                                                   : begin_downlink(j, now);
      break;
    case Step::kFanOut:
      j.step = Step::kEnded;
      break;
    case Step::kToVehicle:
      j.step = Step::kDownlink;
      break;
    case Step::kDownlink:
      j.step = Step::kEnded;
      break;
    case Step::kEnded:
      assert(false);
  }
  return j.step;
}

void decide(Journey& j, HostIndex host, SiteIndex site, TimeNs now) {
  assert(j.step == Step::kDeciding && host.valid());
  j.host = host;
  j.server_site = site;
  j.decided_ns = now;
}

void decide_local(Journey& j, TimeNs now) {
  assert(j.step == Step::kDeciding);
  j.local = true;
  j.decided_ns = now;
}

void begin_copy(Journey& copy, const Journey& geocast, std::uint32_t geocast_ref) {
  copy.parent_id = geocast.id;
  copy.parent_ref = geocast_ref;
  copy.flow = Flow::kCopy;
  copy.step = Step::kCreated;
  copy.counted = geocast.counted;
  copy.service = geocast.service;
  copy.server_site = geocast.server_site;
  copy.host = geocast.host;
  copy.output_bytes = geocast.output_bytes;
  copy.created_ns = geocast.created_ns;
  copy.x_m = geocast.x_m;
  copy.y_m = geocast.y_m;
  copy.stages.assign(geocast.stages);
}

void begin_subtask(Journey& subtask, const Journey& graph, std::uint32_t number, const StageList& way) {
  subtask.parent_id = subtask.graph_id = graph.id;
  subtask.flow = Flow::kSubtask;
  subtask.step = Step::kCreated;
  subtask.subtask = number;
  subtask.counted = graph.counted;
  subtask.service = graph.service;
  subtask.slot = graph.slot;
  subtask.serial = graph.serial;
  subtask.vehicle_key = graph.vehicle_key;
  subtask.due_ns = graph.due_ns;
  subtask.x_m = graph.x_m;
  subtask.y_m = graph.y_m;
  subtask.stages.assign(way);
  subtask.own_first = subtask.stages.cut();
}

void begin_transfer(Journey& transfer, const Journey& subtask, Way way, std::int64_t bytes, SiteIndex from,
                    SiteIndex to) {
  transfer.parent_id = subtask.id;
  transfer.graph_id = subtask.graph_id;
  transfer.flow = Flow::kTransfer;
  transfer.step = way == Way::kUp ? Step::kUplink : way == Way::kBetween ? Step::kToServer : Step::kToVehicle;
  transfer.has_up = way == Way::kUp;
  transfer.has_down = way == Way::kDown;
  transfer.subtask = subtask.subtask;
  transfer.counted = subtask.counted;
  transfer.service = subtask.service;
  transfer.slot = subtask.slot;
  transfer.serial = subtask.serial;
  transfer.vehicle_key = subtask.vehicle_key;
  transfer.cell = subtask.cell;
  transfer.server_site = way == Way::kDown ? from : to;
  transfer.radio_site = from;
  transfer.input_bytes = transfer.output_bytes = bytes;
  transfer.x_m = subtask.x_m;
  transfer.y_m = subtask.y_m;
  transfer.stages.assign(subtask.stages);
  transfer.own_first = transfer.stages.cut();
}

void join_transfer(Journey& subtask, const Journey& transfer) {
  subtask.stages.assign(transfer.stages);
  subtask.stages.cut();
}

void begin_shipment(Journey& shipment, const Journey& before, std::uint64_t geocast) {
  shipment.parent_id = geocast;
  shipment.flow = Flow::kShipment;
  shipment.step = Step::kToVehicle;
  shipment.service = before.service;
  shipment.server_site = before.server_site;
  shipment.output_bytes = before.output_bytes;
  shipment.stages.assign(before.stages);
  shipment.stages.cut();
}

void join_shipment(Journey& copy, const Journey& shipment) {
  copy.stages.assign(shipment.stages);
  copy.stages.cut();
}

bool end_copy(Journey& geocast, const Journey& copy, Outcome outcome) {
  assert(geocast.copies_open > 0);
  if (outcome != Outcome::kDelivered && geocast.copies_outcome == Outcome::kDelivered)
    geocast.copies_outcome = outcome;
  if (--geocast.copies_open > 0) return false;
  geocast.stages.assign(copy.stages);  // copies end in order of time, so the last to end is the slowest
  return true;
}

}  // namespace cv2x
