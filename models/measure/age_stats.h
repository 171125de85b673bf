#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/time.h"
#include "models/measure/age_cells.h"
#include "models/measure/histogram.h"
#include "models/measure/interval.h"

namespace cv2x {

/// Ages over time. An age grows by a second a second until it drops, so it is made of ramps, and how long it
/// spent at each value follows from how many ramps began and ended below that: two histograms hold the
/// time-weighted distribution, to the width of a bucket (0.2 %). Blocks of time and groups of vehicles are
/// those of ServiceStats (a ramp that crosses the edge of a block is cut there), and so is the bound of the
/// memory; the order of the ramps makes no difference.
class AgeStats {
 public:
  /// `begin_ns`: nothing is earlier (the end of the warm-up).
  explicit AgeStats(TimeNs begin_ns) : begin_ns_(begin_ns) {}

  /// In [from_ns, to_ns), not empty, an age grew from `age_ns` ≥ 0 to age_ns + (to_ns − from_ns). `vehicle`:
  /// hash_name of its vehicle's name.
  void add(TimeNs from_ns, TimeNs to_ns, TimeNs age_ns, std::uint64_t vehicle);

  std::uint64_t ramps() const { return ramps_; }
  /// How long, in half nanoseconds, the ages of all vehicles together spent in each bucket.
  Histogram half_ns() const;

  /// The age that is kept for a share 0 < q < 1 of the time [ns]; NaN without any. Intervals as those of
  /// ServiceStats::quantiles_ns, of shares of time, with no more independent samples than there were ramps.
  std::vector<Estimate> quantiles_ns(std::span<const double> qs) const;
  /// Average over time [ns], to the width of a bucket; NaN without any.
  double mean_ns() const;

 private:
  void make_room(TimeNs since_begin);

  TimeNs begin_ns_;
  int shift_ = 20;  ///< block length 2^shift ns
  std::uint64_t ramps_ = 0;
  Histogram starts_, ends_;
  AgeCells cells_;
};

}  // namespace cv2x
