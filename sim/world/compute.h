#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/compute/host.h"
#include "models/compute/params.h"
#include "sim/world/clock.h"
#include "sim/world/ports.h"

namespace cv2x {

/// Hosts at sites and one processor in every vehicle, each a Host with one pending event.
class ServerCompute final : public Compute {
 public:
  /// `sites[i]` is the site of host i, `clouds[i]` whether that is a cloud; `demands` are those of the
  /// services, by index.
  ServerCompute(const ComputeParams& params, std::vector<SiteIndex> sites, std::vector<bool> clouds,
                std::vector<Demand> demands, JourneyEvents& journeys);

  void submit(std::uint32_t ref, HostIndex host, const Work& work) override;
  void submit_local(std::uint32_t ref, std::uint32_t slot, const Work& work) override;
  SiteIndex site(HostIndex host) const override { return sites_[host.value]; }
  void view(HostIndex host, TargetView& view) const override;
  void view_local(std::uint32_t slot, TargetView& view) const override;
  void expect(const TaskRequest& task, std::span<TargetView> hosts, TargetView& local) const override;
  std::size_t hosts() const override { return hosts_.size(); }
  void sample(TimeNs interval, ResultSink& sink) override;
  void enter(const VehicleState& vehicle) override;
  void leave(std::uint32_t slot) override;

 private:
  struct Machine {
    Host host;
    double speed_cps;
    std::int64_t cores;
    Stage queue_stage, service_stage;
    WakeUp wake_up;
    std::uint32_t finished = 0, dropped = 0;
  };
  Machine make(const ServerParams& server, const AdmissionLimits& limits, bool in_vehicle) const;
  void submit(std::uint32_t ref, Machine& machine, const Work& work);
  void collect(Machine& machine);
  void wake(Machine* machine);
  static void fill(const Machine& machine, TargetView& view);

  VehicleComputeParams vehicle_params_;
  std::vector<SiteIndex> sites_;
  std::vector<bool> clouds_;
  std::vector<Demand> demands_;
  JourneyEvents& journeys_;
  std::vector<Machine> hosts_;
  std::vector<std::unique_ptr<Machine>>
      vehicles_;  // by slot; addresses are in pending events, so never moved
  std::vector<std::uint32_t> computed_;
};

}  // namespace cv2x
