#include <algorithm>

#include "models/uu/scheduler.h"

namespace cv2x::uu {
namespace {

/// Proportional fair weighted by the flow's priority level and by how much of its delay budget is used up:
/// (128 − priority) · rate / average · budget / (budget − waited), after 5G-LENA's QoS scheduler (Koutlia et
/// al., Computer Networks 2022); the levels go to 127 (TS 23.501 §5.7.3.3), so 128 takes the place of its
/// 100.
class QosPf final : public RankingScheduler {
 protected:
  double rank(const Candidate& c) const override {
    const double budget = static_cast<double>(c.budget_ns), waited = static_cast<double>(c.waited_ns);
    const double urgency = budget / std::max(budget - waited, budget * 1e-3);
    return (128 - double{c.priority}) * c.bytes_per_prb / (double{c.average} + 1) * urgency;
  }
};

}  // namespace

std::unique_ptr<Scheduler> make_qos_pf() { return std::make_unique<QosPf>(); }

}  // namespace cv2x::uu
