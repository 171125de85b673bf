#include "models/offload/params.h"
#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace {

/// Least predicted latency, where a result that is not expected back within (1 − margin) · dwell time costs
/// `penalty` more: the cell has changed by then, and the result must be forwarded, wait for the interruption,
/// or is lost. What runs in the vehicle needs no cell. The prediction is that of least_latency.
///
/// Source of the idea: K. Zhang, Y. Mao, S. Leng, Y. He, Y. Zhang, Mobile-edge computing for vehicular
/// networks: a promising network paradigm with predictive off-loading, IEEE Vehicular Technology Magazine
/// 12(2), 2017, 36–44, where a vehicle weighs the time in a cell against the time that a task takes. The rule
/// is ours.
class MobilityAware final : public Policy {
 public:
  explicit MobilityAware(const PolicySetup& setup) : params_(setup.params.policies.mobility_aware) {}

  Target decide(const TaskRequest& task, const PolicyView& view) override {
    const double dwell_s = (1 - params_.margin) * to_seconds(view.dwell_ns);
    const double penalty_s = to_seconds(params_.penalty_ns);
    return cheapest(view, execution_s(view.local), [&](std::uint32_t, const TargetView& host) {
      const double latency = transfer_s(task, view, host) + execution_s(host);
      return latency <= dwell_s ? latency : latency + penalty_s;
    });
  }

 private:
  MobilityAwareParams params_;
};

}  // namespace

std::unique_ptr<Policy> make_mobility_aware_policy(const PolicySetup& setup) {
  return std::make_unique<MobilityAware>(setup);
}

}  // namespace cv2x
