#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/compute/failures.h"
#include "models/compute/host.h"
#include "models/compute/meter.h"
#include "models/compute/params.h"
#include "sim/world/clock.h"
#include "sim/world/ports.h"

namespace cv2x {

/// What ServerCompute is made of.
struct ComputeWorld {
  /// A machine, resolved.
  struct Machine {
    Host::Params host;
    HostMeter::Params meter;
  };
  struct Site {
    SiteIndex site;
    bool cloud = false;
    FailureParams failures;
    std::uint64_t key = 0;  ///< hash of the host's name
  };
  std::vector<Machine> hosts;
  std::vector<Site> sites;  ///< of the hosts
  Machine vehicle;
  std::vector<Demand> demands;  ///< of the services, by index
  Seed seed;
};

/// Hosts at sites and one processor in every vehicle, each a Host with one
/// pending event.
class ServerCompute final : public Compute {
 public:
  ServerCompute(ComputeWorld world, JourneyEvents& journeys, ResultSink& results);

  /// Who is told when a host goes down (before its tasks are lost, or with `retried` halted) or up again.
  void on_change(std::function<void(HostIndex, bool up, bool retried)> told) { told_ = std::move(told); }
  /// Before the first event of the run: hosts begin to fail.
  void start();
  /// After the last one: tells what the machines have done, drawn and cost.
  void summarise();

  void submit(std::uint32_t ref, HostIndex host, const Work& work) override;
  void submit_local(std::uint32_t ref, std::uint32_t slot, const Work& work) override;
  SiteIndex site(HostIndex host) const override { return world_.sites[host.value].site; }
  void view(HostIndex host, TargetView& view) const override;
  void view_local(std::uint32_t slot, TargetView& view) const override;
  void expect(const TaskRequest& task, std::span<TargetView> hosts, TargetView& local) const override;
  std::size_t hosts() const override { return hosts_.size(); }
  void sample(TimeNs interval, ResultSink& sink) override;
  void enter(const VehicleState& vehicle) override;
  void leave(std::uint32_t slot) override;

 private:
  struct Counts {
    std::uint64_t finished = 0, dropped = 0,
                  failed = 0;  ///< dropped: when it came; failed: with the host
  };
  struct Machine {
    Host host;
    HostMeter meter;
    Stage queue_stage, service_stage;
    bool up = true;
    bool lose_when_down = false;  ///< or tasks wait for the repair
    WakeUp wake_up;
    Counts counts;
    Counts sampled;      ///< as of the last row
    HostTotals metered;  ///< the same
    std::uint32_t failures = 0;
  };
  Machine make(const ComputeWorld::Machine& params, bool in_vehicle) const;
  void submit(std::uint32_t ref, Machine& machine, const Work& work);
  void tell(const Machine& machine, const Slice& slice);
  void tell_interrupted(const Machine& machine);
  void collect(Machine& machine);
  void wake(Machine* machine);
  static void account(Machine& machine);
  static void fill(const Machine& machine, TargetView& view);
  static HostSummaryRow summary(const Machine& machine, std::int32_t host);
  void plan_change(std::uint32_t host);
  void change(std::uint32_t host);

  ComputeWorld world_;
  JourneyEvents& journeys_;
  ResultSink& results_;
  std::function<void(HostIndex, bool, bool)> told_;
  std::vector<Machine> hosts_;
  std::vector<Outages> outages_;  // of the hosts
  std::vector<std::unique_ptr<Machine>>
      vehicles_;  // by slot; addresses are in pending events, so never moved
  std::vector<std::uint32_t> computed_;
};

}  // namespace cv2x
