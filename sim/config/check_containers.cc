#include <fmt/format.h>

#include <algorithm>

#include "sim/config/check.h"
#include "sim/config/components.h"
#include "sim/config/phrases.h"

namespace cv2x::config {
namespace {

bool named(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Where the scenario says that instances of the service are: on hosts named, or on its only one.
bool meant_for(const ServiceParams& service, std::string_view host) {
  const auto& container = service.container;
  if (!service.server.empty()) return service.server == host;
  if (!container.hosts.empty()) return named(container.hosts, host);
  return container.at_start() > 0;
}

std::string bytes_text(std::int64_t bytes) {
  return format_quantity(static_cast<double>(bytes), Dimension::kData);
}

}  // namespace

void Checker::containers() {
  if (std::none_of(s_.services.begin(), s_.services.end(), [](const auto& s) { return s.contained; })) return;
  registry();
  for (const auto& service : s_.services) {
    if (service.contained && clean({"services", service.name, "container"}) && clean({"compute"}))
      instance_memory(service);
  }
  if (clean({"services"}) && clean({"compute"})) memory_at_start();
}

/// Images come from somewhere, and there is a way.
void Checker::registry() {
  if (!clean({"images"}) || !clean({"containers", "registry"}) || !clean({"compute"})) return;
  const std::string& registry = s_.containers.registry;
  for (const auto& service : s_.services) {
    if (!service.contained || !clean({"services", service.name, "container"})) continue;
    const auto image = std::find_if(s_.images.begin(), s_.images.end(),
                                    [&](const auto& i) { return i.name == service.container.image; });
    if (image == s_.images.end()) continue;
    std::vector<std::string_view> without;
    for (const auto& host : s_.compute.hosts) {
      if (!named(image->prepulled, host.name)) without.push_back(host.name);
    }
    if (registry.empty() && !without.empty()) {
      report({"services", service.name, "container", "image"},
             fmt::format(
                 "image '{}' is not prepulled on {}, and no registry is given (containers.registry) from "
                 "which it could be pulled",
                 image->name, join_names(without, 8)));
      return;
    }
  }
  if (registry.empty() || !clean({"links"})) return;
  Components components(s_.sites, s_.links);
  for (const auto& host : s_.compute.hosts) {
    const SiteParams* at = site(host.site);
    if (at && site(registry) && components.of(at->name) != components.of(registry))
      report({"containers", "registry"},
             fmt::format("no way over links from registry '{}' to host '{}' at site '{}'", registry,
                         host.name, at->name));
  }
}

void Checker::instance_memory(const ServiceParams& service) {
  const std::int64_t memory = service.container.memory_bytes;
  bool fits = s_.compute.hosts.empty();
  for (const auto& host : s_.compute.hosts) {
    const bool enough = host.memory_bytes == 0 || memory <= host.memory_bytes;
    fits = fits || enough;
    if (!enough && meant_for(service, host.name)) {
      report({"services", service.name, "container", "memory"},
             fmt::format("an instance takes {}, and host '{}' has {}", bytes_text(memory), host.name,
                         bytes_text(host.memory_bytes)));
      return;
    }
  }
  if (!fits)
    report({"services", service.name, "container", "memory"},
           fmt::format("an instance takes {}, more than any host has", bytes_text(memory)));
}

void Checker::memory_at_start() {
  for (const auto& host : s_.compute.hosts) {
    if (host.memory_bytes == 0) continue;
    std::int64_t used = 0;
    std::string parts;
    for (const auto& service : s_.services) {
      const auto& container = service.container;
      if (!service.contained || (!container.hosts.empty() && !named(container.hosts, host.name))) continue;
      const std::int64_t n = container.at_start();
      if (n == 0) continue;
      if (container.memory_bytes > host.memory_bytes) return;  // reported
      used += n * container.memory_bytes;
      parts += fmt::format("{}{} × {} of {}", parts.empty() ? "" : ", ", n,
                           bytes_text(container.memory_bytes), service.name);
    }
    if (used > host.memory_bytes)
      report({"compute", "hosts", host.name, "memory"},
             fmt::format("the instances that run from the start take {} ({}), and host '{}' has {}",
                         bytes_text(used), parts, host.name, bytes_text(host.memory_bytes)));
  }
}

void Checker::relocations() {
  for (const auto& service : s_.services) {
    if (!service.relocates || !clean({"services", service.name, "relocation"})) continue;
    const auto& r = service.relocation;
    if (r.mode != RelocationMode::kStay && r.target == RelocationTarget::kCold && !service.contained &&
        clean({"services", service.name, "container"}))
      report({"services", service.name, "relocation", "target"},
             "cold starts an instance at the new host, and the service has no container; give it one with an "
             "image, "
             "or use target: warm");
  }
}

}  // namespace cv2x::config
