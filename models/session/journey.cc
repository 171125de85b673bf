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
      j.step = j.flow == Flow::kTask   ? Step::kDeciding
               : j.flow == Flow::kCopy ? begin_downlink(j, now)
                                       : begin_uplink(j);
      if (j.step == Step::kDeciding) j.stages.enter(Stage::kDecision, now);
      break;
    case Step::kDeciding:
      j.step = j.local ? Step::kComputing : begin_uplink(j);
      break;
    case Step::kUplink:
      j.step = Step::kToServer;
      break;
    case Step::kToServer:
      end_uplink(j, now);
      j.step = j.flow == Flow::kUpload ? Step::kEnded : Step::kComputing;
      break;
    case Step::kComputing:
      j.step = j.local ? Step::kEnded : j.flow == Flow::kGeocast ? Step::kFanOut : begin_downlink(j, now);
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
