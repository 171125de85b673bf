#include "sim/config/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/phrases.h"

namespace cv2x::config {
namespace {

/// "a.b.c"
std::string path_of(std::initializer_list<std::string_view> keys) {
  std::string out;
  for (const auto key : keys) out = join_path(out, key);
  return out;
}

/// Where the key is written, or what encloses it most closely.
Place place_of(const Value& tree, std::initializer_list<std::string_view> keys) {
  Place place = tree.place;
  const Value* at = &tree;
  for (const auto key : keys) {
    const Entry* entry = at->find(key);
    if (!entry) break;
    at = &entry->value;
    place = at->kind == Value::Kind::kScalar || at->kind == Value::Kind::kList ? at->place : entry->place;
  }
  return place;
}

constexpr double kRingTurn = 30;

template <class T>
std::unordered_map<std::string_view, const T*> by_name(const std::vector<T>& entries) {
  std::unordered_map<std::string_view, const T*> out;
  for (const auto& entry : entries) out.emplace(entry.name, &entry);
  return out;
}

}  // namespace

std::string time_text(TimeNs value) { return format_quantity(static_cast<double>(value), Dimension::kTime); }

void fill_in(Scenario& s) {
  if (s.slices.empty()) {
    SliceParams slice;
    slice.name = kDefaultSlice;
    s.slices.push_back(slice);
  }
  for (auto& service : s.services) {
    if (service.slice.empty()) service.slice = s.slices.front().name;
  }
  fill_in(s.offloading);
}

void check(const Scenario& scenario, const Value& tree, Log& log) {
  Checker checker(scenario, tree, log);
  checker.simulation();
  checker.mobility();
  checker.radio();
  checker.sidelink();
  checker.slices();
  checker.compute();
  checker.services();
  checker.containers();
  checker.relocations();
  checker.exclusive_groups();
  checker.graphs();
  checker.deadlines();
  checker.budgets();
  checker.reach();
}

Checker::Checker(const Scenario& scenario, const Value& tree, Log& log)
    : s_(scenario),
      tree_(tree),
      log_(log),
      sites_(by_name(scenario.sites)),
      hosts_(by_name(scenario.compute.hosts)),
      services_(by_name(scenario.services)),
      slices_(by_name(scenario.slices)) {}

bool Checker::clean(Keys keys) const { return log_.clean(path_of(keys)); }

bool Checker::absent(Keys section) const { return log_.clean({}) && clean(section); }

void Checker::report(Keys keys, std::string message) {
  log_.report(log_.full() ? Place{} : place_of(tree_, keys), path_of(keys), std::move(message));
}

const SiteParams* Checker::site(std::string_view name) const {
  const auto it = sites_.find(name);
  return it == sites_.end() ? nullptr : it->second;
}

const HostParams* Checker::host(std::string_view name) const {
  const auto it = hosts_.find(name);
  return it == hosts_.end() ? nullptr : it->second;
}

void Checker::period(Keys keys, TimeNs value, TimeNs least) {
  if (value != 0 && value < least && clean(keys))
    report(keys, fmt::format("{} is too short a period; allowed: 0 s, or at least {}", time_text(value),
                             time_text(least)));
}

void Checker::at_most_65535(Keys section, std::size_t count) {
  if (count > 65535) report(section, fmt::format("{} entries; at most 65535 are possible", count));
}

void Checker::simulation() {
  constexpr TimeNs kLeast = kMillisecond;
  period({"recording", "vehicles"}, s_.recording.vehicles_ns, kLeast);
  period({"recording", "load"}, s_.recording.load_ns, kLeast);
  period({"offloading", "load_report"}, s_.offloading.load_report_ns, kMillisecond / 10);
  if (s_.offloading.load_report_ns == 0 && s_.offloading.report_delay_ns > 0 &&
      clean({"offloading", "load_report"}) && clean({"offloading", "report_delay"}))
    report({"offloading", "report_delay"},
           "reports that are always fresh (load_report: 0 s) cannot come late; give load_report a period");
  constexpr TimeNs kMostReports = 10'000;
  if (s_.offloading.load_report_ns > 0 &&
      s_.offloading.report_delay_ns / s_.offloading.load_report_ns > kMostReports &&
      clean({"offloading", "load_report"}) && clean({"offloading", "report_delay"}))
    report({"offloading", "report_delay"},
           fmt::format("{} is too long a delay; allowed: {} times load_report, which is {}",
                       time_text(s_.offloading.report_delay_ns), kMostReports,
                       time_text(s_.offloading.load_report_ns)));
  if (s_.recording.flush_ns < kLeast && clean({"recording", "flush"}))
    report({"recording", "flush"}, fmt::format("{} is too short a period; allowed: at least {}",
                                               time_text(s_.recording.flush_ns), time_text(kLeast)));
  at_most_65535({"links"}, s_.links.size());
  at_most_65535({"services"}, s_.services.size());
  at_most_65535({"radio", "cells"}, s_.radio.cells.size());
  at_most_65535({"compute", "hosts"}, s_.compute.hosts.size());

  std::unordered_map<std::int64_t, std::string_view> ids;
  for (const auto& slice : s_.slices) {
    if (!clean({"slices", slice.name, "sst"}) || !clean({"slices", slice.name, "sd"})) continue;
    const auto [it, added] = ids.emplace(slice.sst * (std::int64_t{1} << 32) + slice.sd, slice.name);
    if (!added)
      report({"slices", slice.name},
             fmt::format("has the S-NSSAI (sst {}, sd {}) of slice '{}'; slices differ in it", slice.sst,
                         slice.sd, it->second));
  }
}

void Checker::mobility() {
  const auto& m = s_.mobility;
  if (!clean({"mobility", "kind"})) return;
  const bool network = m.kind == MobilityKind::kSumo || (m.kind == MobilityKind::kFcd && !m.network.empty());
  if (!network && clean({"mobility", "network"})) {
    for (const auto& site : s_.sites) {
      if (site.placement == Placement::kLonLat && clean({"sites", site.name, "placement"}))
        report({"sites", site.name, "placement"},
               fmt::format("lon_lat needs the projection of a road network, which mobility '{}' has not{}",
                           kMobilityKindNames[static_cast<std::size_t>(m.kind)],
                           m.kind == MobilityKind::kFcd ? "; give mobility.network" : "; use x and y"));
    }
  }
  if (m.kind == MobilityKind::kHighway && clean({"mobility", "highway"})) {
    constexpr double kMostVehicles = 1e6;
    const auto& h = m.highway;
    const double spacing_m = std::max(2.0, h.gap_s * h.speed_mps);
    const double vehicles = 2 * static_cast<double>(h.lanes) * h.length_m / spacing_m;
    if (vehicles > kMostVehicles)
      report({"mobility", "highway"},
             fmt::format("makes {:.0f} vehicles; at most {:.0f} are possible", vehicles, kMostVehicles));
  }
  if (m.kind == MobilityKind::kStatic) {
    constexpr double kFarthestM = 1e7;
    const double last_m = m.x_m + m.spacing_m * static_cast<double>(m.static_vehicles);
    if (last_m > kFarthestM && clean({"mobility", "spacing"}))
      report({"mobility", "spacing"}, fmt::format("puts the last vehicle at x = {}; allowed: up to {}",
                                                  format_quantity(last_m, Dimension::kLength),
                                                  format_quantity(kFarthestM, Dimension::kLength)));
  }
  if (m.kind == MobilityKind::kRing && clean({"mobility", "ring"})) ring();
  constexpr std::int64_t kMostSeed = 2147483647;  // SUMO holds it in an int
  if (m.kind == MobilityKind::kSumo && m.seed_per_replication &&
      m.sumo_seed + s_.simulation.replication > kMostSeed && clean({"mobility", "sumo_seed"}))
    report({"mobility", "sumo_seed"},
           fmt::format("with the replication added it is {}; SUMO's seeds end at {}",
                       m.sumo_seed + s_.simulation.replication, kMostSeed));
}

void Checker::ring() {
  const auto& r = s_.mobility.ring;
  double length_m = 0, fastest_mps = 0;
  for (const auto& stretch : r.stretches) {
    length_m += stretch.length_m;
    fastest_mps = std::max(fastest_mps, stretch.speed_mps);
  }
  if (r.stretches.empty()) {
    report({"mobility", "ring"}, "a ring needs at least one entry in stretches");
  } else if (length_m < kRingTurn * fastest_mps) {
    // Vehicles are placed once a second and drive straight in between.
    report({"mobility", "ring", "stretches"},
           fmt::format(
               "a ring of {} is too short for {:.0f} km/h: a vehicle would drive more than a {:.0f}th of "
               "it in a second",
               format_quantity(length_m, Dimension::kLength), fastest_mps * 3.6, kRingTurn));
  }
}

}  // namespace cv2x::config
