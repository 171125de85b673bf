#include "sim/run/measure_again.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "models/base/hash.h"
#include "sim/run/budget_rows.h"
#include "sim/run/latencies.h"

namespace cv2x {
namespace {

/// The rows of a table one after the other.
template <class Row>
class Cursor {
 public:
  explicit Cursor(const Result& result) : result_(result), size_(result.size<Row>()) { load(); }
  bool done() const { return first_ + at_ >= size_; }
  const Row& operator*() const { return chunk_[at_]; }
  const Row* operator->() const { return &chunk_[at_]; }
  void next() {
    if (++at_ == chunk_.size()) load();
  }

 private:
  void load() {
    first_ += chunk_.size();
    at_ = 0;
    if (first_ < size_)
      result_.read_rows(first_, std::min<std::uint64_t>(TableOf<Row>::kChunkRows, size_ - first_), chunk_);
  }

  const Result& result_;
  std::uint64_t size_;
  std::uint64_t first_ = 0;
  std::size_t at_ = 0;
  std::vector<Row> chunk_;
};

/// Stages of rows that follow each other.
class Stages {
 public:
  Stages(const Result& result, const std::string& path)
      : result_(result), path_(path), size_(result.size<StageRow>()) {}

  std::span<const StageEntry> of(std::uint64_t first, std::uint64_t count) {
    if (first > size_ || count > size_ - first)
      throw UserError(Location{path_}, "damaged: a row points behind the end of the table stages");
    if (first < begin_ || first + count > begin_ + entries_.size()) load(first);
    return std::span(entries_).subspan(first - begin_, count);
  }

 private:
  /// From the beginning of a chunk, some chunks, so that few are read twice.
  void load(std::uint64_t first) {
    constexpr std::uint64_t kChunk = TableOf<StageRow>::kChunkRows;
    begin_ = first / kChunk * kChunk;
    result_.read_rows(begin_, std::min(8 * kChunk, size_ - begin_), rows_);
    entries_.clear();
    for (const StageRow& row : rows_) entries_.push_back({row.stage, row.enter_ns});
  }

  const Result& result_;
  const std::string& path_;
  std::uint64_t size_;
  std::uint64_t begin_ = 0;
  std::vector<StageRow> rows_;
  std::vector<StageEntry> entries_;
};

/// Tells a meter what a result holds, in the order in which it came about.
class Replay {
 public:
  Replay(const Result& result, const std::string& path, std::size_t services, BudgetMeter& meter)
      : path_(path),
        services_(services),
        meter_(meter),
        messages_(result),
        tasks_(result),
        events_(result),
        message_stages_(result, path),
        task_stages_(result, path) {
    result.for_each<VehicleNameRow>(
        [&](const VehicleNameRow& row) { vehicle_keys_.push_back(hash_name(row.name)); });
  }

  void run() {
    for (;;) {
      while (!messages_.done() && !is_judged(*messages_)) messages_.next();
      while (!tasks_.done() && tasks_->parent_id != 0) tasks_.next();
      while (!events_.done() && events_->kind != EventKind::kLeave) events_.next();
      const TimeNs message = messages_.done() ? kNever : messages_->end_ns;
      const TimeNs task = tasks_.done() ? kNever : tasks_->end_ns;
      const TimeNs event = events_.done() ? kNever : events_->time_ns;
      const TimeNs now = std::min({message, task, event});
      if (now == kNever) return;
      if (now == message) {
        tell(*messages_, message_stages_);
        messages_.next();
      } else if (now == task) {
        tell(*tasks_, task_stages_);
        tasks_.next();
      } else {
        meter_.leave(events_->vehicle, now);
        events_.next();
      }
    }
  }

 private:
  template <class Row>
  void tell(const Row& row, Stages& stages) {
    if (row.vehicle >= vehicle_keys_.size() || row.service >= services_ || row.outcome >= Outcome::kCount)
      throw UserError(Location{path_}, "damaged: a message or task without a vehicle, service or outcome");
    meter_.add(ended(row, vehicle_keys_[row.vehicle]), stages.of(row.first_stage, row.stages));
  }

  const std::string& path_;
  std::size_t services_;
  BudgetMeter& meter_;
  Cursor<MessageRow> messages_;
  Cursor<TaskRow> tasks_;
  Cursor<EventRow> events_;
  Stages message_stages_, task_stages_;
  std::vector<std::uint64_t> vehicle_keys_;
};

[[noreturn]] void cannot(const std::string& path, const BudgetParams& budget, std::string_view why) {
  throw UserError(Location{path},
                  fmt::format("budget '{}' cannot be judged from this result: {}", budget.name, why));
}

/// What `summary`, `histograms` and `latency_cells` say.
BudgetMeasure from_histograms(const Result& result, const std::string& path, const Scenario& scenario,
                              const std::vector<Latencies>& latencies, const BudgetParams& budget) {
  if (!budget.area.empty())
    cannot(path, budget, "it is about an area, and recording: histogram keeps no places of messages");
  if (budget.metric == BudgetMetric::kAgeOfInformation)
    cannot(path, budget, "an age of information needs the messages, and recording: histogram keeps none");
  const auto services = BudgetMeter::services_of(budget, metered_services(scenario.services));
  BudgetMeasure out;
  const bool latency = budget.metric == BudgetMetric::kLatency;
  std::optional<Latencies> all;  // of the services together
  for (const std::uint16_t service : services) {
    if (all) {
      all->merge(latencies[service]);
    } else {
      all = latencies[service];
    }
  }
  if (!all) return out;
  out.samples = all->all.count();
  if (latency) {
    out.measured = all->quantiles_ns(std::array{budget.quantile}, IntervalMethod::kTwoWay, {})[0];
    out.kept = all->all.count_up_to(static_cast<double>(budget.limit_ns));
    return out;
  }
  Interval recorded;
  result.for_each<ServiceSummaryRow>([&](const ServiceSummaryRow& row) {
    if (std::find(services.begin(), services.end(), row.service) == services.end()) return;
    out.kept += row.in_time;
    recorded = {row.reliability_low, row.reliability_high};
  });
  if (out.samples == 0) return out;
  out.measured.value = static_cast<double>(out.kept) / static_cast<double>(out.samples);
  if (all->has_cells) {
    out.measured.interval = reliability(all->cells).interval;
  } else if (services.size() == 1) {
    out.measured.interval = recorded;
  }
  return out;
}

}  // namespace

std::vector<BudgetMeasure> measure_again(const Result& result, const std::string& path,
                                         const Scenario& scenario) {
  std::vector<BudgetMeasure> out;
  if (scenario.recording.mode == RecordingMode::kHistogram) {
    const std::vector<Latencies> latencies = recorded_latencies(result, path);
    for (const auto& budget : scenario.budgets)
      out.push_back(from_histograms(result, path, scenario, latencies, budget));
    return out;
  }
  for (const auto& budget : scenario.budgets) {
    if (scenario.recording.mode == RecordingMode::kSampled &&
        budget.metric == BudgetMetric::kAgeOfInformation)
      cannot(path, budget,
             "it holds a sample of the messages (recording: sampled), in which the updates left out would "
             "look lost, and an age of information too great");
  }
  BudgetMeter meter(scenario.budgets, scenario.areas, metered_services(scenario.services),
                    counted_window(scenario.simulation));
  Replay(result, path, scenario.services.size(), meter).run();
  meter.finish(result.flushed_ns());
  for (std::size_t b = 0; b < scenario.budgets.size(); ++b) out.push_back(meter.measure(b));
  return out;
}

}  // namespace cv2x
