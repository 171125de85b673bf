#include <fmt/format.h>

#include "sim/config/check.h"

namespace cv2x::config {

void Checker::compute() {
  for (const auto& host : s_.compute.hosts) {
    const SiteParams* at = site(host.site);
    if (at && at->kind == SiteKind::kRouter && clean({"sites", at->name, "kind"}))
      report({"compute", "hosts", host.name, "site"},
             fmt::format("site '{}' is a router; a host stands at a mec, cloud, gnb or rsu", at->name));
  }
  if (!clean({"compute"})) return;
  for (const auto& service : s_.services) {
    if (service.kind != ServiceKind::kTelemetryUpload && clean({"services", service.name})) demands(service);
  }
}

std::string Checker::never_fits(const ServiceParams& service, const HostParams& host) const {
  const auto& demand = service.demand;
  if (host.memory_bytes > 0 && demand.memory_bytes > host.memory_bytes)
    return fmt::format("has a memory of {}",
                       format_quantity(static_cast<double>(host.memory_bytes), Dimension::kData));
  const SiteParams* at = site(host.site);
  const bool cloud = at && at->kind == SiteKind::kCloud;
  if ((cloud ? demand.cloud_share : demand.edge_share) > host.admission.share)
    return fmt::format("admits tasks up to a share of {}",
                       format_quantity(host.admission.share, Dimension::kShare));
  return {};
}

void Checker::demands(const ServiceParams& service) {
  const auto wants = [&] {
    const auto& d = service.demand;
    return fmt::format("a task (memory {}, edge_share {}, cloud_share {})",
                       format_quantity(static_cast<double>(d.memory_bytes), Dimension::kData),
                       format_quantity(d.edge_share, Dimension::kShare),
                       format_quantity(d.cloud_share, Dimension::kShare));
  };
  if (!service.server.empty()) {
    const HostParams* server = host(service.server);
    const std::string why = server ? never_fits(service, *server) : "";
    if (!why.empty())
      report({"services", service.name, "server"},
             fmt::format("{} can never run on host '{}', which {}", wants(), server->name, why));
    return;
  }
  const bool at_home = service.kind == ServiceKind::kPerceptionOffload && s_.offloading.policy == "local";
  if (at_home || s_.compute.hosts.empty()) return;
  std::string reasons;
  for (const auto& host : s_.compute.hosts) {
    const std::string why = never_fits(service, host);
    if (why.empty()) return;
    if (&host - s_.compute.hosts.data() < 4) reasons += fmt::format("; '{}' {}", host.name, why);
  }
  report({"services", service.name}, fmt::format("{} can run on no host{}", wants(), reasons));
}

}  // namespace cv2x::config
