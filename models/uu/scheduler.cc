#include "models/uu/scheduler.h"

#include <algorithm>

namespace cv2x::uu {

void RankingScheduler::share(std::span<const Candidate> candidates, int prbs, int cces,
                             std::span<std::uint16_t> given) {
  std::fill(given.begin(), given.end(), std::uint16_t{0});
  order_.clear();
  for (std::uint32_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].prbs_needed > 0) order_.push_back({rank(candidates[i]), i});
  }
  std::sort(order_.begin(), order_.end(), [](const Ranked& a, const Ranked& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.index < b.index;
  });
  for (const Ranked& ranked : order_) {
    const Candidate& c = candidates[ranked.index];
    if (c.prbs_useful > prbs || c.cces > cces) continue;
    const int share = std::min<int>(c.prbs_needed, prbs);
    given[ranked.index] = static_cast<std::uint16_t>(share);
    prbs -= share;
    cces -= c.cces;
    if (prbs == 0) return;
  }
}

const SchedulerRegistry& scheduler_registry() {
  static const SchedulerRegistry registry = [] {
    SchedulerRegistry r;
    r.add("round_robin", make_round_robin);
    r.add("proportional_fair", make_proportional_fair);
    r.add("max_sinr", make_max_sinr);
    r.add("earliest_deadline", make_earliest_deadline);
    r.add("qos_pf", make_qos_pf);
    return r;
  }();
  return registry;
}

}  // namespace cv2x::uu
