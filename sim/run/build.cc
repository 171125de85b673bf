#include "sim/run/build.h"

#include <algorithm>
#include <cassert>

#include "models/base/hash.h"
#include "sim/input/link_curve.h"
#include "sim/world/access_ideal.h"
#include "sim/world/backhaul.h"

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

std::unique_ptr<Access> build_access(const Scenario& s, const Seed& seed, JourneyEvents& journeys,
                                     ResultSink& results, const Fleet& fleet) {
  if (s.radio.kind == RadioKind::kIdeal) {
    std::vector<SiteIndex> sites;
    std::vector<Position> positions;
    for (std::uint32_t i = 0; i < s.sites.size(); ++i) {
      if (s.sites[i].kind != SiteKind::kGnb && s.sites[i].kind != SiteKind::kRsu) continue;
      sites.push_back(SiteIndex{i});
      positions.push_back(position_of(s.sites[i]));
    }
    return std::make_unique<IdealAccess>(s.radio.ideal, std::move(sites), std::move(positions), journeys);
  }
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

Demand demand_of(const DemandParams& p) {
  return {.priority = p.priority,
          .memory_bytes = p.memory_bytes,
          .edge_share_ppb = share_ppb(p.edge_share),
          .cloud_share_ppb = share_ppb(p.cloud_share)};
}

std::unique_ptr<ServerCompute> build_compute(const Scenario& s, JourneyEvents& journeys) {
  std::vector<SiteIndex> sites;
  std::vector<bool> clouds;
  for (const auto& host : s.compute.hosts) {
    sites.push_back(SiteIndex{index_of(s.sites, host.site)});
    clouds.push_back(s.sites[sites.back().value].kind == SiteKind::kCloud);
  }
  std::vector<Demand> demands;
  for (const auto& service : s.services) demands.push_back(demand_of(service.demand));
  return std::make_unique<ServerCompute>(s.compute, std::move(sites), std::move(clouds), std::move(demands),
                                         journeys);
}

/// Of the service's slice; not valid: one at every serving site.
SiteIndex upf_of(const Scenario& s, const ServiceParams& service) {
  if (s.slices.empty()) return {};
  const std::string& upf = s.slices[index_of(s.slices, service.slice)].upf;
  return upf.empty() ? SiteIndex{} : SiteIndex{index_of(s.sites, upf)};
}

std::vector<ServiceWorld> resolve_services(const Scenario& s) {
  std::vector<ServiceWorld> out;
  for (const auto& service : s.services) {
    ServiceWorld w{service, {}, {}, upf_of(s, service)};
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

std::vector<sidelink::LinkCurve> link_curves(const Scenario& s) {
  std::vector<sidelink::LinkCurve> curves;
  if (!s.sidelink.present) return curves;
  const SidelinkParams& p = s.sidelink;
  switch (p.link.kind) {
    case SidelinkLink::kThreshold:
      return {sidelink::LinkCurve::threshold(p.link.threshold_db)};
    case SidelinkLink::kCurve:
      return {read_link_curve(p.link.curve)};
    case SidelinkLink::kNrBler: {
      const radio::BlerTable table(static_cast<int>(p.mcs_table));
      for (std::int64_t n = 1; n <= p.pool.subchannels; ++n)
        curves.push_back(
            sidelink::LinkCurve::nr(table, static_cast<int>(p.mcs), sidelink::packet_format(p, n).bits));
    }
  }
  return curves;
}

World build_world(const Scenario& s, std::unique_ptr<TraceSource> trace, std::unique_ptr<Policy> policy,
                  std::span<const sidelink::LinkCurve> curves, ResultSink& results) {
  const Seed seed{static_cast<std::uint64_t>(s.simulation.seed),
                  static_cast<std::uint64_t>(s.simulation.replication)};
  World w;
  w.topology = std::make_unique<Topology>(s.sites, s.links);
  w.session = std::make_unique<Session>(
      resolve_services(s),
      CountWindow{s.simulation.warm_up_ns, s.simulation.duration_ns - s.simulation.drain_ns});
  w.fleet = std::make_unique<Fleet>(std::move(trace), s.mobility.antenna_height_m);
  w.access = build_access(s, seed, *w.session, results, *w.fleet);
  w.backhaul = std::make_unique<MessageBackhaul>(*w.topology, s.links, seed, *w.session);
  w.compute = build_compute(s, *w.session);
  PolicyDecider::Ports deciding{.access = w.access.get(),
                                .compute = w.compute.get(),
                                .sink = w.session.get(),
                                .fleet = w.fleet.get(),
                                .upfs = {}};
  for (const auto& service : s.services) deciding.upfs.push_back(upf_of(s, service));
  w.decider = std::make_unique<PolicyDecider>(std::move(policy), s.offloading, *w.topology, deciding);
  if (s.sidelink.present)
    w.sidelink = std::make_unique<SidelinkRadio>(
        s.sidelink, curves, s.mobility.antenna_height_m, s.services,
        sidelink::Window{s.simulation.warm_up_ns, s.simulation.duration_ns - s.simulation.drain_ns}, seed,
        *w.fleet, results);
  w.services = std::make_unique<VehicleServices>(s.services, seed, s.simulation.duration_ns, *w.session,
                                                 w.sidelink.get());
  w.sampler = std::make_unique<Sampler>(
      Sampler::Params{s.radio.epoch_ns, s.recording.load_ns, s.recording.vehicles_ns},
      Sampler::Ports{w.fleet.get(), w.access.get(), w.backhaul.get(), w.compute.get(), &results});
  Topology& topology = *w.topology;
  const Compute& compute = *w.compute;
  w.session->connect({.access = w.access.get(),
                      .backhaul = w.backhaul.get(),
                      .compute = w.compute.get(),
                      .decider = w.decider.get(),
                      .results = &results,
                      .fleet = w.fleet.get(),
                      .nearest_host = [&topology, &compute](SiteIndex site) {
                        return nearest_host(site, topology, compute);
                      }});
  // A vehicle is on the air and has its processor before its services begin.
  w.fleet->record_to(&results);
  w.fleet->add_listener(w.access.get());
  w.fleet->add_listener(w.compute.get());
  if (w.sidelink) w.fleet->add_listener(w.sidelink.get());
  w.fleet->add_listener(w.services.get());
  return w;
}

void World::start() {
  fleet->start();
  decider->start();
  sampler->start();
  if (sidelink) sidelink->start();
}

}  // namespace cv2x
