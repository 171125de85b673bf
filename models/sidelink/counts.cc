#include "models/sidelink/counts.h"

#include <algorithm>
#include <bit>

namespace cv2x::sidelink {

int GapCounts::bucket(std::uint32_t units) {
  if (units < 16) return static_cast<int>(units);
  const int shift = static_cast<int>(std::bit_width(units)) - 5;  // 16 ≤ units >> shift < 32
  return std::min(kBuckets - 1, 16 * shift + static_cast<int>(units >> shift));
}

std::uint32_t GapCounts::lower(int bucket) {
  if (bucket < 32) return static_cast<std::uint32_t>(bucket);
  const int shift = bucket / 16 - 1;
  return static_cast<std::uint32_t>(bucket - 16 * shift) << shift;
}

}  // namespace cv2x::sidelink
