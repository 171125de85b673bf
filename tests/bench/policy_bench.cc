// What a decision of each built-in policy costs, with 5, 20 and 100 hosts [ns], being told of the end
// included: the least of some rounds, in CPU time. Usage: bench_policy [decisions]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <limits>
#include <vector>

#include "models/offload/params.h"
#include "models/offload/policy.h"

namespace {

using namespace cv2x;

double cpu_ns() { return static_cast<double>(std::clock()) * 1e9 / CLOCKS_PER_SEC; }

/// Tasks of 500 vehicles, 20 of them under way at a time, over hosts whose load moves.
double decision_ns(std::string_view name, std::size_t count, std::uint64_t decisions) {
  std::vector<TargetView> hosts(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto& h = hosts[i];
    h = {.cloud = i == 0, .reachable = true, .speed_cps = 3e9, .cores = 8, .network_delay_ns = 1000};
    h.network_delay_ns *= static_cast<TimeNs>((i * 37) % 101);
    h.bottleneck_bps = 10e9;
    h.service_ns = 7 * kMillisecond;
  }
  const auto view = std::make_shared<PolicyView>();
  view->connected = true;
  view->uplink_bps = view->downlink_bps = 50e6;
  view->local = {.reachable = true, .speed_cps = 1e9, .cores = 1, .running = 1, .waiting_cycles = 1e8};
  view->local.service_ns = 20 * kMillisecond;
  view->hosts = hosts;
  const OffloadParams params;
  const auto policy = policy_registry().make(name, {params, {}});
  policy->begin(view);
  std::deque<TaskResult> under_way;
  TaskRequest task;
  task.input_bytes = 10'000;
  task.output_bytes = 500;
  task.cycles = 2e7;
  task.deadline_ns = 50 * kMillisecond;
  task.service = ServiceIndex{0};
  const double from = cpu_ns();
  for (std::uint64_t id = 0; id < decisions; ++id) {
    task.task_id = id;
    task.vehicle = VehicleIndex{static_cast<std::uint32_t>(id % 500)};
    view->now_ns += kMillisecond;
    auto& moved = hosts[id % count];
    moved.running = static_cast<std::int64_t>((id * 13) % 9);
    moved.waiting_cycles = static_cast<double>(moved.running) * 1e7;
    const Target target = policy->decide(task, *view);
    under_way.push_back({.task_id = id, .service = task.service, .vehicle = task.vehicle, .target = target});
    under_way.back().outcome = Outcome::kDelivered;
    under_way.back().end_ns = static_cast<TimeNs>((id * 7) % 60) * kMillisecond;
    under_way.back().deadline_ns = task.deadline_ns;
    if (under_way.size() > 20) {
      policy->finished(under_way.front());
      under_way.pop_front();
    }
  }
  return (cpu_ns() - from) / static_cast<double>(decisions);
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t decisions = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  fmt::print("{:16}{:>10}{:>10}{:>10}\n", "ns a decision", "5 hosts", "20 hosts", "100 hosts");
  for (const auto& info : policy_infos()) {
    fmt::print("{:16}", info.name);
    for (const std::size_t hosts : {5, 20, 100}) {
      double least = std::numeric_limits<double>::infinity();
      for (int round = 0; round < 5; ++round)
        least = std::min(least, decision_ns(info.name, hosts, decisions));
      fmt::print("{:10.0f}", least);
    }
    fmt::print("\n");
  }
}
