#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/base/time.h"
#include "models/sidelink/kernel.h"

namespace cv2x::sidelink {

/// What became of a service's packets, by distance: bins of equal width from 0 on.
struct ReceptionCounts {
  std::vector<std::array<std::uint64_t, kReceptions>> bins;

  void resize(int n) { bins.resize(static_cast<std::size_t>(n)); }
  void add(const ReceptionCounts& other) {
    for (std::size_t i = 0; i < bins.size(); ++i) {
      for (std::size_t k = 0; k < kReceptions; ++k) bins[i][k] += other.bins[i][k];
    }
  }
};

/// Gaps between the receptions of a pair: whole numbers of some unit in buckets of at most 1/16 of their
/// size.
class GapCounts {
 public:
  static constexpr int kBuckets = 16 * 20;

  static int bucket(std::uint32_t units);
  /// The smallest number in a bucket.
  static std::uint32_t lower(int bucket);

  /// A packet came `units` slots of `unit_ns` after the one before; `latency_ns` of either.
  void add(std::uint32_t units, TimeNs unit_ns, TimeNs latency_ns) {
    ++counts_[static_cast<std::size_t>(bucket(units))];
    ++count_;
    const double gap_s = to_seconds(static_cast<TimeNs>(units) * unit_ns);
    sum_s_ += gap_s;
    age_s2_ += gap_s * (gap_s / 2 + to_seconds(latency_ns));
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t count(int i) const { return counts_[static_cast<std::size_t>(i)]; }
  double mean_s() const { return count_ ? sum_s_ / static_cast<double>(count_) : 0; }
  /// Age of information, averaged over the time between the first and the last reception of each pair.
  double mean_age_s() const { return sum_s_ > 0 ? age_s2_ / sum_s_ : 0; }

 private:
  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t count_ = 0;
  double sum_s_ = 0, age_s2_ = 0;
};

}  // namespace cv2x::sidelink
