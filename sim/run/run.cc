#include "sim/run/run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <ns3/object-factory.h>
#include <ns3/simulator.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <chrono>
#include <ctime>
#include <exception>
#include <optional>
#include <utility>

#include "sim/input/content_hash.h"
#include "sim/input/make_source.h"
#include "sim/run/build.h"
#include "sim/run/collector.h"
#include "sim/run/map.h"
#include "sim/run/version.h"

namespace cv2x {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// ns-3's simulator is global: set up at the start of a run, and left as it was found, also when the run
/// throws.
class Kernel {
 public:
  Kernel() {
    assert(!busy_);
    busy_ = true;
    ns3::ObjectFactory scheduler("ns3::PriorityQueueScheduler");
    ns3::Simulator::SetScheduler(scheduler);
  }
  ~Kernel() {
    ns3::Simulator::Destroy();
    busy_ = false;
  }

 private:
  static inline bool busy_ = false;
};

/// Runs in simulated time beside the world: flushes the file, reports progress, ends the run.
class Conductor {
 public:
  /// `recorder`: null when nothing is recorded.
  Conductor(const Scenario& scenario, const RunOptions& options, const World& world, Recorder* recorder)
      : scenario_(scenario), options_(options), world_(world), recorder_(recorder) {}

  void start() {
    start_ = last_report_ = Clock::now();
    if (recorder_) schedule_at(scenario_.recording.flush_ns, &Conductor::flush, this);
    schedule_at(scenario_.simulation.duration_ns, &Conductor::end_of_duration, this);
    look();
  }
  bool interrupted() const { return interrupted_; }
  double wall_s() const { return seconds_since(start_); }

 private:
  static constexpr TimeNs kLookNs = 50 * kMillisecond;

  void look() {
    if (options_.on_progress && seconds_since(last_report_) >= 0.1) {
      last_report_ = Clock::now();
      if (!options_.on_progress(
              {now_ns(), scenario_.simulation.duration_ns, world_.fleet->size(), wall_s(), "simulating"})) {
        interrupted_ = true;
        ns3::Simulator::Stop();
        return;
      }
    }
    schedule_at(now_ns() + kLookNs, &Conductor::look, this);
  }
  void flush() {
    recorder_->flush(now_ns());
    schedule_at(now_ns() + scenario_.recording.flush_ns, &Conductor::flush, this);
  }
  /// Nothing new from here on; what counts may still be under way.
  void end_of_duration() {
    if (world_.session->open_counted() == 0) {
      ns3::Simulator::Stop();
      return;
    }
    world_.session->on_all_through([] { ns3::Simulator::Stop(); });
    schedule_at(now_ns() + scenario_.simulation.overrun_ns, &Conductor::end_of_overrun, this);
  }
  void end_of_overrun() { ns3::Simulator::Stop(); }

  const Scenario& scenario_;
  const RunOptions& options_;
  const World& world_;
  Recorder* recorder_;
  Clock::time_point start_, last_report_;
  bool interrupted_ = false;
};

/// A trace whose first step has been read: a file that is none is an error before anything is written.
class BegunTrace final : public TraceSource {
 public:
  explicit BegunTrace(std::unique_ptr<TraceSource> source)
      : source_(std::move(source)), any_(source_->next(first_)) {}
  bool next(TraceStep& step) override {
    if (!begun_) std::swap(step, first_);
    return std::exchange(begun_, true) ? any_ && source_->next(step) : any_;
  }

 private:
  std::unique_ptr<TraceSource> source_;
  TraceStep first_;
  bool any_, begun_ = false;
};

template <class T>
std::vector<std::string> names_of(const std::vector<T>& entries) {
  std::vector<std::string> names;
  for (const auto& e : entries) names.push_back(e.name);
  return names;
}

/// The one handed in, or the scenario's. Throws before anything is written.
std::unique_ptr<Policy> make_policy(const LoadedScenario& loaded, const GivenPolicy& given,
                                    const Seed& seed) {
  if (given.make) return given.make();
  const std::string& name = loaded.scenario.offloading.policy;
  auto policy =
      policy_registry().make(name, {loaded.scenario.offloading, seed, loaded.scenario.simulation.warm_up_ns});
  if (!policy)
    throw UserError({{loaded.policy_at, "offloading.policy",
                      fmt::format("'{}' is written in Python: run it with `cv2x run` or cv2x.run(); cv2x-sim "
                                  "has only {}",
                                  name, join_names(policy_registry().names()))}});
  return policy;
}

void record_sidelink(const SidelinkRadio& sidelink, Recorder& recorder) {
  for (const auto& row : sidelink.receptions()) recorder.sidelink(row);
  for (const auto& row : sidelink.gaps()) recorder.sidelink(row);
  for (const auto& row : sidelink.cbr()) recorder.sidelink(row);
  for (const auto& row : sidelink.totals()) recorder.sidelink(row);
}

/// Takes the results of a run that nobody wants to keep.
class NoResults final : public ResultSink {
 public:
  void task(const TaskRow&, const TaskParts&, std::span<const StageEntry>, std::uint64_t) override {}
  void message(const MessageRow&, std::span<const StageEntry>, std::uint64_t) override {}
  void event(const EventRow&) override {}
  void vehicle_name(const std::string&, const std::string&) override {}
  void vehicle(const VehicleRow&) override {}
  void cell(const CellRow&) override {}
  void slice(const SliceRow&) override {}
  void link(const LinkRow&) override {}
  void host(const HostRow&) override {}
  void host_summary(const HostSummaryRow&) override {}
  void instances(const InstanceRow&) override {}
  void relocation(const RelocationRow&) override {}
};

/// In one line.
std::string reason_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    const std::string what = error.what();
    return what.substr(0, what.find('\n'));
  } catch (...) {
    return "the policy failed";
  }
}

RecordHeader header_of(const LoadedScenario& loaded, const RunOptions& options) {
  Scenario s = loaded.scenario;
  if (options.policy.make) s.offloading.policy = options.policy.name;
  RecordHeader h;
  for (const auto& service : s.services) h.services.push_back({service.name, service.deadline_ns});
  h.sites = names_of(s.sites);
  if (s.radio.kind == RadioKind::kNr) h.cells = names_of(s.radio.cells);
  h.links = link_names(s);
  h.hosts = names_of(s.compute.hosts);
  h.slices = names_of(s.slices);
  h.areas = names_of(s.areas);
  h.budgets = names_of(s.budgets);
  h.scenario_text = loaded.text;
  h.scenario_resolved = resolved_yaml(s);
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  h.provenance = {{"version", kVersion},
                  {"compiler", kCompiler},
                  {"seed", fmt::format("{}", s.simulation.seed)},
                  {"replication", fmt::format("{}", s.simulation.replication)},
                  {"policy", s.offloading.policy},
                  {"command", options.command},
                  {"host", host.data()},
                  {"created", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))}};
  h.provenance.insert(h.provenance.end(), options.policy.provenance.begin(), options.policy.provenance.end());
  for (const auto& files : {loaded.files, input_files_of(s.mobility)}) {
    for (const auto& file : files) h.provenance.emplace_back("sha256 " + file, hash_file(file));
  }
  return h;
}

Thinning thinning_of(RecordingMode mode) {
  switch (mode) {
    case RecordingMode::kFull:
      return Thinning::kFull;
    case RecordingMode::kSampled:
      return Thinning::kSampled;
    case RecordingMode::kHistogram:
      return Thinning::kHistogram;
  }
  return Thinning::kFull;
}

}  // namespace

RunReport run(const LoadedScenario& loaded, const RunOptions& options) {
  Scenario scenario = loaded.scenario;
  const auto& sim = scenario.simulation;
  const Seed seed{static_cast<std::uint64_t>(sim.seed), static_cast<std::uint64_t>(sim.replication)};
  RunReport report;
  report.output = options.output;

  auto policy = make_policy(loaded, options.policy, seed);
  const auto preparing = Clock::now();
  resolve_positions(scenario.sites, scenario.mobility);
  auto trace = std::make_unique<BegunTrace>(
      make_trace_source(scenario.mobility, seed, sim.duration_ns, [&](TimeNs sumo_now, TimeNs sumo_end) {
        return !options.on_progress ||
               options.on_progress({sumo_now, sumo_end, 0, seconds_since(preparing), "running SUMO"});
      }));
  report.mobility_wall_s = seconds_since(preparing);

  const auto curves = link_curves(scenario);
  std::optional<Recorder> recorder;
  std::optional<Collector> collector;
  NoResults no_results;
  if (!options.output.empty()) {
    recorder.emplace(RecorderOptions{.path = options.output,
                                     .mode = thinning_of(scenario.recording.mode),
                                     .fraction = scenario.recording.fraction},
                     header_of(loaded, options));
    write_map(scenario, seed, *recorder);
    collector.emplace(*recorder, scenario);
  }
  ResultSink& results = collector ? static_cast<ResultSink&>(*collector) : no_results;
  const Kernel kernel;
  World world = build_world(scenario, std::move(trace), std::move(policy), curves, results);
  Conductor conductor(scenario, options, world, recorder ? &*recorder : nullptr);
  conductor.start();
  world.start();
  ns3::Simulator::Run();
  report.wall_s = conductor.wall_s();
  report.interrupted = conductor.interrupted();
  report.simulated_ns = now_ns();
  report.events = ns3::Simulator::GetEventCount();
  world.session->finish();
  const std::exception_ptr failure = world.decider->failure();
  world.compute->summarise();
  if (recorder) {
    report.warnings = collector->summarise(report.simulated_ns);
    if (world.sidelink) record_sidelink(*world.sidelink, *recorder);
    recorder->finish(report.simulated_ns, report.wall_s,
                     failure              ? reason_of(failure)
                     : report.interrupted ? "interrupted"
                                          : "");
  }
  if (failure) std::rethrow_exception(failure);
  return report;
}

}  // namespace cv2x
