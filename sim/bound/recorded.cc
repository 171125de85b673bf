#include "sim/bound/recorded.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "models/topology/graph.h"
#include "models/uu/least_delay.h"

namespace cv2x {
namespace {

template <class T>
std::uint32_t index_of(const std::vector<T>& entries, const std::string& name) {
  const auto it = std::find_if(entries.begin(), entries.end(), [&](const T& e) { return e.name == name; });
  assert(it != entries.end());
  return static_cast<std::uint32_t>(it - entries.begin());
}

/// Another access may be as fast as it likes, and may have a network of its own.
bool is_known(RadioKind kind) { return kind == RadioKind::kIdeal || kind == RadioKind::kNr; }

/// The radio, as if the task had it for itself.
class LeastAccess {
 public:
  explicit LeastAccess(const Scenario& s) : s_(s) {
    if (s.radio.kind != RadioKind::kNr) return;
    for (const auto& service : s.services) {
      const bool preempts = !s.slices.empty() && s.slices[index_of(s.slices, service.slice)].preempts;
      auto& carriers = by_service_.emplace_back();
      for (const auto& carrier : s.radio.carriers) carriers.emplace_back(carrier, preempts);
    }
  }

  TimeNs uplink_end(const RecordedTask& task, TimeNs at) const {
    if (!is_known(s_.radio.kind)) return at;
    if (s_.radio.kind == RadioKind::kIdeal)
      return at + s_.radio.ideal.delay_ns + serialised(task.input_bytes, s_.radio.ideal.uplink_bps);
    TimeNs least = kNever;
    for (const auto& carrier : by_service_[task.service])
      least = std::min(least, carrier.uplink_end(at, task.input_bytes));
    return least;
  }
  TimeNs downlink_ns(const RecordedTask& task) const {
    if (!is_known(s_.radio.kind)) return 0;
    if (s_.radio.kind == RadioKind::kIdeal)
      return s_.radio.ideal.delay_ns + serialised(task.output_bytes, s_.radio.ideal.downlink_bps);
    TimeNs least = kNever;
    for (const auto& carrier : by_service_[task.service])
      least = std::min(least, carrier.downlink_ns(task.output_bytes));
    return least;
  }

 private:
  TimeNs serialised(std::int64_t bytes, double bps) const {
    return s_.radio.ideal.serialise ? serialisation_ns(bytes, bps) : 0;
  }

  const Scenario& s_;
  std::vector<std::vector<uu::LeastDelay>> by_service_;
};

/// The backhaul, empty.
class LeastBackhaul {
 public:
  explicit LeastBackhaul(const Scenario& s) : s_(s), topology_(s.sites, s.links) {
    for (std::uint32_t i = 0; i < s.sites.size(); ++i) {
      const bool has_cell = std::any_of(s.radio.cells.begin(), s.radio.cells.end(),
                                        [&](const CellParams& cell) { return cell.site == s.sites[i].name; });
      const bool mast = s.sites[i].kind == SiteKind::kGnb || s.sites[i].kind == SiteKind::kRsu;
      if (s.radio.kind == RadioKind::kNr ? has_cell : mast) access_.push_back(SiteIndex{i});
    }
    for (const auto& host : s.compute.hosts) hosts_.push_back(SiteIndex{index_of(s.sites, host.site)});
    for (const auto& service : s.services) {
      const std::string upf = s.slices.empty() ? "" : s.slices[index_of(s.slices, service.slice)].upf;
      upfs_.push_back(upf.empty() ? SiteIndex{} : SiteIndex{index_of(s.sites, upf)});
    }
  }

  std::size_t hosts() const { return hosts_.size(); }

  /// Between the best site with a cell and a host; kNever: there is no way.
  TimeNs least(std::uint16_t service, std::size_t host, std::int64_t bytes, bool to_host) {
    if (!is_known(s_.radio.kind)) return 0;
    const auto [known, is_new] = least_.try_emplace({upfs_[service].value, host, bytes, to_host}, kNever);
    if (is_new) {
      for (const SiteIndex site : access_)
        known->second = std::min(known->second, way(site, upfs_[service], hosts_[host], bytes, to_host));
    }
    return known->second;
  }

 private:
  TimeNs way(SiteIndex site, SiteIndex upf, SiteIndex host, std::int64_t bytes, bool to_host) {
    if (!upf.valid()) return to_host ? one(site, host, bytes) : one(host, site, bytes);
    return to_host ? later(one(site, upf, bytes), one(upf, host, bytes))
                   : later(one(host, upf, bytes), one(upf, site, bytes));
  }
  TimeNs one(SiteIndex from, SiteIndex to, std::int64_t bytes) {
    const Route* const route = topology_.route(from, to);
    if (!route) return kNever;
    TimeNs total = 0;
    for (const Hop& hop : route->hops) {
      const LinkParams& link = s_.links[hop.link.value];
      total = later(later(total, serialisation_ns(bytes, link.rate_bps)), link.delay_ns);
    }
    return total;
  }

  const Scenario& s_;
  Topology topology_;
  std::vector<SiteIndex> access_, hosts_, upfs_;
  std::map<std::tuple<std::uint32_t, std::size_t, std::int64_t, bool>, TimeNs> least_;
};

bool interrupts(const OrderParams& order) {
  return order.discipline == Discipline::kProcessorSharing || order.preemption != Preemption::kNone;
}

}  // namespace

bound::Instance offload_instance(const Scenario& s, std::span<const RecordedTask> tasks,
                                 std::uint32_t vehicles, double lost) {
  const LeastAccess access(s);
  LeastBackhaul backhaul(s);
  bound::Instance out;
  for (const auto& host : s.compute.hosts)
    out.machines.push_back({.cores = host.cores, .interruptible = interrupts(host.order)});
  const auto& own = s.compute.vehicles;
  for (std::uint32_t v = 0; v < vehicles; ++v)
    out.machines.push_back({.cores = own.cores, .interruptible = interrupts(own.order)});
  for (const RecordedTask& task : tasks) {
    const TimeNs deadline = s.services[task.service].deadline_ns;
    const TimeNs decided = task.created_ns + s.offloading.decision_ns;
    const auto first = static_cast<std::uint32_t>(out.options.size());
    const TimeNs at_cell = access.uplink_end(task, decided);
    const TimeNs from_cell = access.downlink_ns(task);
    for (std::uint32_t h = 0; h < backhaul.hosts(); ++h) {
      const TimeNs up = backhaul.least(task.service, h, task.input_bytes, true);
      const TimeNs down = backhaul.least(task.service, h, task.output_bytes, false);
      if (up == kNever || down == kNever) continue;
      out.options.push_back({.machine = h,
                             .ready_ns = later(at_cell, up),
                             .service_ns = from_seconds(task.cycles / s.compute.hosts[h].speed_cps),
                             .after_ns = later(down, from_cell)});
    }
    out.options.push_back({.machine = static_cast<std::uint32_t>(backhaul.hosts()) + task.vehicle,
                           .ready_ns = decided,
                           .service_ns = from_seconds(task.cycles / s.compute.vehicles.speed_cps),
                           .after_ns = 0});
    out.tasks.push_back({.created_ns = task.created_ns,
                         .deadline_ns = deadline,
                         .lost_ns = static_cast<TimeNs>(std::llround(lost * static_cast<double>(deadline))),
                         .gone_ns = task.gone_ns,
                         .first = first,
                         .count = static_cast<std::uint32_t>(out.options.size()) - first});
  }
  return out;
}

}  // namespace cv2x
