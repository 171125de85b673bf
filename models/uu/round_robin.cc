#include <algorithm>
#include <vector>

#include "models/uu/scheduler.h"

namespace cv2x::uu {
namespace {

/// The UEs that have waited longest share the slot max-min fairly: nobody gets more than it needs, and what
/// one leaves the others divide.
class RoundRobin final : public Scheduler {
 public:
  void share(std::span<const Candidate> candidates, int prbs, int cces,
             std::span<std::uint16_t> given) override {
    std::fill(given.begin(), given.end(), std::uint16_t{0});
    chosen_.clear();
    int useful = 0;
    for (std::uint32_t i = 0; i < candidates.size(); ++i) {
      if (candidates[i].prbs_needed == 0 || candidates[i].cces > cces) continue;
      if (useful + candidates[i].prbs_useful > prbs) break;
      useful += candidates[i].prbs_useful;
      cces -= candidates[i].cces;
      chosen_.push_back(i);
    }
    // Those who need least come first, so that what they leave is known when the others are served. What
    // cannot be divided goes to the last ones, who are others each time.
    const auto turn = [&](std::uint32_t i) { return (i + turns_) % chosen_.size(); };
    std::sort(chosen_.begin(), chosen_.end(), [&](std::uint32_t a, std::uint32_t b) {
      const int need_a = candidates[a].prbs_needed, need_b = candidates[b].prbs_needed;
      return need_a != need_b ? need_a < need_b : turn(a) < turn(b);
    });
    ++turns_;
    int left = prbs;
    for (std::size_t k = 0; k < chosen_.size(); ++k) {
      const Candidate& c = candidates[chosen_[k]];
      useful -= c.prbs_useful;  // what the others must get
      const int fair = left / static_cast<int>(chosen_.size() - k);
      const int share = std::min({std::max<int>(fair, c.prbs_useful), int{c.prbs_needed}, left - useful});
      given[chosen_[k]] = static_cast<std::uint16_t>(share);
      left -= share;
    }
  }

 private:
  std::vector<std::uint32_t> chosen_;
  std::size_t turns_ = 0;
};

}  // namespace

std::unique_ptr<Scheduler> make_round_robin() { return std::make_unique<RoundRobin>(); }

}  // namespace cv2x::uu
