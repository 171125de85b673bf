#include "models/offload/params.h"
#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace {

/// By laxity, which is deadline − predicted latency: a task whose laxity in the vehicle itself is at least
/// `margin` of its deadline stays there, where nobody else's task waits for it; the others go where their
/// laxity is largest, which is the least latency. The prediction is that of least_latency.
///
/// Source of the laxity: M. L. Dertouzos and A. K. Mok, Multiprocessor online scheduling of hard-real-time
/// tasks, IEEE Transactions on Software Engineering 15(12), 1989, 1497–1506. That whoever can help himself
/// does is ours: among targets in time, the one with the least load would be everybody's until the next load
/// report, and so in time for few.
class DeadlineAware final : public Policy {
 public:
  explicit DeadlineAware(const PolicySetup& setup) : params_(setup.params.policies.deadline_aware) {}

  Target decide(const TaskRequest& task, const PolicyView& view) override {
    const double local_s = execution_s(view.local);
    if (local_s <= (1 - params_.margin) * to_seconds(task.deadline_ns)) return kLocal;
    return cheapest(view, local_s, [&](std::uint32_t, const TargetView& host) {
      return transfer_s(task, view, host) + execution_s(host);
    });
  }

 private:
  DeadlineAwareParams params_;
};

}  // namespace

std::unique_ptr<Policy> make_deadline_aware_policy(const PolicySetup& setup) {
  return std::make_unique<DeadlineAware>(setup);
}

}  // namespace cv2x
