#include "sim/world/session.h"

#include <algorithm>
#include <cassert>

#include "sim/world/clock.h"

namespace cv2x {
namespace {

Flow flow_of(ServiceKind kind) {
  switch (kind) {
    case ServiceKind::kPerceptionOffload:
    case ServiceKind::kMapDownload:
      return Flow::kTask;
    case ServiceKind::kCooperativeWarning:
      return Flow::kGeocast;
    case ServiceKind::kTelemetryUpload:
    case ServiceKind::kSidelinkBroadcast:  // has no journeys: world/sidelink.h
      return Flow::kUpload;
  }
  return Flow::kUpload;
}

}  // namespace

Session::Session(std::vector<ServiceWorld> services, const CountWindow& window)
    : services_(std::move(services)), window_(window) {}

std::uint32_t Session::allocate() {
  if (free_.empty()) {
    pool_.push_back(std::make_unique<Journey>());
    return static_cast<std::uint32_t>(pool_.size() - 1);
  }
  const std::uint32_t ref = free_.back();
  free_.pop_back();
  // A fresh journey that keeps the capacity of the stage list.
  StageList stages = std::move(pool_[ref]->stages);
  stages.clear();
  *pool_[ref] = Journey{};
  pool_[ref]->stages = std::move(stages);
  return ref;
}

void Session::create(std::uint32_t slot, ServiceIndex service, const Request& request) {
  const auto& s = services_[service.value];
  const std::uint32_t ref = allocate();
  Journey& j = *pool_[ref];
  const TimeNs now = now_ns();
  const Position position = ports_.fleet->kinematics(slot).position;
  j.flow = flow_of(s.params.kind);
  j.id = next_id_;
  next_id_ +=
      j.flow == Flow::kTask ? 3 : 1;  // a task's uplink and downlink messages have the two ids after its own
  j.service = service;
  j.slot = slot;
  j.serial = ports_.fleet->serial(slot);
  j.vehicle_key = ports_.fleet->key(slot);
  j.cell = ports_.access->serving_cell(slot);
  j.input_bytes = request.input_bytes;
  j.output_bytes = request.output_bytes;
  j.cycles = request.cycles;
  j.created_ns = now;
  j.x_m = static_cast<float>(position.x_m);
  j.y_m = static_cast<float>(position.y_m);
  j.counted = now >= window_.from_ns && now < window_.until_ns;
  if (j.counted) ++open_counted_;
  if (j.flow == Flow::kUpload) j.server_site = s.destination;
  if (j.flow == Flow::kGeocast) {
    const SiteIndex serving = ports_.access->serving_site(slot);
    j.host = s.server.valid() || !serving.valid() ? s.server
                                                  : ports_.nearest_host(s.upf.valid() ? s.upf : serving);
    if (j.host.valid()) j.server_site = ports_.compute->site(j.host);
  }
  j.step = Step::kCreated;
  proceed(ref);
}

void Session::proceed(std::uint32_t ref) {
  Journey& j = *pool_[ref];
  switch (advance(j, now_ns())) {
    case Step::kDeciding: {
      const auto& s = services_[j.service.value];
      if (s.server.valid()) {
        resolve(ref, Target{s.server});
      } else {
        j.by_policy = true;
        ports_.decider->request(ref, j.slot,
                                {.task_id = j.id,
                                 .service = j.service,
                                 .vehicle = VehicleIndex{j.serial},
                                 .input_bytes = j.input_bytes,
                                 .output_bytes = j.output_bytes,
                                 .cycles = s.params.cycles,
                                 .deadline_ns = s.params.deadline_ns});
      }
      break;
    }
    case Step::kUplink:
      send_up(ref);
      break;
    case Step::kComputing: {
      const Work work{.service = j.service,
                      .cycles = j.cycles,
                      .deadline_ns = j.created_ns + services_[j.service.value].params.deadline_ns};
      if (j.local) {
        ports_.compute->submit_local(ref, j.slot, work);
      } else {
        ports_.compute->submit(ref, j.host, work);
      }
      break;
    }
    case Step::kFanOut:
      fan_out(ref);
      break;
    case Step::kToVehicle:
      leave_server(ref);
      break;
    case Step::kDownlink:
      ports_.access->send_down(j.slot, ref, j.service, j.output_bytes, ports_.access->serving_site(j.slot));
      break;
    case Step::kEnded:
      end(ref, j.flow == Flow::kGeocast ? j.copies_outcome : Outcome::kDelivered);
      break;
    case Step::kCreated:
    case Step::kToServer:
      assert(false);
  }
}

void Session::resolve(std::uint32_t ref, Target target) {
  Journey& j = *pool_[ref];
  if (vehicle_gone(j)) {
    end(ref, Outcome::kVehicleLeft);
  } else if (target.is_local()) {
    decide_local(j, now_ns());
    proceed(ref);
  } else {
    decide(j, target.host, ports_.compute->site(target.host), now_ns());
    proceed(ref);
  }
}

void Session::send_up(std::uint32_t ref) {
  Journey& j = *pool_[ref];
  if (!ports_.access->serving_site(j.slot).valid()) {
    j.stages.enter(Stage::kUeProcessing, now_ns());
    end(ref, Outcome::kOutOfCoverage);
  } else {
    ports_.access->send_up(j.slot, ref, j.service, j.input_bytes);
  }
}

void Session::uplink_arrived(std::uint32_t ref, SiteIndex at, std::int32_t cell) {
  Journey& j = *pool_[ref];
  j.cell = cell;
  const Step step = advance(j, now_ns());
  assert(step == Step::kToServer);
  static_cast<void>(step);
  // The tunnel of the PDU session ends in its UPF, wherever the server stands.
  const SiteIndex upf = services_[j.service.value].upf;
  j.to_upf = upf.valid() && upf != at;
  ports_.backhaul->send(ref, j.input_bytes, at, j.to_upf ? upf : j.server_site);
}

void Session::leave_server(std::uint32_t ref) {
  Journey& j = *pool_[ref];
  const SiteIndex upf = services_[j.service.value].upf;
  j.to_upf = upf.valid() && upf != j.server_site;
  if (j.to_upf) {
    ports_.backhaul->send(ref, j.output_bytes, j.server_site, upf);
  } else {
    send_to_vehicle(ref, j.server_site);
  }
}

void Session::routed(std::uint32_t ref) {
  Journey& j = *pool_[ref];
  if (j.flow == Flow::kShipment) return shipment_arrived(ref);
  if (j.to_upf) {
    j.to_upf = false;
    const SiteIndex upf = services_[j.service.value].upf;
    if (j.step == Step::kToServer) {
      ports_.backhaul->send(ref, j.input_bytes, upf, j.server_site);
    } else {
      send_to_vehicle(ref, upf);
    }
    return;
  }
  if (j.step == Step::kToServer) {
    proceed(ref);
    return;
  }
  // Arrived at the site that served the vehicle when the message was sent; it may have moved on since.
  if (vehicle_gone(j)) {
    end(ref, Outcome::kVehicleLeft);
  } else if (!ports_.access->serving_site(j.slot).valid()) {
    end(ref, Outcome::kOutOfCoverage);
  } else if (ports_.access->serving_site(j.slot) != j.radio_site) {
    j.stages.enter(Stage::kHandover, now_ns());
    send_to_vehicle(ref, j.radio_site);
  } else if (j.step == Step::kToVehicle) {
    proceed(ref);
  } else {
    ports_.access->send_down(j.slot, ref, j.service, j.output_bytes, j.radio_site);
  }
}

void Session::send_to_vehicle(std::uint32_t ref, SiteIndex from) {
  Journey& j = *pool_[ref];
  if (vehicle_gone(j)) {
    end(ref, Outcome::kVehicleLeft);
    return;
  }
  const SiteIndex to = ports_.access->serving_site(j.slot);
  if (!to.valid()) {
    j.stages.enter(Stage::kDlQueue, now_ns());
    end(ref, Outcome::kOutOfCoverage);
    return;
  }
  j.radio_site = to;
  ports_.backhaul->send(ref, j.output_bytes, from, to);
}

void Session::downlink_moved(std::uint32_t ref, SiteIndex at) { send_to_vehicle(ref, at); }

void Session::downlink_arrived(std::uint32_t ref, std::int32_t cell) {
  pool_[ref]->cell = cell;
  proceed(ref);
}

void Session::lost(std::uint32_t ref, Outcome outcome) {
  if (pool_[ref]->flow == Flow::kShipment) {
    shipment_lost(ref, outcome);
  } else {
    end(ref, outcome);
  }
}

void Session::computed(std::uint32_t ref) { proceed(ref); }

void Session::fan_out(std::uint32_t ref) {
  const Journey& geocast = *pool_[ref];
  const double radius_m = services_[geocast.service.value].params.radius_m;
  const auto receivers = ports_.fleet->within({geocast.x_m, geocast.y_m, 0}, radius_m);
  std::vector<std::uint32_t> copies;
  for (const auto slot : receivers) {
    if (slot == geocast.slot && !vehicle_gone(geocast)) continue;
    const std::uint32_t copy_ref = allocate();
    Journey& copy = *pool_[copy_ref];
    copy.id = next_id_++;
    copy.slot = slot;
    copy.serial = ports_.fleet->serial(slot);
    copy.vehicle_key = ports_.fleet->key(slot);
    copy.cell = ports_.access->serving_cell(slot);
    begin_copy(copy, *pool_[ref], ref);
    if (copy.counted) ++open_counted_;
    copies.push_back(copy_ref);
  }
  pool_[ref]->copies_open = static_cast<std::uint32_t>(copies.size());
  if (copies.empty()) {
    proceed(ref);
    return;
  }
  if (services_[pool_[ref]->service.value].params.delivery == Delivery::kBroadcast) {
    fan_out_broadcast(ref, copies);
  } else {
    for (const auto copy : copies) proceed(copy);
  }
}

bool Session::vehicle_gone(const Journey& j) const {
  return !ports_.fleet->present(j.slot) || ports_.fleet->serial(j.slot) != j.serial;
}

void Session::end(std::uint32_t ref, Outcome outcome) {
  Journey& j = *pool_[ref];
  j.stages.end(now_ns());
  write(j, outcome);
  const bool placed = j.flow == Flow::kTask && j.by_policy && (j.local || j.host.valid());
  if (placed && outcome != Outcome::kUnfinished)
    ports_.decider->finished({.task_id = j.id,
                              .service = j.service,
                              .vehicle = VehicleIndex{j.serial},
                              .target = j.local ? kLocal : Target{j.host},
                              .outcome = outcome,
                              .created_ns = j.created_ns,
                              .end_ns = now_ns(),
                              .deadline_ns = services_[j.service.value].params.deadline_ns});
  const bool counted = j.counted;
  const bool is_copy = j.flow == Flow::kCopy;
  const std::uint32_t parent = j.parent_ref;
  const bool last_copy = is_copy && end_copy(*pool_[parent], j, outcome);
  j.step = Step::kEnded;
  free_.push_back(ref);
  if (last_copy) proceed(parent);
  if (counted && --open_counted_ == 0 && on_all_through_) on_all_through_();
}

void Session::finish() {
  // Copies first: the last copy of a geocast ends it.
  for (const bool copies : {true, false}) {
    for (std::uint32_t ref = 0; ref < pool_.size(); ++ref) {
      if (pool_[ref]->flow == Flow::kShipment) continue;
      if (pool_[ref]->step != Step::kEnded && (pool_[ref]->flow == Flow::kCopy) == copies)
        end(ref, Outcome::kUnfinished);
    }
  }
}

MessageRow Session::message_row(const Journey& j, Outcome outcome) const {
  return {.id = j.id,
          .parent_id = j.parent_id,
          .service = static_cast<std::uint16_t>(j.service.value),
          .kind = j.flow == Flow::kGeocast ? MessageKind::kV2n2v
                  : j.flow == Flow::kCopy  ? MessageKind::kCopy
                                           : MessageKind::kUplink,
          .outcome = outcome,
          .counted = j.counted,
          .vehicle = j.serial,
          .cell = j.cell,
          .bytes = static_cast<std::uint32_t>(j.flow == Flow::kCopy ? j.output_bytes : j.input_bytes),
          .created_ns = j.created_ns,
          .end_ns = now_ns(),
          .x_m = j.x_m,
          .y_m = j.y_m};
}

void Session::write(const Journey& j, Outcome outcome) {
  if (j.flow == Flow::kTask) {
    write_task(j, outcome);
  } else {
    ports_.results->message(message_row(j, outcome), j.stages.entries(), j.vehicle_key);
  }
}

void Session::write_task(const Journey& j, Outcome outcome) {
  const TaskRow row{.id = j.id,
                    .parent_id = j.parent_id,
                    .service = static_cast<std::uint16_t>(j.service.value),
                    .outcome = outcome,
                    .counted = j.counted,
                    .vehicle = j.serial,
                    .host = j.local          ? -1
                            : j.host.valid() ? static_cast<std::int32_t>(j.host.value)
                                             : -2,
                    .cell = j.cell,
                    .input_bytes = static_cast<std::uint32_t>(j.input_bytes),
                    .output_bytes = static_cast<std::uint32_t>(j.output_bytes),
                    .cycles = j.cycles,
                    .created_ns = j.created_ns,
                    .decided_ns = j.decided_ns,
                    .end_ns = now_ns(),
                    .x_m = j.x_m,
                    .y_m = j.y_m};
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
  ports_.results->task(row, parts, j.stages.entries(), j.vehicle_key);
}

}  // namespace cv2x
