#include "sim/run/latencies.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/base/hash.h"
#include "models/measure/bootstrap.h"
#include "sim/config/budgets.h"
#include "sim/run/budget_rows.h"
#include "sim/run/service_rows.h"

namespace cv2x {
namespace {

/// Tells the statistics of a service what its rows say.
class Feed {
 public:
  Feed(const Result& result, const std::string& path, const Scenario& scenario)
      : path_(path), deadlines_ns_(result.deadlines_ns()) {
    result.for_each<VehicleNameRow>(
        [&](const VehicleNameRow& row) { vehicle_keys_.push_back(hash_name(row.name)); });
    for (const TimeNs deadline_ns : deadlines_ns_) {
      stats_.emplace_back(scenario.simulation.warm_up_ns);
      const TimeNs grace_ns = std::max(scenario.simulation.drain_ns, deadline_ns);
      until_ns_.push_back(result.complete() ? kNever : result.flushed_ns() - grace_ns);
    }
  }

  void add(std::uint16_t service, Outcome outcome, std::uint32_t vehicle, TimeNs created_ns, TimeNs end_ns) {
    if (created_ns >= until_ns_[service]) return;
    if (vehicle >= vehicle_keys_.size() || end_ns < created_ns || created_ns < stats_[service].begin_ns())
      throw UserError(Location{path_}, "damaged: a message or task without a vehicle, or of a wrong time");
    if (outcome != Outcome::kDelivered) {
      stats_[service].add_lost(created_ns, vehicle_keys_[vehicle]);
      return;
    }
    const TimeNs latency_ns = end_ns - created_ns;
    stats_[service].add(created_ns, vehicle_keys_[vehicle], latency_ns, latency_ns <= deadlines_ns_[service]);
  }

  std::vector<ServiceStats>& stats() { return stats_; }

 private:
  const std::string& path_;
  std::vector<TimeNs> deadlines_ns_, until_ns_;
  std::vector<ServiceStats> stats_;
  std::vector<std::uint64_t> vehicle_keys_;
};

}  // namespace

void Latencies::merge(Latencies other) {
  all.merge(other.all);
  // Blocks of both begin together, and their lengths differ by powers of two.
  for (; block_ns != 0 && block_ns < other.block_ns; block_ns *= 2) cells.merge_neighbours();
  for (; other.block_ns != 0 && other.block_ns < block_ns; other.block_ns *= 2)
    other.cells.merge_neighbours();
  block_ns = std::max(block_ns, other.block_ns);
  cells.merge(other.cells);
  has_cells = has_cells && other.has_cells;
}

std::vector<Estimate> Latencies::quantiles_ns(std::span<const double> qs, IntervalMethod method,
                                              const Seed& seed) const {
  std::vector<Interval> intervals(qs.size());
  if (has_cells && method == IntervalMethod::kBootstrap)
    intervals = bootstrap_intervals(all, cells, qs, seed);
  if (has_cells && method == IntervalMethod::kTwoWay) {
    const std::vector<LaterShare> later = cells.later_shares();
    for (std::size_t i = 0; i < qs.size(); ++i) intervals[i] = quantile_interval(all, later, qs[i]);
  }
  std::vector<Estimate> out;
  for (std::size_t i = 0; i < qs.size(); ++i) out.push_back({all.quantile_ns(qs[i]), intervals[i]});
  return out;
}

std::vector<Latencies> recorded_latencies(const Result& result, const std::string& path) {
  const auto damaged = [&](const char* what) {
    return UserError(Location{path}, fmt::format("damaged: {}", what));
  };
  std::vector<Latencies> out(result.deadlines_ns().size());
  const bool has_cells = result.minor_version() >= 2;
  // What the cells of a service have less than its histogram, by bucket of the cells.
  std::vector<std::map<TimeNs, std::int64_t>> missing(out.size());
  result.for_each<HistogramRow>([&](const HistogramRow& row) {
    Latencies& to = out[row.service];
    if (row.lower_ns < 0) throw damaged("a bucket of histograms below 0");
    missing[row.service][LatencyCells::lower_ns(row.lower_ns)] += static_cast<std::int64_t>(row.count);
    if (row.lower_ns == kLostBucketNs) {
      to.all.add_lost(row.count);
    } else {
      to.all.add_bucket(Histogram::bucket_of(row.lower_ns), row.count);
    }
  });
  for (auto& to : out) to.has_cells = has_cells;
  result.for_each<LatencyCellRow>([&](const LatencyCellRow& row) {
    Latencies& to = out[row.service];
    if (row.block >= LatencyCells::kBlocks || row.group >= LatencyCells::kGroups || row.block_ns <= 0 ||
        row.block_ns > kNever / 4 || (to.block_ns != 0 && to.block_ns != row.block_ns) || row.lower_ns < 0 ||
        LatencyCells::lower_ns(row.lower_ns) != row.lower_ns || row.in_time > row.count)
      throw damaged("a row of latency_cells that cannot be");
    missing[row.service][row.lower_ns] -= row.count;
    to.block_ns = row.block_ns;
    to.cells.restore({row.block, row.group, row.lower_ns, row.count, row.in_time});
  });
  for (const auto& of_service : missing) {
    if (has_cells && std::any_of(of_service.begin(), of_service.end(), [](auto& m) { return m.second != 0; }))
      throw damaged("latency_cells and histograms do not count the same");
  }
  return out;
}

std::vector<ServiceStats> stats_of_rows(const Result& result, const std::string& path,
                                        const Scenario& scenario) {
  Feed feed(result, path, scenario);
  result.for_each_chunk<MessageRow>(
      [&](std::size_t rows, const std::uint16_t* service, const MessageKind* kind,
          const std::uint64_t* parent, const Outcome* outcome, const std::uint8_t* counted,
          const std::uint32_t* vehicle, const TimeNs* created_ns, const TimeNs* end_ns) {
        for (std::size_t i = 0; i < rows; ++i) {
          if (!counted[i] || !is_judged(kind[i], parent[i])) continue;
          feed.add(service[i], outcome[i], vehicle[i], created_ns[i], end_ns[i]);
        }
      },
      &MessageRow::service, &MessageRow::kind, &MessageRow::parent_id, &MessageRow::outcome,
      &MessageRow::counted, &MessageRow::vehicle, &MessageRow::created_ns, &MessageRow::end_ns);
  result.for_each_chunk<TaskRow>(
      [&](std::size_t rows, const std::uint16_t* service, const std::uint64_t* parent, const Outcome* outcome,
          const std::uint8_t* counted, const std::uint32_t* vehicle, const TimeNs* created_ns,
          const TimeNs* end_ns) {
        for (std::size_t i = 0; i < rows; ++i) {
          if (counted[i] && parent[i] == 0)
            feed.add(service[i], outcome[i], vehicle[i], created_ns[i], end_ns[i]);
        }
      },
      &TaskRow::service, &TaskRow::parent_id, &TaskRow::outcome, &TaskRow::counted, &TaskRow::vehicle,
      &TaskRow::created_ns, &TaskRow::end_ns);
  return std::move(feed.stats());
}

std::vector<ServiceSummaryRow> summary_so_far(const std::string& path) {
  const Result result(path);
  const Scenario scenario = recorded_scenario(result.scenario_resolved(), path);
  std::vector<ServiceSummaryRow> out;
  if (scenario.recording.mode == RecordingMode::kHistogram || result.flushed_ns() < 0) return out;
  std::uint16_t service = 0;
  for (const auto& stats : stats_of_rows(result, path, scenario))
    out.push_back(summary_row(service++, stats));
  return out;
}

std::vector<std::vector<Estimate>> latency_quantiles(const std::string& path, std::span<const double> qs,
                                                     IntervalMethod method) {
  for (const double q : qs) {
    if (!(q > 0 && q < 1)) throw UserError(fmt::format("a quantile is between 0 and 1, not {:g}", q));
  }
  const Result result(path);
  const Scenario scenario = recorded_scenario(result.scenario_resolved(), path);
  const bool summarised = result.size<ServiceSummaryRow>() > 0;
  std::vector<Latencies> latencies;
  if (summarised) latencies = recorded_latencies(result, path);
  const bool from_rows =
      summarised ? result.minor_version() < 2 && scenario.recording.mode == RecordingMode::kFull
                 : scenario.recording.mode != RecordingMode::kHistogram && result.flushed_ns() >= 0;
  if (from_rows) {
    latencies.clear();
    for (const auto& stats : stats_of_rows(result, path, scenario))
      latencies.push_back({stats.histogram(), stats.latency_cells(), true, stats.block_ns()});
  }
  const Seed seed{static_cast<std::uint64_t>(scenario.simulation.seed),
                  static_cast<std::uint64_t>(scenario.simulation.replication)};
  std::vector<std::vector<Estimate>> out;
  for (const auto& of_service : latencies) out.push_back(of_service.quantiles_ns(qs, method, seed));
  return out;
}

}  // namespace cv2x
