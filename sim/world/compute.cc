#include "sim/world/compute.h"

namespace cv2x {

ServerCompute::ServerCompute(const ComputeParams& params, std::vector<SiteIndex> sites,
                             std::vector<bool> clouds, JourneyEvents& journeys)
    : vehicle_params_(params.vehicles),
      sites_(std::move(sites)),
      clouds_(std::move(clouds)),
      journeys_(journeys) {
  hosts_.reserve(params.hosts.size());
  for (const auto& host : params.hosts) hosts_.push_back(make(host.cores, host.speed_cps, host.queue, false));
}

ServerCompute::Machine ServerCompute::make(std::int64_t cores, double speed_cps, std::int64_t queue,
                                           bool in_vehicle) const {
  return {.server = Server(cores, speed_cps, queue),
          .speed_cps = speed_cps,
          .cores = cores,
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
  if (!machine.server.submit(ref, work.cycles, now)) {
    ++machine.dropped;
    journeys_.lost(ref, Outcome::kComputeFull);
    return;
  }
  machine.wake_up.at(machine.server.next_wakeup(), &ServerCompute::wake, this, &machine);
}

void ServerCompute::collect(Machine& machine) {
  // What a finished task sets off may come back to this machine and overwrite the span, so take it out first.
  while (machine.server.next_wakeup() <= now_ns()) {
    const auto done = machine.server.advance(now_ns());
    const std::vector<Server::Finished> finished(done.begin(), done.end());
    machine.finished += static_cast<std::uint32_t>(finished.size());
    for (const auto& f : finished) {
      journeys_.stages(f.ref).enter(machine.service_stage, f.start_ns);
      journeys_.computed(f.ref);
    }
  }
}

void ServerCompute::wake(Machine* machine) {
  if (!machine->wake_up.fired()) return;
  collect(*machine);
  machine->wake_up.at(machine->server.next_wakeup(), &ServerCompute::wake, this, machine);
}

void ServerCompute::fill(const Machine& machine, TargetView& view) {
  view.speed_cps = machine.speed_cps;
  view.cores = machine.cores;
  view.running = machine.server.running();
  view.waiting = machine.server.waiting();
  view.waiting_cycles = machine.server.work_ahead(now_ns());
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
    sink.host(
        {.time_ns = now,
         .host = static_cast<std::uint16_t>(i),
         .running = static_cast<std::uint32_t>(m.server.running()),
         .waiting = static_cast<std::uint32_t>(m.server.waiting()),
         .finished = m.finished,
         .dropped = m.dropped,
         .utilisation = static_cast<float>(static_cast<double>(m.server.take_busy_ns(now)) / core_time)});
    m.finished = m.dropped = 0;
  }
}

void ServerCompute::enter(const VehicleState& vehicle) {
  if (vehicle.slot >= vehicles_.size()) vehicles_.resize(vehicle.slot + 1);
  auto& machine = vehicles_[vehicle.slot];
  if (!machine)
    machine = std::make_unique<Machine>(
        make(vehicle_params_.cores, vehicle_params_.speed_cps, vehicle_params_.queue, true));
}

void ServerCompute::leave(std::uint32_t slot) {
  for (const auto ref : vehicles_[slot]->server.clear(now_ns())) journeys_.lost(ref, Outcome::kVehicleLeft);
}

}  // namespace cv2x
