#pragma once

#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "models/offload/params.h"
#include "models/offload/policy.h"

namespace cv2x {

inline constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// Four cores of 2 GHz, idle.
inline TargetView host(bool cloud, TimeNs network_delay_ns) {
  return {.cloud = cloud,
          .reachable = true,
          .speed_cps = 2e9,
          .cores = 4,
          .running = 0,
          .waiting = 0,
          .waiting_cycles = 0,
          .network_delay_ns = network_delay_ns,
          .bottleneck_bps = kInfinite};
}

/// All cores busy, and this work ahead of the next task.
inline TargetView busy(TargetView host, double waiting_cycles) {
  host.running = host.cores;
  host.waiting_cycles = waiting_cycles;
  return host;
}

/// A connected vehicle of one core at 1 GHz, 8 Mbit/s up (1 µs a byte) and 16 Mbit/s down, no access delay.
inline PolicyView view(std::span<const TargetView> hosts) {
  PolicyView v;
  v.connected = true;
  v.uplink_bps = 8e6;
  v.downlink_bps = 16e6;
  v.local = {.cloud = false, .reachable = true, .speed_cps = 1e9, .cores = 1};
  v.hosts = hosts;
  return v;
}

inline TaskRequest task(std::int64_t input_bytes, std::int64_t output_bytes, double cycles) {
  TaskRequest request;
  request.service = ServiceIndex{0};
  request.vehicle = VehicleIndex{0};
  request.input_bytes = input_bytes;
  request.output_bytes = output_bytes;
  request.cycles = cycles;
  request.deadline_ns = 100 * kMillisecond;
  return request;
}

/// 10 ms in the vehicle; 1 ms up, 0.5 ms down, 5 ms on a host.
inline const TaskRequest kTask = task(1000, 1000, 1e7);

inline std::unique_ptr<Policy> made(std::string_view policy, const OffloadParams& params = {}) {
  return policy_registry().make(policy, {params, {.seed = 7, .replication = 0}});
}

/// Asks as the world does: with the execution of this task on a free core filled in. -1: in the vehicle.
inline int ask(Policy& policy, const PolicyView& v, const TaskRequest& request = kTask) {
  std::vector<TargetView> hosts(v.hosts.begin(), v.hosts.end());
  for (auto& h : hosts) h.service_ns = from_seconds(request.cycles / h.speed_cps);
  PolicyView filled = v;
  filled.local.service_ns = from_seconds(request.cycles / v.local.speed_cps);
  filled.hosts = hosts;
  const Target target = policy.decide(request, filled);
  return target.is_local() ? -1 : static_cast<int>(target.host.value);
}

/// A new policy, asked once.
inline int decide(std::string_view policy, const PolicyView& v, const TaskRequest& request = kTask,
                  const OffloadParams& params = {}) {
  return ask(*made(policy, params), v, request);
}

/// Task `id` placed at `host` (-1: the vehicle) has ended after `latency_ns`.
inline TaskResult result(std::uint64_t id, int host, TimeNs latency_ns,
                         Outcome outcome = Outcome::kDelivered) {
  TaskResult r;
  r.task_id = id;
  r.service = ServiceIndex{0};
  r.vehicle = VehicleIndex{0};
  r.target = host < 0 ? kLocal : Target{HostIndex{static_cast<std::uint32_t>(host)}};
  r.outcome = outcome;
  r.end_ns = latency_ns;
  r.deadline_ns = kTask.deadline_ns;
  return r;
}

inline TaskRequest numbered(std::uint64_t id, std::uint32_t vehicle = 0) {
  TaskRequest request = kTask;
  request.task_id = id;
  request.vehicle = VehicleIndex{vehicle};
  return request;
}

}  // namespace cv2x
