// Budgets, deadlines and the times that they need.
#include <fmt/format.h>

#include <algorithm>

#include "sim/config/check.h"

namespace cv2x::config {
namespace {

std::string_view kind_text(const ServiceParams& service) {
  return kServiceKindNames[static_cast<std::size_t>(service.kind)];
}

}  // namespace

bool Checker::too_long(TimeNs value) const {
  return value > patience() && clean({"simulation", "drain"}) && clean({"simulation", "overrun"});
}

std::string Checker::why_too_long() const {
  return fmt::format(
      "but a run waits only {} (simulation.drain + simulation.overrun) for the last messages, and would "
      "count those that take longer as lost",
      time_text(patience()));
}

void Checker::deadlines() {
  for (const auto& service : s_.services) {
    if (too_long(service.deadline_ns) && clean({"services", service.name, "deadline"}))
      report({"services", service.name, "deadline"},
             fmt::format("the deadline is {}, {}", time_text(service.deadline_ns), why_too_long()));
  }
}

void Checker::budgets() {
  at_most_65535({"areas"}, s_.areas.size());
  at_most_65535({"budgets"}, s_.budgets.size());
  for (const auto& budget : s_.budgets) {
    if (!clean({"budgets", budget.name})) continue;
    scope(budget);
    if (!clean({"budgets", budget.name, "metric"})) continue;
    switch (budget.metric) {
      case BudgetMetric::kLatency:
        latency(budget);
        break;
      case BudgetMetric::kReliability:
        reliability(budget);
        break;
      case BudgetMetric::kAgeOfInformation:
        age(budget);
        break;
    }
  }
}

/// Whether service and slice go together, and anybody sends what they name.
void Checker::scope(const BudgetParams& budget) {
  const auto service = services_.find(budget.service);
  const bool slice = !budget.slice.empty() && slices_.contains(budget.slice);
  if (service != services_.end()) {
    const ServiceParams& s = *service->second;
    if (s.vehicles == 0)
      report({"budgets", budget.name, "service"},
             fmt::format("no vehicle runs service '{}' (vehicles: 0 %), so there is nothing to measure",
                         budget.service));
    if (slice && s.slice != budget.slice && clean({"services", s.name, "slice"}))
      report({"budgets", budget.name, "slice"},
             fmt::format("service '{}' is in slice '{}', so nothing of it is in slice '{}'; leave one of the "
                         "two keys out",
                         s.name, s.slice, budget.slice));
    return;
  }
  if (!budget.service.empty() || !clean({"services"})) return;
  const auto sends = [&](const ServiceParams& s) {
    return s.vehicles > 0 && (!slice || s.slice == budget.slice);
  };
  if (slice && std::none_of(s_.services.begin(), s_.services.end(), sends))
    report(
        {"budgets", budget.name, "slice"},
        fmt::format("no vehicle runs a service in slice '{}', so there is nothing to measure", budget.slice));
}

void Checker::latency(const BudgetParams& budget) {
  if (too_long(budget.limit_ns) && clean({"budgets", budget.name, "limit"}))
    report({"budgets", budget.name, "limit"},
           fmt::format("the limit is {}, {}", time_text(budget.limit_ns), why_too_long()));
}

void Checker::reliability(const BudgetParams& budget) {
  if (!clean({"budgets", budget.name, "at_least"})) return;
  if (budget.at_least == 0)
    report({"budgets", budget.name, "at_least"}, "0 % is always met; a budget is a limit that can fail");
  if (budget.at_least == 1)
    report({"budgets", budget.name, "at_least"},
           "100 % cannot be shown by any number of messages, so this can never pass; give a share such as "
           "99.999 %");
}

void Checker::age(const BudgetParams& budget) {
  constexpr std::string_view kWhy =
      "an age of information is that of updates which keep coming (telemetry_upload, perception_offload)";
  const auto service = services_.find(budget.service);
  if (service != services_.end() && clean({"services", budget.service, "kind"}) &&
      !streams(service->second->kind)) {
    report({"budgets", budget.name, "metric"},
           fmt::format("{}; '{}' is a {}, which is sent when there is something to send, so an age says "
                       "nothing about it",
                       kWhy, budget.service, kind_text(*service->second)));
  } else if (budget.service.empty() && clean({"services"})) {
    const auto fits = [&](const ServiceParams& s) {
      return streams(s.kind) && s.vehicles > 0 && (budget.slice.empty() || s.slice == budget.slice);
    };
    const bool any = std::any_of(s_.services.begin(), s_.services.end(), fits);
    // A slice in which there is nothing at all has been reported.
    if (!any && clean({"budgets", budget.name, "slice"}))
      report({"budgets", budget.name, "metric"},
             fmt::format("{}; no vehicle runs such a service{}", kWhy,
                         budget.slice.empty() ? "" : fmt::format(" in slice '{}'", budget.slice)));
  }
  const auto& sim = s_.simulation;
  const TimeNs counted = sim.duration_ns - sim.warm_up_ns - sim.drain_ns;
  if (budget.limit_ns >= counted && clean({"budgets", budget.name, "limit"}) && clean({"simulation"}) &&
      clean({"simulation", "duration"}) && clean({"simulation", "warm_up"}) && clean({"simulation", "drain"}))
    report({"budgets", budget.name, "limit"},
           fmt::format("the limit is {}, but only {} of the run count (duration less warm_up and drain), in "
                       "which no age can be seen to break it",
                       time_text(budget.limit_ns), time_text(counted)));
}

}  // namespace cv2x::config
