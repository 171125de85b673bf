#include "sim/run/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "models/base/stage.h"
#include "sim/config/budgets.h"
#include "sim/record/reader.h"
#include "sim/run/assess.h"
#include "sim/run/service_rows.h"

namespace cv2x {
namespace {

/// "12.34 ms", "∞", "–".
std::string milliseconds(double ns) {
  if (std::isnan(ns)) return "–";
  if (std::isinf(ns)) return ns > 0 ? "∞" : "-∞";
  return fmt::format("{:.{}f}", ns * 1e-6, ns < 1e7 ? 2 : 1);
}

std::string percent(double share) { return std::isnan(share) ? "–" : fmt::format("{:.2f} %", 100 * share); }

std::string quantile(double value, double low, double high) {
  return fmt::format("{} [{}, {}]", milliseconds(value), milliseconds(low), milliseconds(high));
}

/// Aligns by characters, not bytes: "∞" and "–" are three bytes and one character.
std::string pad(const std::string& text, std::size_t width) {
  const auto characters = static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
  return characters >= width ? text : std::string(width - characters, ' ') + text;
}

std::string services_text(const Result& result, const std::vector<std::string>& services) {
  std::string out = fmt::format("{:<14}{:>9}{:>26}{:>26}{:>26}{:>12}\n", "latency [ms]", "sent",
                                "p50 [95 % CI]", "p95 [95 % CI]", "p99 [95 % CI]", "reliability");
  for (const auto& r : result.rows<ServiceSummaryRow>()) {
    out += fmt::format("{:<14}{:>9}{}{}{}{}\n", services[r.service], r.sent,
                       pad(quantile(r.p50_ns, r.p50_low_ns, r.p50_high_ns), 26),
                       pad(quantile(r.p95_ns, r.p95_low_ns, r.p95_high_ns), 26),
                       pad(quantile(r.p99_ns, r.p99_low_ns, r.p99_high_ns), 26),
                       pad(percent(r.reliability), 12));
  }
  return out;
}

std::string stages_text(const Result& result, const std::vector<std::string>& services) {
  std::map<std::uint16_t, std::vector<StageSummaryRow>> by_service;
  for (const auto& r : result.rows<StageSummaryRow>()) by_service[r.service].push_back(r);
  std::string out = "mean time by stage [ms]\n";
  for (auto& [service, rows] : by_service) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.sum_ns > b.sum_ns; });
    TimeNs total = 0;
    for (const auto& r : rows) total += r.sum_ns;
    out += fmt::format("  {:<12}", services[service]);
    for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 5); ++i) {
      out += fmt::format(" {} {:.2f} ({:.0f} %)", kStageNames[rows[i].stage],
                         static_cast<double>(rows[i].sum_ns) * 1e-6 / static_cast<double>(rows[i].delivered),
                         100 * static_cast<double>(rows[i].sum_ns) / static_cast<double>(total));
    }
    out += '\n';
  }
  return out;
}

std::string decisions_text(const Result& result, const std::vector<std::string>& services) {
  const auto hosts = result.names("hosts");
  std::map<std::uint16_t, std::vector<DecisionRow>> by_service;
  std::map<std::uint16_t, std::uint64_t> total;
  for (const auto& r : result.rows<DecisionRow>()) {
    by_service[r.service].push_back(r);
    total[r.service] += r.tasks;
  }
  if (by_service.empty()) return {};
  std::string out = "where tasks ran\n";
  for (const auto& [service, rows] : by_service) {
    out += fmt::format("  {:<12}", services[service]);
    for (const auto& r : rows) {
      out += fmt::format(" {} {:.1f} %",
                         r.host >= 0    ? hosts[static_cast<std::size_t>(r.host)]
                         : r.host == -1 ? "vehicle"
                                        : "undecided",
                         100 * static_cast<double>(r.tasks) / static_cast<double>(total[service]));
    }
    out += '\n';
  }
  return out;
}

/// "telemetry · slice v2x · area junction".
std::string scope_text(const BudgetParams& budget) {
  std::string out = budget.service;
  if (!budget.slice.empty()) out += (out.empty() ? "slice " : " · slice ") + budget.slice;
  if (!budget.area.empty()) out += (out.empty() ? "area " : " · area ") + budget.area;
  return out;
}

/// "  mostly compute_queue: +35 ms in the late ones (80 %); lost: 12 compute_full".
std::string blame_text(const Assessment& a) {
  std::string out;
  if (a.blame.cause != kNoCause)
    out = fmt::format("mostly {}: +{} ms in the late ones ({:.0f} %)", kCauseNames[a.blame.cause],
                      milliseconds(a.blame.excess_ns), 100 * a.blame.share);
  std::string lost;
  for (std::size_t i = 0; i < a.sums.lost.size(); ++i) {
    if (a.sums.lost[i] > 0)
      lost += fmt::format("{}{} {}", lost.empty() ? "" : ", ", a.sums.lost[i], kOutcomeNames[i]);
  }
  if (!lost.empty()) out += fmt::format("{}lost: {}", out.empty() ? "" : "; ", lost);
  return out.empty() ? out : "              " + out + '\n';
}

std::string verdict_text(const Assessment& a) {
  const auto& [budget, judgement] = std::tie(a.budget, a.judgement);
  const auto& [value, interval] = judgement.measured;
  std::string out = fmt::format("{:<13} {}: {} ", kVerdictNames[static_cast<std::size_t>(judgement.verdict)],
                                budget.name, scope_text(budget));
  if (budget.metric == BudgetMetric::kReliability) {
    out += fmt::format("reliability {} [{}, {}], at least {}", percent(value), percent(interval.low),
                       percent(interval.high), percent(judgement.limit));
  } else {
    out += fmt::format("{}p{:g} {} ms, limit {} ms",
                       budget.metric == BudgetMetric::kAgeOfInformation ? "age " : "", 100 * budget.quantile,
                       quantile(value, interval.low, interval.high), milliseconds(judgement.limit));
  }
  if (judgement.replications)
    out += fmt::format("; about {} replications would decide", *judgement.replications);
  if (!a.reason.empty()) out += fmt::format("; {}", a.reason);
  out += '\n';
  return judgement.verdict == Verdict::kPass ? out : out + blame_text(a);
}

std::string budgets_text(const std::vector<Assessment>& budgets) {
  std::string out;
  for (const auto& budget : budgets) out += verdict_text(budget);
  return out;
}

}  // namespace

std::string summary_text(const std::string& path) {
  const Result result(path);
  const auto services = result.names("services");
  std::string out = fmt::format("{}{}\n", path, result.complete() ? "" : "  (incomplete)");
  for (const auto& row : result.rows<ServiceSummaryRow>()) {
    if (row.warm_up_short) out += "warning: " + warm_up_warning(services[row.service]) + '\n';
  }
  out += services_text(result, services) + '\n' + stages_text(result, services) + '\n' +
         decisions_text(result, services);
  const std::string budgets = result.complete() ? budgets_text(assess({path})) : "";
  if (!budgets.empty()) out += "\nbudgets\n" + budgets;
  return out;
}

int check_budgets(const std::vector<std::string>& paths, const std::string& budgets_path, std::string& text) {
  std::optional<BudgetsFile> file;
  if (!budgets_path.empty()) file = {read_budgets_file(budgets_path), budgets_path};
  const auto budgets = assess(paths, file);
  text = budgets_text(budgets);
  if (budgets.empty()) {
    throw UserError(Location{paths.front()},
                    file ? "no budgets in " + budgets_path
                         : "no budgets in its scenario; add some there, or give --budgets");
  }
  int code = 0;
  for (const auto& budget : budgets) {
    if (budget.judgement.verdict == Verdict::kFail) return 1;
    if (budget.judgement.verdict == Verdict::kInconclusive) code = 3;
  }
  return code;
}

}  // namespace cv2x
