#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace {

/// Predicts the latency of each target and takes the smallest, the vehicle itself on a tie:
///
///     local:  work ahead / (cores · speed) + start of the container + expected service
///     host:   access up + access down + input/min(uplink, route) + output/min(downlink, route) + 2·network +
///     the same of the host
///
/// The work ahead is that of the last load report, so the prediction is as stale as the view. Greedy: it
/// takes no account of what its own choice does to later tasks.
class LeastLatency final : public Policy {
 public:
  Target decide(const TaskRequest& task, const PolicyView& view) override {
    return cheapest(view, execution_s(view.local), [&](std::uint32_t, const TargetView& host) {
      return transfer_s(task, view, host) + execution_s(host);
    });
  }
};

}  // namespace

std::unique_ptr<Policy> make_least_latency_policy(const PolicySetup&) {
  return std::make_unique<LeastLatency>();
}

}  // namespace cv2x
