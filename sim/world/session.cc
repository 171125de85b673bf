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
    case ServiceKind::kTaskGraph:
    case ServiceKind::kPerceptionPipeline:
      return Flow::kGraph;
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
  j.due_ns = now + s.params.deadline_ns;
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
  if (j.flow == Flow::kGraph) {
    begin_graph(ref, request.subtask_cycles);
  } else {
    proceed(ref);
  }
}

void Session::proceed(std::uint32_t ref) {
  Journey& j = *pool_[ref];
  switch (advance(j, now_ns())) {
    case Step::kDeciding: {
      if (j.flow == Flow::kSubtask) return ask_subtask(ref);
      const auto& s = services_[j.service.value];
      if (s.server.valid()) {
        resolve(ref, Target{s.server});
      } else if (!to_anchor(ref)) {
        j.by_policy = true;
        ports_.decider->request(ref, j.slot,
                                {.task_id = j.id,
                                 .service = j.service,
                                 .vehicle = VehicleIndex{j.serial},
                                 .input_bytes = j.input_bytes,
                                 .output_bytes = j.output_bytes,
                                 .cycles = s.params.cycles,
                                 .deadline_ns = s.params.deadline_ns,
                                 .gap_ns = from_seconds(1 / s.params.rate_hz),
                                 .priority = s.params.demand.priority,
                                 .memory_bytes = s.params.demand.memory_bytes});
      }
      break;
    }
    case Step::kUplink:
      send_up(ref);
      break;
    case Step::kGathering:
      gather(ref);
      break;
    case Step::kComputing: {
      if (j.flow == Flow::kSubtask && graph_lost(j)) return end(ref, Outcome::kGraphLost);
      const Work work{.service = j.service, .cycles = j.cycles, .deadline_ns = j.due_ns};
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
      ports_.access->send_down(j.slot, ref, j.service, j.output_bytes, attachment(j));
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
  if (j.flow == Flow::kSubtask) target = allowed_target(j, target);
  if (vehicle_gone(j)) {
    end(ref, Outcome::kVehicleLeft);
  } else if (target.is_local()) {
    decide_local(j, now_ns());
    proceed(ref);
  } else {
    j.path = target.path;
    if (j.path != kServing) j.cell = static_cast<std::int32_t>(attachment(j).value);
    if (j.by_policy && services_[j.service.value].params.relocates)
      ports_.anchors->placed(j.slot, j.service, target.host);
    decide(j, target.host, ports_.compute->site(target.host), now_ns());
    proceed(ref);
  }
}

void Session::send_up(std::uint32_t ref) {
  Journey& j = *pool_[ref];
  if (!attachment(j).valid()) {
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
  } else if (!attachment(j).valid()) {
    end(ref, Outcome::kOutOfCoverage);
  } else if (attachment(j) != j.radio_site) {
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
  const SiteIndex to = attachment(j);
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

SiteIndex Session::attachment(const Journey& j) const { return ports_.access->attachment(j.slot, j.path); }

bool Session::vehicle_gone(const Journey& j) const {
  return !ports_.fleet->present(j.slot) || ports_.fleet->serial(j.slot) != j.serial;
}

void Session::end(std::uint32_t ref, Outcome outcome) {
  Journey& j = *pool_[ref];
  j.stages.end(now_ns());
  write(j, outcome);
  const bool placed = j.by_policy && (j.local || j.host.valid());
  if (placed && outcome != Outcome::kUnfinished)
    ports_.decider->finished({.task_id = j.id,
                              .service = j.service,
                              .vehicle = VehicleIndex{j.serial},
                              .target = j.local ? kLocal : Target{j.host, j.path},
                              .outcome = outcome,
                              .created_ns = j.created_ns,
                              .end_ns = now_ns(),
                              .deadline_ns = j.due_ns - j.created_ns});
  const bool counted = j.counted;
  const bool is_copy = j.flow == Flow::kCopy;
  const std::uint32_t parent = j.parent_ref;
  const bool last_copy = is_copy && end_copy(*pool_[parent], j, outcome);
  j.step = Step::kEnded;
  if (j.graph_id != 0) part_ended(ref, outcome);
  free_.push_back(ref);
  if (last_copy) proceed(parent);
  if (counted && --open_counted_ == 0 && on_all_through_) on_all_through_();
}

void Session::finish() {
  // Parts first: the last copy of a geocast ends it, and so does what is lost of a task graph.
  const auto rank = [](Flow flow) {
    return flow == Flow::kCopy || flow == Flow::kTransfer ? 0 : flow == Flow::kSubtask ? 1 : 2;
  };
  for (const int now : {0, 1, 2}) {
    for (std::uint32_t ref = 0; ref < pool_.size(); ++ref) {
      const Journey& j = *pool_[ref];
      if (j.step != Step::kEnded && j.flow != Flow::kShipment && rank(j.flow) == now)
        end(ref, Outcome::kUnfinished);
    }
  }
}

}  // namespace cv2x
