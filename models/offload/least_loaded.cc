#include <limits>

#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace {

/// The host within reach with the least work queued or executing for each of its cores [s], as of the last
/// load report; on a tie that with the shortest network delay, then the first. The vehicle itself when none
/// is within reach.
///
/// Source: M. Harchol-Balter, Performance Modeling and Design of Computer Systems, Cambridge 2013, chapter 24
/// (Least-Work-Left). With old reports everybody runs to the host that was idle: M. Mitzenmacher, How useful
/// is old information?, IEEE TPDS 11(1), 2000, 6–20.
class LeastLoaded final : public Policy {
 public:
  Target decide(const TaskRequest&, const PolicyView& view) override {
    Target best = kLocal;
    double least_s = std::numeric_limits<double>::infinity();
    TimeNs nearest_ns = kNever;
    for_each_host(view, [&](std::uint32_t i, const TargetView& host) {
      const double work_s = host.waiting_cycles / (host.speed_cps * static_cast<double>(host.cores));
      if (work_s > least_s || (work_s == least_s && host.network_delay_ns >= nearest_ns)) return;
      least_s = work_s;
      nearest_ns = host.network_delay_ns;
      best = Target{HostIndex{i}};
    });
    return best;
  }
};

}  // namespace

std::unique_ptr<Policy> make_least_loaded_policy(const PolicySetup&) {
  return std::make_unique<LeastLoaded>();
}

}  // namespace cv2x
