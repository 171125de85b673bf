#include "models/uu/slice_share.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace cv2x::uu {

SliceShare SliceShare::of(const RrmPolicyParams& policy, std::int64_t priority, int prbs) {
  // A share such as 0.29 of 100 is 28.999… in binary.
  const auto whole = [&](double share) { return static_cast<int>(share * prbs + 1e-9); };
  return {.dedicated = whole(policy.dedicated),
          .minimum = whole(policy.minimum),
          .maximum = std::max(1, whole(policy.maximum)),
          .priority = priority};
}

void share_prbs(std::span<const SliceShare> shares, std::span<const int> wanted, std::span<const int> used,
                int free, bool more_follow, std::span<int> allowed) {
  int held = 0;  // for slices that do not want it now
  int left = free;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const int guaranteed = std::max(0, shares[i].minimum - used[i]);
    allowed[i] = std::min({wanted[i], guaranteed, left});
    left -= allowed[i];
    const int kept = more_follow ? shares[i].minimum : shares[i].dedicated;
    held += std::max(0, kept - used[i] - allowed[i]);
  }
  left -= held;
  const auto open = [&](std::size_t i) {
    return std::min(wanted[i], shares[i].maximum - used[i]) > allowed[i];
  };
  while (left > 0) {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (open(i)) first = std::min(first, shares[i].priority);
    }
    int takers = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) takers += open(i) && shares[i].priority == first;
    if (takers == 0) return;
    const int each = std::max(1, left / takers);
    for (std::size_t i = 0; i < shares.size() && left > 0; ++i) {
      if (!open(i) || shares[i].priority != first) continue;
      const int more = std::min({each, left, std::min(wanted[i], shares[i].maximum - used[i]) - allowed[i]});
      allowed[i] += more;
      left -= more;
    }
  }
}

}  // namespace cv2x::uu
