#include "sim/world/compute.h"

#include <optional>
#include <utility>

namespace cv2x {

ServerCompute::ServerCompute(ComputeWorld world, JourneyEvents& journeys, ResultSink& results)
    : world_(std::move(world)), journeys_(journeys), results_(results) {
  hosts_.reserve(world_.hosts.size());
  for (const auto& host : world_.hosts) hosts_.push_back(make(host, false));
  for (std::size_t i = 0; i < world_.sites.size(); ++i) {
    const auto& site = world_.sites[i];
    outages_.emplace_back(site.failures, world_.seed, site.key);
    hosts_[i].lose_when_down = site.failures.tasks == FailedTasks::kLost;
  }
}

ServerCompute::Machine ServerCompute::make(const ComputeWorld::Machine& params, bool in_vehicle) const {
  return {.host = Host(params.host, world_.demands),
          .meter = HostMeter(params.meter, now_ns()),
          .queue_stage = in_vehicle ? Stage::kLocalQueue : Stage::kComputeQueue,
          .service_stage = in_vehicle ? Stage::kLocalService : Stage::kComputeService,
          .wake_up = {},
          .counts = {},
          .sampled = {},
          .metered = {}};
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
  Host& host = machine.host;
  journeys_.stages(ref).enter(host.batches(work.service) ? Stage::kBatchWait : machine.queue_stage, now);
  const auto refusal = !machine.up && machine.lose_when_down ? std::optional(Outcome::kHostFailed)
                                                             : host.submit(ref, work, now);
  if (refusal) {
    ++machine.counts.dropped;
    journeys_.lost(ref, *refusal);
    return;
  }
  tell_interrupted(machine);
  machine.wake_up.at(host.next_wakeup(), &ServerCompute::wake, this, &machine);
}

void ServerCompute::tell(const Machine& machine, const Slice& slice) {
  StageList& stages = journeys_.stages(slice.ref);
  if (slice.ready_ns >= 0) stages.enter(machine.queue_stage, slice.ready_ns);
  stages.enter(machine.service_stage, slice.start_ns);
}

void ServerCompute::tell_interrupted(const Machine& machine) {
  for (const auto& slice : machine.host.interrupted()) {
    tell(machine, slice);
    journeys_.stages(slice.ref).enter(machine.queue_stage, slice.end_ns);
  }
}

void ServerCompute::collect(Machine& machine) {
  // What a finished task sets off may come back to this machine, so take all of
  // them out first.
  const std::size_t mine = computed_.size();
  for (const auto& slice : machine.host.advance(now_ns())) {
    tell(machine, slice);
    computed_.push_back(slice.ref);
  }
  const std::size_t until = computed_.size();
  machine.counts.finished += until - mine;
  for (std::size_t i = mine; i < until; ++i) journeys_.computed(computed_[i]);
  computed_.resize(mine);
}

void ServerCompute::wake(Machine* machine) {
  if (!machine->wake_up.fired()) return;
  collect(*machine);
  machine->wake_up.at(machine->host.next_wakeup(), &ServerCompute::wake, this, machine);
}

void ServerCompute::account(Machine& machine) {
  machine.meter.account(now_ns(), machine.up, machine.host.take_busy(now_ns()));
}

void ServerCompute::fill(const Machine& machine, TargetView& view) {
  const ServerParams& params = machine.host.params();
  view.speed_cps = params.speed_cps;
  view.cores = params.cores;
  view.running = machine.host.running();
  view.waiting = machine.host.waiting();
  view.waiting_cycles = machine.host.work_ahead(now_ns());
  view.up = machine.up;
  view.memory_free_bytes = machine.host.admission().free_memory_bytes();
  const HostMeter::Params& meter = machine.meter.params();
  const auto cores = static_cast<double>(params.cores);
  view.busy_power_w = meter.power.peak_w / cores;
  view.idle_power_w = meter.power.idle_w / cores;
  view.price_per_hour = meter.price_per_hour;
  view.admitted_share = machine.host.admission().share();
}

void ServerCompute::view(HostIndex host, TargetView& view) const {
  view.cloud = world_.sites[host.value].cloud;
  fill(hosts_[host.value], view);
}

void ServerCompute::view_local(std::uint32_t slot, TargetView& view) const { fill(*vehicles_[slot], view); }

void ServerCompute::expect(const TaskRequest& task, std::span<TargetView> hosts, TargetView& local) const {
  for (std::size_t i = 0; i < hosts.size(); ++i)
    hosts[i].service_ns = hosts_[i].host.execution_ns(task.service, task.cycles);
  // All vehicles have the same processor.
  if (!vehicles_.empty() && vehicles_.front())
    local.service_ns = vehicles_.front()->host.execution_ns(task.service, task.cycles);
}

void ServerCompute::enter(const VehicleState& vehicle) {
  if (vehicle.slot >= vehicles_.size()) vehicles_.resize(vehicle.slot + 1);
  auto& machine = vehicles_[vehicle.slot];
  if (!machine) {
    machine = std::make_unique<Machine>(make(world_.vehicle, true));
  } else {
    account(*machine);
  }
  machine->up = true;
}

void ServerCompute::leave(std::uint32_t slot) {
  Machine& machine = *vehicles_[slot];
  account(machine);
  machine.up = false;  // until the slot's next vehicle
  for (const auto ref : machine.host.clear(now_ns())) journeys_.lost(ref, Outcome::kVehicleLeft);
}

}  // namespace cv2x
