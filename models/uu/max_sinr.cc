#include "models/uu/scheduler.h"

namespace cv2x::uu {
namespace {

/// Who has the best link takes all it needs: the largest throughput of the cell, and nothing for the others
/// while the best have data.
class MaxSinr final : public RankingScheduler {
 protected:
  double rank(const Candidate& c) const override { return double{c.bytes_per_prb}; }
};

}  // namespace

std::unique_ptr<Scheduler> make_max_sinr() { return std::make_unique<MaxSinr>(); }

}  // namespace cv2x::uu
