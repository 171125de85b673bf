#include "sim/run/assess.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

#include "sim/config/budgets.h"
#include "sim/record/reader.h"
#include "sim/run/measure_again.h"

namespace cv2x {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// What the run wrote of the budgets of its scenario.
std::vector<BudgetMeasure> recorded(const Result& result, const std::string& path, const Scenario& scenario) {
  std::vector<BudgetMeasure> out(scenario.budgets.size());
  const auto of = [&](std::uint16_t budget) -> BudgetMeasure& {
    if (budget >= out.size())
      throw UserError(Location{path}, "damaged: its budgets are not those of its scenario");
    return out[budget];
  };
  if (result.size<BudgetRow>() != out.size())
    throw UserError(Location{path}, "damaged: its budgets are not those of its scenario");
  std::map<std::uint16_t, ServiceSummaryRow> services;
  for (const auto& row : result.rows<ServiceSummaryRow>()) services[row.service] = row;
  for (const auto& row : result.rows<BudgetRow>()) {
    BudgetMeasure& m = of(row.budget);
    m.measured = {row.measured, {row.low, row.high}};
    m.samples = row.samples;
    m.kept = row.kept;
    if (result.minor_version() > 0) continue;
    m.samples = services[row.service].sent;  // all that 1.0 has: whole services
    m.kept = services[row.service].in_time;
  }
  for (const auto& row : result.rows<BudgetStageRow>()) {
    auto& parts = of(row.budget).blame.parts;
    if (parts.empty() || parts.back().service != row.service) parts.push_back({row.service, {}, {}});
    auto& [service, late, kept] = parts.back();
    late.count = row.late;
    kept.count = row.kept;
    late.sums_ns[row.stage] = row.late_sum_ns;
    kept.sums_ns[row.stage] = row.kept_sum_ns;
  }
  for (const auto& row : result.rows<BudgetLossRow>()) {
    of(row.budget).blame.lost[row.outcome] = row.lost;
  }
  return out;
}

std::string scope_text(const BudgetParams& budget) {
  std::string out;
  if (!budget.service.empty()) out += fmt::format(" of service '{}'", budget.service);
  if (!budget.slice.empty()) out += fmt::format(" in slice '{}'", budget.slice);
  if (!budget.area.empty()) out += fmt::format(" in area '{}'", budget.area);
  return out;
}

std::string why_inconclusive(const BudgetParams& budget, const Estimate& measured, std::size_t runs,
                             std::size_t measuring, const Scenario& scenario) {
  const auto& [low, high] = measured.interval;
  if (measuring == 0) return fmt::format("nothing was measured{}", scope_text(budget));
  if (measuring < runs && measuring == 1)
    return fmt::format("only one of {} replications measured anything{}", runs, scope_text(budget));
  const bool share = budget.metric == BudgetMetric::kReliability;
  if (low <= 0 && high >= (share ? 1 : kInf) && runs == 1) {
    if (scenario.recording.mode == RecordingMode::kHistogram && low < 0)
      return "a result of an older version without messages (recording: histogram) gives no interval within "
             "one run; replications give one";
    return "too little was measured for an interval within one run; a longer run or replications give one";
  }
  if (high == kInf && measured.value < kInf)
    return "too few independent samples to say how high the quantile may be";
  return "the interval straddles the limit";
}

Assessment combine(const BudgetParams& budget, const std::vector<const BudgetMeasure*>& runs,
                   const Scenario& scenario) {
  Assessment out;
  out.budget = budget;
  std::vector<double> values;
  std::vector<Share> shares;
  std::size_t open = 0;  // cannot say by themselves how high the quantile may be
  for (const BudgetMeasure* run : runs) {
    out.samples += run->samples;
    out.sums.merge(run->blame);
    if (std::isnan(run->measured.value)) continue;
    values.push_back(run->measured.value);
    shares.push_back({static_cast<double>(run->kept), static_cast<double>(run->samples)});
    const auto& [low, high] = run->measured.interval;
    open += low >= 0 && high == kInf && run->measured.value < kInf;
  }
  const bool share = budget.metric == BudgetMetric::kReliability;
  const Estimate measured = runs.size() == 1 ? runs[0]->measured
                            : share          ? reliability_over_replications(shares)
                                             : over_replications(values);
  out.judgement = judge(budget, measured, std::max<std::int64_t>(1, std::ssize(values)));
  if (out.judgement.verdict == Verdict::kInconclusive)
    out.reason = why_inconclusive(budget, measured, runs.size(), values.size(), scenario);
  // The nearest rank of so few late samples is biased, and no number of replications helps.
  if (runs.size() > 1 && !share && 2 * open > values.size())
    out.reason += fmt::format(
        "{}{} of {} replications are too short for this quantile by themselves, so their "
        "mean may be off",
        out.reason.empty() ? "" : "; ", open, values.size());
  out.blame = blame(out.sums, budget.metric);
  return out;
}

}  // namespace

std::vector<Assessment> assess(const std::vector<std::string>& paths,
                               const std::optional<BudgetsFile>& file) {
  if (paths.empty()) throw UserError("no result files");
  std::string key;
  Scenario scenario;  // of the first
  std::map<std::pair<std::int64_t, std::int64_t>, std::string> seeds;
  std::vector<std::vector<BudgetMeasure>> runs;
  for (const auto& path : paths) {
    const Result result(path);
    if (!result.complete())
      throw UserError(Location{path}, "incomplete: the run has not ended, so there are no verdicts");
    const std::string resolved = result.scenario_resolved();
    Scenario own = recorded_scenario(resolved, path);
    if (file) replace_budgets(file->text, file->name, own);
    const auto [twin, is_new] =
        seeds.emplace(std::pair{own.simulation.seed, own.simulation.replication}, path);
    const std::string own_key = scenario_key(resolved);
    if (runs.empty()) {
      key = own_key;
      scenario = own;
    } else if (own_key != key) {
      throw UserError(Location{path},
                      fmt::format("this and {} are not replications of one scenario", paths.front()));
    } else if (!is_new) {
      throw UserError(Location{path},
                      fmt::format("this and {} are the same replication of the same scenario", twin->second));
    }
    runs.push_back(file ? measure_again(result, path, own) : recorded(result, path, own));
  }
  std::vector<Assessment> out;
  for (std::size_t b = 0; b < scenario.budgets.size(); ++b) {
    std::vector<const BudgetMeasure*> same;
    for (const auto& run : runs) same.push_back(&run[b]);
    out.push_back(combine(scenario.budgets[b], same, scenario));
    if (file && scenario.recording.mode == RecordingMode::kSampled) {
      auto& reason = out.back().reason;
      reason += fmt::format("{}measured from a sample of {:g} % of the messages", reason.empty() ? "" : "; ",
                            100 * scenario.recording.fraction);
    }
  }
  return out;
}

}  // namespace cv2x
