#include <limits>

#include "models/offload/params.h"
#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace {

/// Of all targets whose laxity (deadline − predicted latency) is at least `margin` of the deadline, the one
/// with the least work for each of its cores: whatever is in time is good enough for this task, so the choice
/// is made for the next ones. On a tie the largest laxity. When none is in time, the largest laxity, which is
/// the least latency. The prediction is that of least_latency.
///
/// Source of the laxity: M. L. Dertouzos and A. K. Mok, Multiprocessor online scheduling of hard-real-time
/// tasks, IEEE Transactions on Software Engineering 15(12), 1989, 1497–1506. The choice among those in time
/// is ours.
class DeadlineAware final : public Policy {
 public:
  explicit DeadlineAware(const PolicySetup& setup) : params_(setup.params.policies.deadline_aware) {}

  Target decide(const TaskRequest& task, const PolicyView& view) override {
    const double allowed_s = (1 - params_.margin) * to_seconds(task.deadline_ns);
    Target best = kLocal;
    double latency = execution_s(view.local);
    bool in_time = latency <= allowed_s;
    double load = load_s(view.local);
    for_each_host(view, [&](std::uint32_t i, const TargetView& host) {
      const double here_s = transfer_s(task, view, host) + execution_s(host);
      const bool here_in_time = here_s <= allowed_s;
      if (in_time && !here_in_time) return;
      const double here_load = load_s(host);
      const bool better = in_time ? here_load < load || (here_load == load && here_s < latency)
                                  : here_in_time || here_s < latency;
      if (!better) return;
      best = Target{HostIndex{i}};
      latency = here_s;
      load = here_load;
      in_time = here_in_time;
    });
    return best;
  }

 private:
  static double load_s(const TargetView& target) {
    return target.waiting_cycles / (target.speed_cps * static_cast<double>(target.cores));
  }
  DeadlineAwareParams params_;
};

}  // namespace

std::unique_ptr<Policy> make_deadline_aware_policy(const PolicySetup& setup) {
  return std::make_unique<DeadlineAware>(setup);
}

}  // namespace cv2x
