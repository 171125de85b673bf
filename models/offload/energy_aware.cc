
#include "models/offload/params.h"
#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace {

/// Least energy within the deadline. Energy of a task:
///
///     local:  (busy − idle power of the vehicle's core) · service
///     host:   radiated power · input / uplink + infrastructure · (busy − idle power of its core) · service
///
/// Of the targets whose predicted latency leaves `margin` of the deadline, the one with the least energy, on
/// a tie with the least latency; when none is in time, the least latency. The prediction is that of
/// least_latency. Left out: energy of receiving and of the radio's circuits.
///
/// Source: E. Cuervo et al., MAUI: making smartphones last longer with code offload, ACM MobiSys 2010: its
/// 0-1 program minimises the device's energy under a bound on latency; this is its solution for one task.
class EnergyAware final : public Policy {
 public:
  explicit EnergyAware(const PolicySetup& setup) : params_(setup.params.policies.energy_aware) {}

  Target decide(const TaskRequest& task, const PolicyView& view) override {
    const double allowed_s = (1 - params_.margin) * to_seconds(task.deadline_ns);
    const double sending_j = sending_energy_j(task, view);
    Target best = kLocal;
    double latency = execution_s(view.local);
    double energy = local_energy_j(view);
    bool in_time = latency <= allowed_s;
    for_each_host(view, [&](std::uint32_t i, const TargetView& host) {
      const double here_s = transfer_s(task, view, host) + execution_s(host);
      const bool here_in_time = here_s <= allowed_s;
      if (in_time && !here_in_time) return;
      const double here_j = sending_j + params_.infrastructure * (host.busy_power_w - host.idle_power_w) *
                                            to_seconds(host.service_ns);
      const bool better = in_time ? here_j < energy || (here_j == energy && here_s < latency)
                                  : here_in_time || here_s < latency;
      if (!better) return;
      best = Target{HostIndex{i}};
      latency = here_s;
      energy = here_j;
      in_time = here_in_time;
    });
    return best;
  }

 private:
  EnergyAwareParams params_;
};

}  // namespace

std::unique_ptr<Policy> make_energy_aware_policy(const PolicySetup& setup) {
  return std::make_unique<EnergyAware>(setup);
}

}  // namespace cv2x
