#include "sim/world/compute.h"

namespace cv2x {

namespace {

ServerParams server_of(std::int64_t cores, double speed_cps, std::int64_t queue, const OrderParams& order) {
  return {.cores = cores,
          .speed_cps = speed_cps,
          .queue = queue,
          .discipline = order.discipline,
          .preemption = order.preemption};
}

AdmissionLimits limits_of(const HostParams& host, bool cloud) {
  AdmissionLimits limits;
  if (host.admission.tasks > 0) limits.tasks = host.admission.tasks;
  if (host.memory_bytes > 0) limits.memory_bytes = host.memory_bytes;
  limits.share_ppb = share_ppb(host.admission.share);
  limits.cloud = cloud;
  return limits;
}

}  // namespace

ServerCompute::ServerCompute(const ComputeParams& params, std::vector<SiteIndex> sites,
                             std::vector<bool> clouds, std::vector<Demand> demands, JourneyEvents& journeys)
    : vehicle_params_(params.vehicles),
      sites_(std::move(sites)),
      clouds_(std::move(clouds)),
      demands_(std::move(demands)),
      journeys_(journeys) {
  hosts_.reserve(params.hosts.size());
  for (const auto& host : params.hosts)
    hosts_.push_back(make(server_of(host.cores, host.speed_cps, host.queue, host.order),
                          limits_of(host, clouds_[hosts_.size()]), false));
}

ServerCompute::Machine ServerCompute::make(const ServerParams& server, const AdmissionLimits& limits,
                                           bool in_vehicle) const {
  return {.host = Host(server, limits, demands_),
          .speed_cps = server.speed_cps,
          .cores = server.cores,
          .queue_stage = in_vehicle ? Stage::kLocalQueue : Stage::kComputeQueue,
          .service_stage = in_vehicle ? Stage::kLocalService : Stage::kComputeService,
          .wake_up = {}};
}

void ServerCompute::submit(std::uint32_t ref, HostIndex host, const Work& work) {
  submit(ref, hosts_[host.value], work);
}

void ServerCompute::submit_local(std::uint32_t ref, std::uint32_t slot, const Work& work) {
  submit(ref, *vehicles_[slot], work);
}

void ServerCompute::submit(std::uint32_t ref, Machine& machine, const Work& work) {
  const TimeNs now = now_ns();
  collect(machine);  // a core that becomes free at this very moment is free
  journeys_.stages(ref).enter(machine.queue_stage, now);
  if (const auto refusal = machine.host.submit(ref, work, now)) {
    ++machine.dropped;
    journeys_.lost(ref, *refusal);
    return;
  }
  for (const auto& slice : machine.host.interrupted()) {
    journeys_.stages(slice.ref).enter(machine.service_stage, slice.start_ns);
    journeys_.stages(slice.ref).enter(machine.queue_stage, slice.end_ns);
  }
  machine.wake_up.at(machine.host.next_wakeup(), &ServerCompute::wake, this, &machine);
}

void ServerCompute::collect(Machine& machine) {
  // What a finished task sets off may come back to this machine, so take all of them out first.
  const std::size_t mine = computed_.size();
  for (const auto& slice : machine.host.advance(now_ns())) {
    journeys_.stages(slice.ref).enter(machine.service_stage, slice.start_ns);
    computed_.push_back(slice.ref);
  }
  const std::size_t until = computed_.size();
  machine.finished += static_cast<std::uint32_t>(until - mine);
  for (std::size_t i = mine; i < until; ++i) journeys_.computed(computed_[i]);
  computed_.resize(mine);
}

void ServerCompute::wake(Machine* machine) {
  if (!machine->wake_up.fired()) return;
  collect(*machine);
  machine->wake_up.at(machine->host.next_wakeup(), &ServerCompute::wake, this, machine);
}

void ServerCompute::fill(const Machine& machine, TargetView& view) {
  view.speed_cps = machine.speed_cps;
  view.cores = machine.cores;
  view.running = machine.host.server().running();
  view.waiting = machine.host.server().waiting();
  view.waiting_cycles = machine.host.server().work_ahead(now_ns());
}

void ServerCompute::view(HostIndex host, TargetView& view) const {
  view.cloud = clouds_[host.value];
  fill(hosts_[host.value], view);
}

void ServerCompute::view_local(std::uint32_t slot, TargetView& view) const { fill(*vehicles_[slot], view); }

void ServerCompute::expect(const TaskRequest& task, std::span<TargetView> hosts, TargetView& local) const {
  for (auto& host : hosts) host.service_ns = from_seconds(task.cycles / host.speed_cps);
  local.service_ns = from_seconds(task.cycles / local.speed_cps);
}

void ServerCompute::sample(TimeNs interval, ResultSink& sink) {
  const TimeNs now = now_ns();
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    auto& m = hosts_[i];
    const double core_time = static_cast<double>(interval) * static_cast<double>(m.cores);
    sink.host({.time_ns = now,
               .host = static_cast<std::uint16_t>(i),
               .running = static_cast<std::uint32_t>(m.host.server().running()),
               .waiting = static_cast<std::uint32_t>(m.host.server().waiting()),
               .finished = m.finished,
               .dropped = m.dropped,
               .utilisation = static_cast<float>(static_cast<double>(m.host.take_busy_ns(now)) / core_time)});
    m.finished = m.dropped = 0;
  }
}

void ServerCompute::enter(const VehicleState& vehicle) {
  if (vehicle.slot >= vehicles_.size()) vehicles_.resize(vehicle.slot + 1);
  auto& machine = vehicles_[vehicle.slot];
  if (!machine)
    machine = std::make_unique<Machine>(make(server_of(vehicle_params_.cores, vehicle_params_.speed_cps,
                                                       vehicle_params_.queue, vehicle_params_.order),
                                             AdmissionLimits{}, true));
}

void ServerCompute::leave(std::uint32_t slot) {
  for (const auto ref : vehicles_[slot]->host.clear(now_ns())) journeys_.lost(ref, Outcome::kVehicleLeft);
}

}  // namespace cv2x
