#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/config/scenario.h"
#include "sim/config/value.h"

namespace cv2x::config {

/// The slice of a scenario that has none.
inline constexpr std::string_view kDefaultSlice = "default";

/// Writes out the defaults that depend on other sections: a slice kDefaultSlice where the scenario has none,
/// and the first slice for the services that name none.
void fill_in(Scenario& scenario);

/// Reports what no struct can know by itself: rules over several sections. `tree` is what the scenario was
/// parsed from and tells the places. A rule is skipped where the keys it is about were wrong themselves.
void check(const Scenario& scenario, const Value& tree, Log& log);

/// "100 ms".
std::string time_text(TimeNs value);

/// What check() is made of, a file each.
class Checker {
 public:
  Checker(const Scenario& scenario, const Value& tree, Log& log);

  void simulation();
  void mobility();
  void radio();
  void sidelink();
  void slices();
  void compute();
  void services();
  void containers();
  void relocations();
  void exclusive_groups();
  void graphs();
  void deadlines();
  void budgets();
  void reach();

 private:
  using Keys = std::initializer_list<std::string_view>;

  /// Whether the key's value can be relied upon.
  bool clean(Keys keys) const;
  /// Whether a section that is empty is so because nobody wrote one (and not because of a typing error).
  bool absent(Keys section) const;
  void report(Keys keys, std::string message);
  /// Why a host could never run a task of the service; empty: it could.
  std::string never_fits(const ServiceParams& service, const HostParams& host) const;
  void demands(const ServiceParams& service);
  /// False: nobody knows what such a GPU takes for anything.
  bool gpus(Keys model, const GpuParams& gpus, const InferenceNames& known);
  void inferences(const ServiceParams& service);
  void graph(const ServiceParams& service);
  void subtask(const ServiceParams& service, const SubtaskParams& subtask);
  /// At a key of a subtask, or (empty) at itself.
  void report_subtask(const ServiceParams& service, const SubtaskParams& subtask, std::string_view key,
                      std::string message);
  bool clean_subtask(const ServiceParams& service, const SubtaskParams& subtask, std::string_view key) const;
  bool is_cloud(const HostParams& host) const;
  void too_long_to_compute(const ServiceParams& service, const SubtaskParams& subtask);
  void carrier(const CarrierParams& carrier);
  void band(const CarrierParams& carrier);
  void no_carriers(const CarrierParams& carrier, const std::string& spacing);
  void pool();
  void sensing();
  void sidelink_services();
  void timing(const CarrierParams& carrier);
  void broadcast(const CarrierParams& carrier);
  void edgecloudsim();
  void ring();
  void slice_minima(std::string_view key, RrmPolicyParams SliceParams::*policy);
  void blocked(const CarrierParams& carrier, std::string_view key, const BlockedParams& blocked);
  void preemption(const SliceParams& slice);
  void grant_period(const SliceParams& slice, std::string_view key, const PeriodicGrantParams& grant);
  void registry();
  void instance_memory(const ServiceParams& service);
  void memory_at_start();
  void latency(const BudgetParams& budget);
  void reliability(const BudgetParams& budget);
  void age(const BudgetParams& budget);
  void scope(const BudgetParams& budget);
  /// How long a run waits for the last messages: what is created when the drain begins.
  TimeNs patience() const { return s_.simulation.drain_ns + s_.simulation.overrun_ns; }
  bool too_long(TimeNs value) const;
  std::string why_too_long() const;
  void period(Keys keys, TimeNs value, TimeNs least);
  void at_most_65535(Keys section, std::size_t count);
  /// The site of that name, or null where the name is wrong.
  const SiteParams* site(std::string_view name) const;
  const HostParams* host(std::string_view name) const;
  std::vector<std::uint32_t> access_sites() const;

  const Scenario& s_;
  const Value& tree_;
  Log& log_;
  std::unordered_map<std::string_view, const SiteParams*> sites_;
  std::unordered_map<std::string_view, const HostParams*> hosts_;
  std::unordered_map<std::string_view, const ServiceParams*> services_;
  std::unordered_map<std::string_view, const SliceParams*> slices_;
};

}  // namespace cv2x::config
