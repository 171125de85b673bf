#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>

#include "models/base/stage.h"
#include "sim/record/column.h"
#include "sim/record/summary_rows.h"

namespace cv2x {

// Tables of what a run computes at its end; columns.h has the others.

// As kBudgetMetricNames, kVerdictNames and kCauseNames of models/measure (a test compares).
inline constexpr std::array<std::string_view, 3> kMetricColumnNames = {"latency", "reliability",
                                                                       "age_of_information"};
inline constexpr std::array<std::string_view, 3> kVerdictColumnNames = {"pass", "fail", "inconclusive"};
inline constexpr auto kCauseColumnNames = [] {
  std::array<std::string_view, kStageNames.size() + 3> names = {"none", "update_interval", "lost_updates"};
  for (std::size_t i = 0; i < kStageNames.size(); ++i) names[i + 3] = kStageNames[i];
  return names;
}();

template <>
struct TableOf<ServiceSummaryRow> {
  using R = ServiceSummaryRow;
  static constexpr std::string_view kName = "summary";
  static constexpr std::string_view kDescription =
      "Services: counted messages and tasks, with 95 % intervals; lost ones are infinitely late";
  static constexpr std::size_t kChunkRows = 64;
  static constexpr std::tuple kColumns{
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"sent", &R::sent, "1", "Counted messages or tasks"},
      Column{"delivered", &R::delivered, "1", "Of those, delivered"},
      Column{"in_time", &R::in_time, "1", "Of those, within the deadline"},
      Column{"sum_ns", &R::sum_ns, "ns", "Sum of the latencies of the delivered ones"},
      Column{"mean_ns", &R::mean_ns, "ns", "Mean latency of the delivered ones"},
      Column{"mean_low_ns", &R::mean_low_ns, "ns", "Its interval: low end"},
      Column{"mean_high_ns", &R::mean_high_ns, "ns", "Its interval: high end"},
      Column{"p50_ns", &R::p50_ns, "ns", "Median latency"},
      Column{"p50_low_ns", &R::p50_low_ns, "ns", "Its interval: low end"},
      Column{"p50_high_ns", &R::p50_high_ns, "ns", "Its interval: high end"},
      Column{"p95_ns", &R::p95_ns, "ns", "95 % of the messages or tasks are at most this late"},
      Column{"p95_low_ns", &R::p95_low_ns, "ns", "Its interval: low end"},
      Column{"p95_high_ns", &R::p95_high_ns, "ns", "Its interval: high end"},
      Column{"p99_ns", &R::p99_ns, "ns", "99 % of the messages or tasks are at most this late"},
      Column{"p99_low_ns", &R::p99_low_ns, "ns", "Its interval: low end"},
      Column{"p99_high_ns", &R::p99_high_ns, "ns", "Its interval: high end"},
      Column{"reliability", &R::reliability, "1", "Share delivered within the deadline"},
      Column{"reliability_low", &R::reliability_low, "1", "Its interval: low end"},
      Column{"reliability_high", &R::reliability_high, "1", "Its interval: high end"},
      Column{"warm_up_short", &R::warm_up_short, "", "1: the warm-up looks too short"}};
};

template <>
struct TableOf<StageSummaryRow> {
  using R = StageSummaryRow;
  static constexpr std::string_view kName = "stage_summary";
  static constexpr std::string_view kDescription =
      "Where the time of counted, delivered messages and tasks went; adds up to sum_ns of `summary`";
  static constexpr std::size_t kChunkRows = 256;
  static constexpr std::tuple kColumns{
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"stage", &R::stage, "", "Stage", "", kStageNames},
      Column{"delivered", &R::delivered, "1", "Counted and delivered messages or tasks of the service"},
      Column{"sum_ns", &R::sum_ns, "ns", "Time they spent in the stage"}};
};

template <>
struct TableOf<DecisionRow> {
  using R = DecisionRow;
  static constexpr std::string_view kName = "decisions";
  static constexpr std::string_view kDescription = "Where counted tasks were placed";
  static constexpr std::size_t kChunkRows = 256;
  static constexpr std::tuple kColumns{
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"host", &R::host, "", "Host; -1: the vehicle itself, -2: not decided", "names/hosts"},
      Column{"tasks", &R::tasks, "1", "How many"}};
};

template <>
struct TableOf<BudgetRow> {
  using R = BudgetRow;
  static constexpr std::string_view kName = "budgets";
  static constexpr std::string_view kDescription = "Verdicts; limit, measured, low, high in ns or as a share";
  static constexpr std::size_t kChunkRows = 64;
  static constexpr std::tuple kColumns{
      Column{"budget", &R::budget, "", "Budget", "names/budgets"},
      Column{"service", &R::service, "", "Service; 65535: not about one", "names/services"},
      Column{"metric", &R::metric, "", "What it limits", "", kMetricColumnNames},
      Column{"quantile", &R::quantile, "1", "latency, age_of_information: of which quantile"},
      Column{"limit", &R::limit, "", "latency, age_of_information: at most [ns]; reliability: at least [1]"},
      Column{"measured", &R::measured, "", "What was measured, in the unit of the limit"},
      Column{"low", &R::low, "", "Its 95 % interval: low end"},
      Column{"high", &R::high, "", "Its 95 % interval: high end"},
      Column{"verdict", &R::verdict, "", "Verdict", "", kVerdictColumnNames},
      Column{"replications", &R::replications, "1",
             "inconclusive: replications that would decide; 0: not known"},
      Column{"slice", &R::slice, "", "Slice; -1: any", "names/slices"},
      Column{"area", &R::area, "", "Area; -1: anywhere", "names/areas"},
      Column{"samples", &R::samples, "1",
             "Counted messages or tasks; age_of_information: stretches of time between two deliveries"},
      Column{"kept", &R::kept, "1", "Of those, that kept the limit; reliability: the deadline"},
      Column{"blame", &R::blame, "", "Of what the late ones have most more than those that kept the limit",
             "", kCauseColumnNames},
      Column{"blame_excess_ns", &R::blame_excess_ns, "ns", "How much more of it, a late one"},
      Column{"blame_share", &R::blame_share, "1", "Share of it in all that the late ones have more"},
      Column{"lost", &R::lost, "1",
             "Lost ones; age_of_information: updates lost while the age broke the limit"}};
};

template <>
struct TableOf<BudgetStageRow> {
  using R = BudgetStageRow;
  static constexpr std::string_view kName = "budget_stages";
  static constexpr std::string_view kDescription =
      "Where the time of the delivered ones went, of those that broke a budget's limit and of those that "
      "kept it; of an age: what it consisted of when an update ended it";
  static constexpr std::size_t kChunkRows = 256;
  static constexpr std::tuple kColumns{
      Column{"budget", &R::budget, "", "Budget", "names/budgets"},
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"stage", &R::stage, "", "Stage, or what else an age consists of", "", kCauseColumnNames},
      Column{"late", &R::late, "1", "Those of the service that broke the limit"},
      Column{"late_sum_ns", &R::late_sum_ns, "ns", "Time they spent in the stage"},
      Column{"kept", &R::kept, "1", "Those that kept it"},
      Column{"kept_sum_ns", &R::kept_sum_ns, "ns", "Time they spent in the stage"}};
};

template <>
struct TableOf<BudgetLossRow> {
  using R = BudgetLossRow;
  static constexpr std::string_view kName = "budget_losses";
  static constexpr std::string_view kDescription = "Of those that broke a budget's limit, the lost ones";
  static constexpr std::size_t kChunkRows = 64;
  static constexpr std::tuple kColumns{
      Column{"budget", &R::budget, "", "Budget", "names/budgets"},
      Column{"outcome", &R::outcome, "", "How they ended", "", kOutcomeNames},
      Column{"lost", &R::lost, "1", "How many"}};
};

template <>
struct TableOf<HistogramRow> {
  using R = HistogramRow;
  static constexpr std::string_view kName = "histograms";
  static constexpr std::string_view kDescription =
      "Latencies of all counted messages and tasks, whatever the recording mode, by service and block of "
      "time";
  static constexpr std::size_t kChunkRows = 4096;
  static constexpr std::tuple kColumns{
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"block_start_ns", &R::block_start_ns, "ns", "Created at or after this"},
      Column{"block_ns", &R::block_ns, "ns", "Length of the block of time"},
      Column{"lower_ns", &R::lower_ns, "ns", "Bucket's lower edge, within it; 2^63 - 1: lost"},
      Column{"upper_ns", &R::upper_ns, "ns", "Bucket's upper edge, not within it; 2^63 - 1: lost"},
      Column{"count", &R::count, "1", "How many"}};
};

template <>
struct TableOf<LatencyCellRow> {
  using R = LatencyCellRow;
  static constexpr std::string_view kName = "latency_cells";
  static constexpr std::string_view kDescription =
      "The same in coarser buckets, by block of time and group of vehicles: what intervals come from";
  static constexpr std::size_t kChunkRows = 4096;
  static constexpr std::tuple kColumns{
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"block", &R::block, "",
             "Block of time by creation, 0 to 31; the first begins with the warm-up's end"},
      Column{"block_ns", &R::block_ns, "ns", "Length of the block of time"},
      Column{"group", &R::group, "", "Group of vehicles, 0 to 15, by the hash of their names"},
      Column{"lower_ns", &R::lower_ns, "ns", "Bucket's lower edge, within it; 2^63 - 1: lost"},
      Column{"upper_ns", &R::upper_ns, "ns", "Bucket's upper edge, not within it; 2^63 - 1: lost"},
      Column{"count", &R::count, "1", "How many"},
      Column{"in_time", &R::in_time, "1", "Of those, within the deadline"}};
};

}  // namespace cv2x
