#include "models/measure/blame.h"

#include <algorithm>
#include <numeric>

namespace cv2x {

void CauseSums::add(const CauseSums& other) {
  count += other.count;
  for (std::size_t i = 0; i < kCauses; ++i) sums_ns[i] += other.sums_ns[i];
}

void CauseSums::subtract(const CauseSums& other) {
  count -= other.count;
  for (std::size_t i = 0; i < kCauses; ++i) sums_ns[i] -= other.sums_ns[i];
}

void BlameSums::merge(const BlameSums& other) {
  for (const Part& part : other.parts) {
    const auto it = std::find_if(parts.begin(), parts.end(),
                                 [&](const Part& mine) { return mine.service == part.service; });
    Part& mine = it != parts.end() ? *it : parts.emplace_back(Part{part.service, {}, {}});
    mine.late.add(part.late);
    mine.kept.add(part.kept);
  }
  for (std::size_t i = 0; i < lost.size(); ++i) lost[i] += other.lost[i];
}

std::uint64_t BlameSums::lost_in_all() const { return std::accumulate(lost.begin(), lost.end(), 0ULL); }

Blame blame(const BlameSums& sums, BudgetMetric metric) {
  std::array<double, kCauses> excess_ns{};
  double late = 0;
  for (const auto& part : sums.parts) {
    const auto n_late = static_cast<double>(part.late.count), n_kept = static_cast<double>(part.kept.count);
    late += n_late;
    const bool compare = n_kept > 0 && (metric != BudgetMetric::kAgeOfInformation || n_kept >= n_late);
    for (std::size_t i = 0; i < kCauses; ++i) {
      const double usual = compare ? static_cast<double>(part.kept.sums_ns[i]) / n_kept : 0;
      excess_ns[i] += static_cast<double>(part.late.sums_ns[i]) - usual * n_late;
    }
  }
  Blame out;
  if (late <= 0) return out;
  double total_ns = 0;
  for (std::size_t i = 0; i < kCauses; ++i) {
    total_ns += std::max(0.0, excess_ns[i]);
    if (excess_ns[i] <= 0 || excess_ns[i] <= out.excess_ns) continue;
    out.cause = static_cast<Cause>(i);
    out.excess_ns = excess_ns[i];
  }
  if (total_ns > 0) out.share = out.excess_ns / total_ns;
  out.excess_ns /= late;
  return out;
}

}  // namespace cv2x
