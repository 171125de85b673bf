#include <fmt/format.h>

#include <algorithm>

#include "sim/config/check.h"

namespace cv2x::config {
namespace {

bool among(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string without_time(std::string_view what, std::string_view name,
                         const std::vector<std::string_view>& known) {
  const std::string_view near = nearest(name, known);
  return fmt::format(
      "no inference time of {} '{}' is known; {}there are: {}; others can be "
      "given in "
      "compute.inference",
      what, name, near.empty() ? "" : fmt::format("did you mean '{}'? ", near), join_names(known));
}

}  // namespace

void Checker::compute() {
  for (const auto& host : s_.compute.hosts) {
    const SiteParams* at = site(host.site);
    if (at && at->kind == SiteKind::kRouter && clean({"sites", at->name, "kind"}))
      report({"compute", "hosts", host.name, "site"},
             fmt::format("site '{}' is a router; a host stands at a mec, "
                         "cloud, gnb or rsu",
                         at->name));
  }
  if (!clean({"compute"})) return;
  const InferenceNames known = inference_names(s_.compute.inference);
  bool models_known = true;
  for (const auto& host : s_.compute.hosts)
    models_known &=
        !host.has_gpus || gpus({"compute", "hosts", host.name, "gpus", "model"}, host.gpus, known);
  const auto& vehicles = s_.compute.vehicles;
  models_known &= !vehicles.has_gpus || gpus({"compute", "vehicles", "gpus", "model"}, vehicles.gpus, known);
  for (const auto& service : s_.services) {
    if (service.kind == ServiceKind::kTelemetryUpload || !clean({"services", service.name})) continue;
    demands(service);
    const std::string& network = service.demand.network;
    if (network.empty()) continue;
    if (!among(known.networks, network)) {
      report({"services", service.name, "network"}, without_time("network", network, known.networks));
    } else if (models_known) {
      inferences(service);
    }
  }
}

bool Checker::gpus(Keys model, const GpuParams& gpus, const InferenceNames& known) {
  if (!among(known.gpus, gpus.model)) {
    report(model, without_time("GPU", gpus.model, known.gpus));
    return false;
  }
  if (gpus.sharing == GpuSharing::kMig && (gpus.model == "t4" || gpus.model == "orin_nx"))
    report(model, fmt::format("a {} cannot be cut by sharing: mig; an a100 can "
                              "(NVIDIA Multi-Instance GPU user "
                              "guide, supported GPUs)",
                              gpus.model));
  return true;
}

void Checker::inferences(const ServiceParams& service) {
  bool on_cores = false;  // somewhere
  const auto run_on = [&](const std::string& where, bool has_gpus, const GpuParams& gpus) {
    if (!has_gpus) {
      on_cores = true;
    } else if (!inference_time(s_.compute.inference, service.demand.network, gpus.model)) {
      report({"services", service.name, "network"},
             fmt::format("no inference time of '{}' is known on the GPUs of {} ({}); give one in "
                         "compute.inference",
                         service.demand.network, where, gpus.model));
    }
  };
  for (const auto& host : s_.compute.hosts) {
    if (service.server.empty() || service.server == host.name)
      run_on(fmt::format("host '{}'", host.name), host.has_gpus, host.gpus);
  }
  if (service.server.empty() && service.kind == ServiceKind::kPerceptionOffload)
    run_on("the vehicles", s_.compute.vehicles.has_gpus, s_.compute.vehicles.gpus);
  if (on_cores && service.cycles == 0)
    report({"services", service.name},
           "needs cycles beside its network: it may run on a machine without "
           "GPUs, and would take no time there");
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
