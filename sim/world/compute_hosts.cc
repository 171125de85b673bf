// Of ServerCompute: failures, rows of load, totals.
#include "sim/world/compute.h"

namespace cv2x {

void ServerCompute::start() {
  for (std::uint32_t i = 0; i < hosts_.size(); ++i) plan_change(i);
}

void ServerCompute::plan_change(std::uint32_t host) {
  const TimeNs next = outages_[host].next_ns();
  if (next != kNever) schedule_at(next, &ServerCompute::change, this, host);
}

void ServerCompute::change(std::uint32_t host) {
  Machine& machine = hosts_[host];
  const TimeNs now = now_ns();
  const bool retried = !machine.lose_when_down;
  collect(machine);
  account(machine);
  machine.up = !machine.up;
  outages_[host].pop();
  plan_change(host);
  results_.event({.time_ns = now,
                  .kind = machine.up ? EventKind::kHostRepaired : EventKind::kHostFailed,
                  .vehicle = kNoVehicle,
                  .host = static_cast<std::int32_t>(host)});
  if (machine.up) {
    if (retried) machine.host.resume(now);
    machine.wake_up.at(machine.host.next_wakeup(), &ServerCompute::wake, this, &machine);
    if (told_) told_(HostIndex{host}, true, retried);
    return;
  }
  if (told_) told_(HostIndex{host}, false, retried);
  ++machine.failures;
  if (retried) {
    machine.host.halt(now);
    tell_interrupted(machine);
    return;
  }
  const auto refs = machine.host.clear(now);
  machine.counts.failed += refs.size();
  for (const auto ref : refs) journeys_.lost(ref, Outcome::kHostFailed);
}

void ServerCompute::sample(TimeNs interval, ResultSink& sink) {
  const auto span = static_cast<double>(interval);
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    auto& m = hosts_[i];
    account(m);
    const HostTotals now = m.meter.totals();
    const auto& p = m.meter.params();
    const auto share = [&](TimeNs busy_ns, std::int64_t of) {
      return of == 0 ? 0.0F
                     : static_cast<float>(static_cast<double>(busy_ns) / (span * static_cast<double>(of)));
    };
    sink.host({.time_ns = now_ns(),
               .host = static_cast<std::uint16_t>(i),
               .running = static_cast<std::uint32_t>(m.host.running()),
               .waiting = static_cast<std::uint32_t>(m.host.waiting()),
               .finished = static_cast<std::uint32_t>(m.counts.finished - m.sampled.finished),
               .dropped = static_cast<std::uint32_t>(m.counts.dropped - m.sampled.dropped),
               .utilisation = share(now.busy.cores_ns - m.metered.busy.cores_ns, p.cores),
               .gpu_utilisation = share(now.busy.gpus_ns - m.metered.busy.gpus_ns, p.gpus),
               .energy_j = static_cast<float>(now.energy_j - m.metered.energy_j),
               .memory_bytes = static_cast<std::uint64_t>(m.host.admission().memory_bytes()),
               .up = m.up});
    m.sampled = m.counts;
    m.metered = now;
  }
}

HostSummaryRow ServerCompute::summary(const Machine& machine, std::int32_t host) {
  const HostTotals t = machine.meter.totals();
  return {.host = host,
          .finished = machine.counts.finished,
          .dropped = machine.counts.dropped,
          .failed = machine.counts.failed,
          .busy_core_s = to_seconds(t.busy.cores_ns),
          .busy_gpu_s = to_seconds(t.busy.gpus_ns),
          .energy_j = t.energy_j,
          .task_energy_j = t.task_energy_j,
          .cost = t.cost,
          .failures = machine.failures,
          .down_s = host < 0 ? 0 : to_seconds(t.down_ns)};
}

void ServerCompute::summarise() {
  HostSummaryRow vehicles{.host = -1};
  for (auto& machine : vehicles_) {
    if (!machine) continue;
    account(*machine);
    const HostSummaryRow one = summary(*machine, -1);
    vehicles.finished += one.finished;
    vehicles.dropped += one.dropped;
    vehicles.busy_core_s += one.busy_core_s;
    vehicles.busy_gpu_s += one.busy_gpu_s;
    vehicles.energy_j += one.energy_j;
    vehicles.task_energy_j += one.task_energy_j;
  }
  results_.host_summary(vehicles);
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    account(hosts_[i]);
    results_.host_summary(summary(hosts_[i], static_cast<std::int32_t>(i)));
  }
}

}  // namespace cv2x
