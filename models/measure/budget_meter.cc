#include "models/measure/budget_meter.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "models/measure/area.h"

namespace cv2x {
namespace {

void add_stages(CauseSums& to, std::span<const StageEntry> stages, TimeNs end_ns) {
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const TimeNs until_ns = i + 1 < stages.size() ? stages[i + 1].enter_ns : end_ns;
    to.sums_ns[kFirstStage + static_cast<std::size_t>(stages[i].stage)] += until_ns - stages[i].enter_ns;
  }
  ++to.count;
}

CauseSums causes_of(const StageSums& stages) {
  CauseSums out;
  out.count = stages.count();
  for (std::size_t i = 0; i < static_cast<std::size_t>(Stage::kCount); ++i)
    out.sums_ns[kFirstStage + i] = stages.sum_ns(static_cast<Stage>(i));
  return out;
}

}  // namespace

std::vector<std::uint16_t> BudgetMeter::services_of(const BudgetParams& budget,
                                                    std::span<const MeteredService> services) {
  std::vector<std::uint16_t> out;
  for (std::size_t i = 0; i < services.size(); ++i) {
    const auto& s = services[i];
    const bool fits = (budget.service.empty() || budget.service == s.name) &&
                      (budget.slice.empty() || budget.slice == s.slice);
    if (fits && (s.streams || budget.metric != BudgetMetric::kAgeOfInformation))
      out.push_back(static_cast<std::uint16_t>(i));
  }
  return out;
}

bool BudgetMeter::Scope::holds(float x_m, float y_m) const {
  return !area || contains(*area, static_cast<double>(x_m), static_cast<double>(y_m));
}

BudgetMeter::BudgetMeter(std::vector<BudgetParams> budgets, const std::vector<AreaParams>& areas,
                         std::vector<MeteredService> services, const Window& window, std::vector<Kept> kept)
    : budgets_(std::move(budgets)),
      areas_(areas),
      services_(std::move(services)),
      kept_(std::move(kept)),
      late_(budgets_.size()),
      places_(services_.size()),
      age_places_(services_.size()) {
  assert(kept_.empty() || kept_.size() == services_.size());
  for (std::size_t b = 0; b < budgets_.size(); ++b) {
    scope_of_budget_.push_back(scope_of(budgets_[b], window));
    Scope& scope = scopes_[scope_of_budget_[b]];
    scope.budgets.push_back(b);
    late_[b].told.resize(scope.services.size());
  }
  std::vector<std::uint16_t> tracked;
  for (std::uint16_t s = 0; s < services_.size(); ++s) {
    if (!age_places_[s].empty()) tracked.push_back(s);
  }
  if (!tracked.empty())
    tracker_.emplace(window.from_ns, window.until_ns, std::move(tracked),
                     [this](const AgeRamp& ramp) { add_ramp(ramp); });
}

std::size_t BudgetMeter::scope_of(const BudgetParams& budget, const Window& window) {
  Scope scope;
  scope.services = services_of(budget, services_);
  scope.age = budget.metric == BudgetMetric::kAgeOfInformation;
  const auto area = std::find_if(areas_.begin(), areas_.end(), [&](const auto& a) {
    return !budget.area.empty() && a.name == budget.area;
  });
  assert(budget.area.empty() || area != areas_.end());
  if (area != areas_.end()) scope.area = &*area;
  for (std::size_t i = 0; i < scopes_.size(); ++i) {
    const Scope& s = scopes_[i];
    if (s.services == scope.services && s.area == scope.area && s.age == scope.age) return i;
  }
  for (std::size_t i = 0; i < scope.services.size(); ++i)
    (scope.age ? age_places_ : places_)[scope.services[i]].push_back({scopes_.size(), i});
  scope.all.resize(scope.services.size());
  const bool whole = scope.services.size() == 1 && !scope.area && !kept_.empty();
  if (scope.age) {
    scope.ages = std::make_unique<AgeStats>(window.from_ns);
  } else if (whole && kept_[scope.services[0]].stats) {
    scope.stats = kept_[scope.services[0]].stats;
  } else {
    scope.own_stats = std::make_unique<ServiceStats>(window.from_ns);
    scope.stats = scope.own_stats.get();
  }
  scopes_.push_back(std::move(scope));
  return scopes_.size() - 1;
}

void BudgetMeter::add(const EndedMessage& m, std::span<const StageEntry> stages) {
  if (tracker_ && !age_places_[m.service].empty()) tracker_->add(m, stages);
  if (!m.counted) return;
  const TimeNs latency_ns = m.end_ns - m.created_ns;
  const bool in_time = latency_ns <= services_[m.service].deadline_ns;
  for (const Place& place : places_[m.service]) {
    Scope& scope = scopes_[place.scope];
    if (!scope.holds(m.x_m, m.y_m)) continue;
    if (m.outcome != Outcome::kDelivered) {
      if (scope.own_stats) scope.own_stats->add_lost(m.created_ns, m.vehicle_key);
      ++scope.lost[static_cast<std::size_t>(m.outcome)];
      continue;
    }
    if (scope.own_stats) {
      scope.own_stats->add(m.created_ns, m.vehicle_key, latency_ns, in_time);
      add_stages(scope.all[place.service], stages, m.end_ns);
    }
    for (const std::size_t b : scope.budgets) {
      const bool keeps =
          budgets_[b].metric == BudgetMetric::kLatency ? latency_ns <= budgets_[b].limit_ns : in_time;
      if (!keeps) add_stages(late_[b].told[place.service], stages, m.end_ns);
    }
  }
}

void BudgetMeter::add_ramp(const AgeRamp& ramp) {
  for (const Place& place : age_places_[ramp.service]) {
    Scope& scope = scopes_[place.scope];
    if (!scope.holds(ramp.x_m, ramp.y_m)) continue;
    scope.ages->add(ramp.from_ns, ramp.to_ns, ramp.age_ns, ramp.vehicle_key);
    if (ramp.told) scope.all[place.service].add(ramp.causes);
    for (const std::size_t b : scope.budgets) {
      if (ramp.age_ns + (ramp.to_ns - ramp.from_ns) <= budgets_[b].limit_ns) continue;
      ++late_[b].ramps;
      if (ramp.told) late_[b].told[place.service].add(ramp.causes);
      for (std::size_t i = 0; i < ramp.lost.size(); ++i) late_[b].lost[i] += ramp.lost[i];
    }
  }
}

void BudgetMeter::leave(std::uint32_t vehicle, TimeNs now) {
  if (tracker_) tracker_->leave(vehicle, now);
}

void BudgetMeter::finish(TimeNs end_ns) {
  if (tracker_) tracker_->finish(end_ns);
}

BlameSums BudgetMeter::blame_of(std::size_t budget) const {
  const Scope& scope = scopes_[scope_of_budget_[budget]];
  BlameSums out;
  for (std::size_t i = 0; i < scope.services.size(); ++i) {
    const std::uint16_t service = scope.services[i];
    const bool own = scope.age || scope.own_stats;
    BlameSums::Part part{service, late_[budget].told[i],
                         own ? scope.all[i] : causes_of(*kept_[service].stages)};
    part.kept.subtract(part.late);
    if (part.late.count + part.kept.count > 0) out.parts.push_back(part);
  }
  out.lost = scope.age ? late_[budget].lost : scope.lost;
  return out;
}

BudgetMeasure BudgetMeter::measure(std::size_t budget) const {
  const BudgetParams& params = budgets_[budget];
  const Scope& scope = scopes_[scope_of_budget_[budget]];
  BudgetMeasure out;
  out.blame = blame_of(budget);
  std::uint64_t late = 0;
  for (const auto& part : out.blame.parts) late += part.late.count;
  switch (params.metric) {
    case BudgetMetric::kLatency:
      out.measured = scope.stats->quantiles_ns(std::array{params.quantile})[0];
      out.samples = scope.stats->count();
      out.kept = scope.stats->delivered() - late;
      break;
    case BudgetMetric::kReliability:
      out.measured = scope.stats->reliability();
      out.samples = scope.stats->count();
      out.kept = scope.stats->in_time();
      break;
    case BudgetMetric::kAgeOfInformation:
      out.measured = scope.ages->quantiles_ns(std::array{params.quantile})[0];
      out.samples = scope.ages->ramps();
      out.kept = out.samples - late_[budget].ramps;
      break;
  }
  return out;
}

}  // namespace cv2x
