#include "models/uu/scheduler.h"

namespace cv2x::uu {
namespace {

/// Whose oldest data is nearest to the end of its delay budget (Liu, Layland, J. ACM 20(1) 1973).
class EarliestDeadline final : public RankingScheduler {
 protected:
  double rank(const Candidate& c) const override {
    return static_cast<double>(c.waited_ns) - static_cast<double>(c.budget_ns);
  }
};

}  // namespace

std::unique_ptr<Scheduler> make_earliest_deadline() { return std::make_unique<EarliestDeadline>(); }

}  // namespace cv2x::uu
