#include "sim/run/build.h"

#include <algorithm>
#include <cassert>

#include "models/base/hash.h"
#include "sim/config/graph.h"
#include "sim/run/build_compute.h"
#include "sim/world/access_ideal.h"
#include "sim/world/access_shared_link.h"
#include "sim/world/backhaul.h"
#include "sim/world/edgecloudsim.h"

namespace cv2x {
namespace {

/// Index of the entry called `name`; the parser has made sure that there is one.
template <class T>
std::uint32_t index_of(const std::vector<T>& entries, const std::string& name) {
  const auto it = std::find_if(entries.begin(), entries.end(), [&](const T& e) { return e.name == name; });
  assert(it != entries.end());
  return static_cast<std::uint32_t>(it - entries.begin());
}

Position position_of(const SiteParams& site) { return {site.x_m, site.y_m, site.height_m}; }

/// Where radio stands when no cell says so.
NearestSite access_sites(const Scenario& s) {
  std::vector<SiteIndex> sites;
  std::vector<Position> positions;
  for (std::uint32_t i = 0; i < s.sites.size(); ++i) {
    if (!carries_access(s.sites[i].kind)) continue;
    sites.push_back(SiteIndex{i});
    positions.push_back(position_of(s.sites[i]));
  }
  return {std::move(sites), std::move(positions)};
}

EdgeCloudSimNetwork::World edgecloudsim_world(const Scenario& s) {
  EdgeCloudSimNetwork::World w{.sites = access_sites(s),
                               .clouds = {},
                               .gateway = SiteIndex{index_of(s.sites, s.radio.edgecloudsim.gateway)},
                               .offered = {},
                               .settled_ns = s.simulation.warm_up_ns};
  for (const auto& site : s.sites) w.clouds.push_back(site.kind == SiteKind::kCloud);
  double shares = 0;
  for (const auto& service : s.services) {
    shares += service.vehicles;
    w.offered.rate_hz += service.vehicles * service.rate_hz;
    w.offered.input_bytes += service.vehicles * static_cast<double>(service.input_bytes);
    w.offered.output_bytes += service.vehicles * static_cast<double>(service.output_bytes);
  }
  w.offered.input_bytes = shares > 0 ? w.offered.input_bytes / shares : 1;
  w.offered.output_bytes = shares > 0 ? w.offered.output_bytes / shares : 1;
  return w;
}

std::unique_ptr<Access> build_access(const Scenario& s, const Seed& seed, JourneyEvents& journeys,
                                     ResultSink& results, const Fleet& fleet) {
  if (s.radio.kind == RadioKind::kIdeal)
    return std::make_unique<IdealAccess>(s.radio.ideal, access_sites(s), journeys);
  if (s.radio.kind == RadioKind::kSharedLink)
    return std::make_unique<SharedLinkAccess>(s.radio.shared_link, access_sites(s), s.links.size(), journeys);
  if (s.radio.kind == RadioKind::kEdgeCloudSim)
    return std::make_unique<EdgeCloudSimNetwork>(s.radio.edgecloudsim, edgecloudsim_world(s), journeys,
                                                 fleet);
  uu::QosParams qos;
  if (!s.slices.empty()) qos.slices = s.slices;
  if (!s.services.empty()) qos.bearers.clear();
  for (const auto& service : s.services)
    qos.bearers.push_back({.name = service.name,
                           .slice = static_cast<uu::SliceId>(index_of(s.slices, service.slice)),
                           .five_qi = service.five_qi != 0
                                          ? service.five_qi
                                          : s.slices[index_of(s.slices, service.slice)].five_qi,
                           .message_bytes = {service.input_bytes, service.output_bytes}});
  return std::make_unique<NrAccess>(s.radio, nr_cells(s), seed, journeys, results, fleet, qos);
}

/// Of the service's slice; not valid: one at every serving site.
SiteIndex upf_of(const Scenario& s, const ServiceParams& service) {
  if (s.slices.empty()) return {};
  const std::string& upf = s.slices[index_of(s.slices, service.slice)].upf;
  return upf.empty() ? SiteIndex{} : SiteIndex{index_of(s.sites, upf)};
}

SubtaskWorld resolve_subtask(const Scenario& s, const SubtaskParams& p) {
  SubtaskWorld out{.name = p.name, .mean_cycles = p.cycles, .place = {}, .hosts_allowed = {}};
  if (p.runs_on == RunsOn::kVehicle) out.place = kLocal;
  if (p.runs_on == RunsOn::kHost) out.place = Target{HostIndex{index_of(s.compute.hosts, p.host)}};
  out.local_allowed = p.runs_on == RunsOn::kAny || p.runs_on == RunsOn::kVehicle;
  for (const auto& host : s.compute.hosts) {
    const bool cloud = s.sites[index_of(s.sites, host.site)].kind == SiteKind::kCloud;
    out.hosts_allowed.push_back(p.runs_on == RunsOn::kAny || (p.runs_on == RunsOn::kCloud && cloud) ||
                                (p.runs_on == RunsOn::kEdge && !cloud));
  }
  return out;
}

GraphWorld resolve_graph(const Scenario& s, const ServiceParams& service) {
  const auto subtasks = service.graph();
  GraphWorld out;
  for (const auto& subtask : subtasks) out.subtasks.push_back(resolve_subtask(s, subtask));
  out.shape = GraphShape(nodes_of(subtasks));
  return out;
}

std::vector<ServiceWorld> resolve_services(const Scenario& s) {
  std::vector<ServiceWorld> out;
  for (const auto& service : s.services) {
    ServiceWorld w{service, {}, {}, upf_of(s, service), resolve_graph(s, service)};
    if (!service.server.empty()) {
      if (service.kind == ServiceKind::kTelemetryUpload) {
        w.destination = SiteIndex{index_of(s.sites, service.server)};
      } else {
        w.server = HostIndex{index_of(s.compute.hosts, service.server)};
      }
    }
    out.push_back(std::move(w));
  }
  return out;
}

/// Null: no service has a container.
std::unique_ptr<ContainerCompute> build_containers(const Scenario& s, const Seed& seed,
                                                   JourneyEvents& journeys, BulkTransfers& transfers,
                                                   ResultSink& results) {
  if (std::none_of(s.services.begin(), s.services.end(), [](const ServiceParams& p) { return p.contained; }))
    return {};
  const std::string& registry = s.containers.registry;
  return std::make_unique<ContainerCompute>(
      ContainerCompute::Params{
          .services = s.services,
          .hosts = s.compute.hosts,
          .images = s.images,
          .containers = s.containers,
          .registry = registry.empty() ? SiteIndex{} : SiteIndex{index_of(s.sites, registry)},
          .seed = seed},
      journeys, transfers, results);
}

/// Null: no service has a relocation.
std::unique_ptr<Relocations> build_relocations(const Scenario& s, const World& w, ResultSink& results,
                                               Compute& compute,
                                               std::function<HostIndex(SiteIndex)> nearest) {
  std::vector<Relocations::Service> services;
  for (std::uint32_t i = 0; i < s.services.size(); ++i) {
    if (s.services[i].relocates)
      services.push_back({ServiceIndex{i}, s.services[i].relocation, upf_of(s, s.services[i])});
  }
  if (services.empty()) return {};
  ContainerCompute* containers = w.containers.get();
  return std::make_unique<Relocations>(
      std::move(services),
      Relocations::Ports{.access = w.access.get(),
                         .compute = &compute,
                         .fleet = w.fleet.get(),
                         .transfers = w.transfers.get(),
                         .sink = w.session.get(),
                         .results = &results,
                         .nearest_host = std::move(nearest),
                         .prepare = [containers](HostIndex host, ServiceIndex service, bool fresh,
                                                 std::function<void(bool, bool)> ready) {
                           if (containers) {
                             containers->prepare(host, service, fresh, std::move(ready));
                           } else {
                             ready(true, true);
                           }
                         }});
}

}  // namespace

std::vector<NrCell> nr_cells(const Scenario& s) {
  if (s.radio.kind != RadioKind::kNr) return {};
  std::vector<NrCell> cells;
  for (const auto& cell : s.radio.cells) {
    const std::uint32_t site = index_of(s.sites, cell.site);
    cells.push_back({.params = cell,
                     .site = SiteIndex{site},
                     .site_key = hash_name(cell.site),
                     .position = position_of(s.sites[site]),
                     .carrier = index_of(s.radio.carriers, cell.carrier)});
  }
  return cells;
}

std::vector<std::string> link_names(const Scenario& s) {
  std::vector<std::string> names;
  for (const auto& link : s.links) names.push_back(link.name);
  if (s.radio.kind == RadioKind::kSharedLink) {
    for (const auto& site : s.sites) {
      if (carries_access(site.kind)) names.push_back(site.name + " access");
    }
  }
  return names;
}

World build_world(const Scenario& s, std::unique_ptr<TraceSource> trace, std::unique_ptr<Policy> policy,
                  ResultSink& results) {
  const Seed seed{static_cast<std::uint64_t>(s.simulation.seed),
                  static_cast<std::uint64_t>(s.simulation.replication)};
  World w;
  w.topology = std::make_unique<Topology>(s.sites, s.links);
  w.session = std::make_unique<Session>(
      resolve_services(s),
      CountWindow{s.simulation.warm_up_ns, s.simulation.duration_ns - s.simulation.drain_ns});
  w.fleet = std::make_unique<Fleet>(std::move(trace), s.mobility.antenna_height_m);
  w.access = build_access(s, seed, *w.session, results, *w.fleet);
  if (auto* network = dynamic_cast<EdgeCloudSimNetwork*>(w.access.get())) {
    w.backhaul = std::make_unique<EdgeCloudSimBackhaul>(*network);
  } else {
    w.backhaul = std::make_unique<MessageBackhaul>(*w.topology, s.links, seed, *w.session);
  }
  w.transfers =
      std::make_unique<BulkTransfers>(s.transfers, s.containers.request_bytes, *w.backhaul, *w.topology);
  w.containers = build_containers(s, seed, *w.session, *w.transfers, results);
  JourneyEvents& computed = w.containers ? static_cast<JourneyEvents&>(*w.containers) : *w.session;
  w.compute = std::make_unique<ServerCompute>(compute_world(s), computed, results);
  if (w.containers) {
    w.containers->connect(*w.compute, *w.topology);
    w.compute->on_change([containers = w.containers.get()](HostIndex host, bool up, bool retried) {
      containers->host_changed(host, up, retried);
    });
  }
  Compute& compute = w.containers ? static_cast<Compute&>(*w.containers) : *w.compute;
  PolicyDecider::Ports deciding{.access = w.access.get(),
                                .backhaul = w.backhaul.get(),
                                .compute = &compute,
                                .sink = w.session.get(),
                                .fleet = w.fleet.get(),
                                .upfs = {}};
  for (const auto& service : s.services) deciding.upfs.push_back(upf_of(s, service));
  w.decider = std::make_unique<PolicyDecider>(std::move(policy), s.offloading, deciding);
  w.services = std::make_unique<VehicleServices>(s.services, seed, s.simulation.duration_ns, *w.session);
  w.sampler = std::make_unique<Sampler>(
      Sampler::Params{s.radio.epoch_ns, s.recording.load_ns, s.recording.vehicles_ns},
      Sampler::Ports{w.fleet.get(), w.access.get(), w.backhaul.get(), &compute, &results});
  Topology& topology = *w.topology;
  const auto nearest = [&topology, &compute](SiteIndex site) {
    return nearest_host(site, topology, compute);
  };
  w.relocations = build_relocations(s, w, results, compute, nearest);
  w.access->on_serving_change(w.relocations.get());
  w.session->connect(
      {.access = w.access.get(),
       .backhaul = w.backhaul.get(),
       .compute = &compute,
       .decider = w.decider.get(),
       .anchors = w.relocations.get(),
       .results = &results,
       .fleet = w.fleet.get(),
       .nearest_host = nearest,
       .nearest_allowed = [&topology, &compute](SiteIndex site, std::span<const std::uint8_t> allowed) {
         return nearest_allowed(site, allowed, topology, compute);
       }});
  // A vehicle is on the air and has its processor before its services begin.
  w.fleet->record_to(&results);
  w.fleet->add_listener(w.access.get());
  w.fleet->add_listener(&compute);
  if (w.relocations) w.fleet->add_listener(w.relocations.get());
  w.fleet->add_listener(w.services.get());
  return w;
}

void World::start() {
  compute->start();
  fleet->start();
  decider->start();
  sampler->start();
}

}  // namespace cv2x
