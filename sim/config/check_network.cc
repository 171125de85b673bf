#include <fmt/format.h>

#include <algorithm>

#include "sim/config/check.h"
#include "sim/config/components.h"
#include "sim/config/phrases.h"

namespace cv2x::config {
std::vector<std::uint32_t> Checker::access_sites() const {
  std::vector<bool> used(s_.sites.size(), false);
  if (s_.radio.kind == RadioKind::kNr) {
    for (const auto& cell : s_.radio.cells) {
      if (const SiteParams* at = site(cell.site)) used[static_cast<std::size_t>(at - s_.sites.data())] = true;
    }
  } else {
    for (std::size_t i = 0; i < s_.sites.size(); ++i) used[i] = carries_access(s_.sites[i].kind);
  }
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < used.size(); ++i) {
    if (used[i]) out.push_back(i);
  }
  return out;
}

void Checker::services() {
  const auto& hosts = s_.compute.hosts;
  const bool hosts_known = !hosts.empty() || (absent({"compute", "hosts"}) && clean({"compute"}));
  const auto is_cloud = [&](const HostParams& host) {
    const SiteParams* at = site(host.site);
    return at && at->kind == SiteKind::kCloud;
  };
  const bool has_cloud = std::any_of(hosts.begin(), hosts.end(), is_cloud);
  const bool has_edge = !std::all_of(hosts.begin(), hosts.end(), is_cloud);
  const std::string& policy = s_.offloading.policy;

  double slowest_cps = s_.compute.vehicles.speed_cps;
  for (const auto& host : hosts) slowest_cps = std::min(slowest_cps, host.speed_cps);

  const ServiceParams* offloaded = nullptr;
  for (const auto& service : s_.services) {
    if (!clean({"services", service.name, "kind"})) continue;
    const auto graph = service.graph();
    const bool placed =
        service.kind == ServiceKind::kPerceptionOffload ||
        std::any_of(graph.begin(), graph.end(), [](const auto& t) { return t.runs_on == RunsOn::kAny; });
    if (placed && !offloaded) offloaded = &service;
    if (service.kind == ServiceKind::kCooperativeWarning && service.server.empty() && hosts.empty() &&
        hosts_known)
      report({"services", service.name}, "needs a host to handle its warnings, and compute.hosts has none");
    constexpr double kLongestS = 86'400;
    const double seconds = service.cycles / slowest_cps;
    if (service.kind != ServiceKind::kTelemetryUpload && !is_graph(service.kind) && seconds > kLongestS &&
        clean({"services", service.name, "cycles"}) && clean({"compute"}))
      report({"services", service.name, "cycles"},
             fmt::format("takes {:.3g} h on a processor of {}; at most a day is possible", seconds / 3600,
                         format_quantity(slowest_cps, Dimension::kCyclesPerSecond)));
  }

  if (!offloaded || !hosts_known || !clean({"offloading", "policy"})) return;
  const auto needs = [&](std::string_view what) {
    std::string message = fmt::format(
        "policy '{}' places the tasks of service '{}' on {}, and compute.hosts has none; add one, or use "
        "another "
        "policy",
        policy, offloaded->name, what);
    if (tree_.find("offloading")) {
      report({"offloading", "policy"}, std::move(message));
    } else {
      report({"services", offloaded->name}, std::move(message));
    }
  };
  if (policy == "cloud") {
    if (!has_cloud) needs("a host at a cloud site");
  } else if (policy == "nearest_edge") {
    if (!has_edge) needs("a host at a mec, rsu or gnb site");
  } else if (policy != "local" && hosts.empty()) {
    needs("hosts");
  }
}

void Checker::reach() {
  if (s_.radio.kind == RadioKind::kEdgeCloudSim) return;  // has ways between all sites
  // With a link's end or a cell's site in doubt, what hangs together is in doubt too.
  const auto access = access_sites();
  const bool links_known = !s_.links.empty() || absent({"links"});
  if (access.empty() || !links_known || !clean({"links"}) || !clean({"radio", "kind"})) return;
  for (const auto& link : s_.links) {
    if (!clean({"links", link.name, "from"}) || !clean({"links", link.name, "to"})) return;
  }
  for (const auto& cell : s_.radio.cells) {
    if (!clean({"radio", "cells", cell.name, "site"})) return;
  }
  Components components(s_.sites, s_.links);
  std::vector<bool> reached(s_.sites.size(), false);
  for (const auto i : access) reached[components.root(i)] = true;
  const std::string from = fmt::format(
      "{} {}", access.size() == 1 ? "the only site with access," : "any of the sites with access:", [&] {
        std::vector<std::string_view> names;
        for (const auto i : access) names.push_back(s_.sites[i].name);
        return join_names(names, 8);
      }());
  const auto unreachable = [&](const SiteParams* at) { return at && !reached[components.of(at->name)]; };

  for (const auto& host : s_.compute.hosts) {
    if (unreachable(site(host.site)))
      report({"compute", "hosts", host.name, "site"},
             fmt::format("no way over links to '{}' from {}", host.site, from));
  }
  for (const auto& slice : s_.slices) {
    if (!slice.upf.empty() && unreachable(site(slice.upf)))
      report({"slices", slice.name, "upf"},
             fmt::format("no way over links to '{}' from {}", slice.upf, from));
  }
  for (const auto& service : s_.services) {
    if (service.server.empty() || !clean({"services", service.name, "kind"})) continue;
    const bool telemetry = service.kind == ServiceKind::kTelemetryUpload;
    const HostParams* server = telemetry ? nullptr : host(service.server);
    const SiteParams* at = telemetry ? site(service.server) : server ? site(server->site) : nullptr;
    if (!at) continue;
    // A host that nobody reaches was reported above.
    if (telemetry && unreachable(at))
      report({"services", service.name, "server"},
             fmt::format("no way over links to '{}' from {}", at->name, from));
  }
}

}  // namespace cv2x::config
