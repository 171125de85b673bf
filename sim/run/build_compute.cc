#include "sim/run/build_compute.h"

#include <algorithm>

#include "models/base/hash.h"

namespace cv2x {
namespace {

/// The networks that services name, each once.
std::vector<std::string> networks_of(const Scenario& s) {
  std::vector<std::string> out;
  for (const auto& service : s.services) {
    const std::string& name = service.demand.network;
    if (!name.empty() && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
}

Demand demand_of(const DemandParams& p, const std::vector<std::string>& networks) {
  const auto network = std::find(networks.begin(), networks.end(), p.network);
  return {.network = p.network.empty() ? -1 : static_cast<std::int32_t>(network - networks.begin()),
          .priority = p.priority,
          .memory_bytes = p.memory_bytes,
          .edge_share_ppb = share_ppb(p.edge_share),
          .cloud_share_ppb = share_ppb(p.cloud_share)};
}

AdmissionLimits limits_of(const HostParams& host, bool cloud) {
  AdmissionLimits limits;
  if (host.admission.tasks > 0) limits.tasks = host.admission.tasks;
  if (host.memory_bytes > 0) limits.memory_bytes = host.memory_bytes;
  limits.share_ppb = share_ppb(host.admission.share);
  limits.cloud = cloud;
  return limits;
}

/// `P`: HostParams or VehicleComputeParams.
template <class P>
ComputeWorld::Machine machine_of(const P& p, const AdmissionLimits& limits, const ComputeParams& compute,
                                 const std::vector<std::string>& networks) {
  ComputeWorld::Machine m;
  m.host.server = {.cores = p.cores,
                   .speed_cps = p.speed_cps,
                   .queue = p.queue,
                   .discipline = p.order.discipline,
                   .preemption = p.order.preemption};
  m.host.limits = limits;
  m.host.has_gpus = p.has_gpus;
  m.meter = {.cores = p.cores, .gpus = 0, .power = p.power, .gpu_power = {}, .price_per_hour = 0};
  if (!p.has_gpus) return m;
  m.host.gpus = p.gpus;
  for (const auto& network : networks)  // one without a time never comes here:
                                        // the check has seen to that
    m.host.inference_ns.push_back(inference_time(compute.inference, network, p.gpus.model).value_or(kNever));
  m.meter.gpus = p.gpus.count;
  m.meter.gpu_power = p.gpus.power;
  return m;
}

}  // namespace

ComputeWorld compute_world(const Scenario& s) {
  ComputeWorld world;
  const auto networks = networks_of(s);
  for (const auto& service : s.services) world.demands.push_back(demand_of(service.demand, networks));
  for (const auto& host : s.compute.hosts) {
    const auto site = std::find_if(s.sites.begin(), s.sites.end(),
                                   [&](const SiteParams& at) { return at.name == host.site; });
    const bool cloud = site->kind == SiteKind::kCloud;
    world.hosts.push_back(machine_of(host, limits_of(host, cloud), s.compute, networks));
    world.hosts.back().meter.price_per_hour = host.price_per_hour;
    world.sites.push_back({.site = SiteIndex{static_cast<std::uint32_t>(site - s.sites.begin())},
                           .cloud = cloud,
                           .failures = host.failures,
                           .key = hash_name(host.name)});
  }
  world.vehicle = machine_of(s.compute.vehicles, AdmissionLimits{}, s.compute, networks);
  world.seed = {static_cast<std::uint64_t>(s.simulation.seed),
                static_cast<std::uint64_t>(s.simulation.replication)};
  return world;
}

}  // namespace cv2x
