#include "models/uu/scheduler.h"

namespace cv2x::uu {
namespace {

/// What the link carries now over what the UE has got lately (Jalali, Padovani, Pankaj, VTC 2000): in the
/// long run, with the average's memory, it maximises the sum of the logarithms of the rates. On links that do
/// not fade, everybody gets the same PRBs.
class ProportionalFair final : public RankingScheduler {
 protected:
  double rank(const Candidate& c) const override {
    return double{c.bytes_per_prb} / (double{c.average} + 1);  // 1: who has got nothing yet
  }
};

}  // namespace

std::unique_ptr<Scheduler> make_proportional_fair() { return std::make_unique<ProportionalFair>(); }

}  // namespace cv2x::uu
