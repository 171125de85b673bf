#include "models/measure/age_stats.h"

#include <algorithm>
#include <cassert>

namespace cv2x {

void AgeStats::make_room(TimeNs since_begin) {
  while ((since_begin >> shift_) >= static_cast<TimeNs>(AgeCells::kBlocks)) {
    cells_.merge_neighbours();
    ++shift_;
  }
}

void AgeStats::add(TimeNs from_ns, TimeNs to_ns, TimeNs age_ns, std::uint64_t vehicle) {
  assert(begin_ns_ <= from_ns && from_ns < to_ns && age_ns >= 0);
  TimeNs from = from_ns - begin_ns_;
  const TimeNs to = to_ns - begin_ns_;
  make_room(to);
  ++ramps_;
  starts_.add(age_ns);
  ends_.add(age_ns + (to - from));
  while (from < to) {
    const TimeNs block = from >> shift_;
    const TimeNs until = std::min(to, (block + 1) << shift_);
    cells_.add(static_cast<std::size_t>(block), vehicle % AgeCells::kGroups, age_ns, age_ns + (until - from));
    age_ns += until - from;
    from = until;
  }
}

Histogram AgeStats::half_ns() const {
  Histogram out;
  const auto starts = starts_.entries(), ends = ends_.entries();
  auto start = starts.begin(), end = ends.begin();
  std::uint64_t open = 0;  // ramps that began in a bucket before and have not ended
  for (std::uint32_t bucket = 0; start != starts.end() || end != ends.end(); ++bucket) {
    if (open == 0) bucket = start->bucket;
    const std::uint64_t began = start != starts.end() && start->bucket == bucket ? (start++)->count : 0;
    const std::uint64_t ended = end != ends.end() && end->bucket == bucket ? (end++)->count : 0;
    // What begins or ends in a bucket does so in its middle, on average: its exact one, half a nanosecond
    // below that of its edges. Modulo 2^64 a difference below zero does no harm: the sum is none.
    const auto width = static_cast<std::uint64_t>(Histogram::width_ns(bucket));
    if (const std::uint64_t time = 2 * open * width + (began - ended) * (width + 1))
      out.add_bucket(bucket, time);
    open += began - ended;
  }
  return out;
}

double AgeStats::mean_ns() const {
  const Histogram time = half_ns();
  double sum = 0;
  for (const auto& entry : time.entries())
    sum += static_cast<double>(entry.count) * (static_cast<double>(Histogram::lower_ns(entry.bucket)) +
                                               0.5 * static_cast<double>(Histogram::width_ns(entry.bucket)));
  return sum / static_cast<double>(time.count());  // 0 / 0 is NaN
}

std::vector<Estimate> AgeStats::quantiles_ns(std::span<const double> qs) const {
  const Histogram time = half_ns();
  const std::vector<LaterShare> later = cells_.later_shares(static_cast<double>(ramps_));
  std::vector<Estimate> out;
  for (const double q : qs) out.push_back({time.quantile_ns(q), quantile_interval(time, later, q)});
  return out;
}

}  // namespace cv2x
