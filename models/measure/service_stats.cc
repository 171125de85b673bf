#include "models/measure/service_stats.h"

#include <algorithm>
#include <cassert>

#include "models/measure/transient.h"

namespace cv2x {

ServiceStats::ServiceStats(TimeNs begin_ns) : begin_ns_(begin_ns) {}

std::size_t ServiceStats::time_block(TimeNs since_begin) {
  assert(since_begin >= 0);
  if ((since_begin >> fine_shift_) >= static_cast<TimeNs>(kFineBlocks)) make_room(since_begin);
  const auto i = static_cast<std::size_t>(since_begin >> shift_);
  used_ = std::max(used_, i + 1);
  return i;
}

void ServiceStats::make_room(TimeNs since_begin) {
  // Both series double together: the fine one is always 16 to a block, so it is the first to be full.
  while ((since_begin >> fine_shift_) >= static_cast<TimeNs>(kFineBlocks)) {
    for (std::size_t i = 0; i < kFineBlocks; ++i) {
      const Fine f = fine_[i];
      fine_[i] = {};
      fine_[i / 2].sum_ns += f.sum_ns;
      fine_[i / 2].count += f.count;
    }
    for (std::size_t i = 1; i < kTimeBlocks; ++i) {
      Block& to = time_[i / 2];
      Block from = std::exchange(time_[i], Block{});
      if (i % 2 == 0) {
        to = std::move(from);
      } else {
        to.latency.merge(from.latency);
        to.sum_ns += from.sum_ns;
        to.in_time += from.in_time;
      }
    }
    cells_.merge_neighbours();
    ++shift_;
    ++fine_shift_;
    used_ = (used_ + 1) / 2;
  }
}

void ServiceStats::add(TimeNs created_ns, std::uint64_t vehicle, TimeNs latency_ns, bool in_time,
                       std::uint32_t times) {
  assert(latency_ns >= 0);
  const TimeNs since = created_ns - begin_ns_;
  const std::uint32_t bucket = Histogram::bucket_of(latency_ns);
  const std::size_t i = time_block(since);
  time_[i].latency.add_bucket(bucket, times);
  time_[i].sum_ns += latency_ns * times;
  time_[i].in_time += in_time ? times : 0;
  cells_.add(i, vehicle % kVehicleGroups, bucket, latency_ns, in_time, times);
  Fine& fine = fine_[static_cast<std::size_t>(since >> fine_shift_)];
  fine.sum_ns += latency_ns * times;
  fine.count += times;
  count_ += times;
  in_time_ += in_time ? times : 0;
  sum_ns_ += latency_ns * times;
}

void ServiceStats::add_lost(TimeNs created_ns, std::uint64_t vehicle, std::uint32_t times) {
  const std::size_t i = time_block(created_ns - begin_ns_);
  time_[i].latency.add_lost(times);
  cells_.add_lost(i, vehicle % kVehicleGroups, times);
  count_ += times;
  lost_ += times;
}

Histogram ServiceStats::histogram() const {
  Histogram all;
  for (const Block& b : time_blocks()) all.merge(b.latency);
  return all;
}

std::vector<Estimate> ServiceStats::quantiles_ns(std::span<const double> qs) const {
  const Histogram all = histogram();
  const std::vector<LaterShare> later = cells_.later_shares();
  std::vector<Estimate> out;
  for (const double q : qs) out.push_back({all.quantile_ns(q), quantile_interval(all, later, q)});
  return out;
}

Estimate ServiceStats::mean_ns() const {
  Estimate out;
  out.interval.low = 0;
  if (delivered() == 0) return out;
  std::vector<double> counts, sums;
  for (const LatencyCells::Cell& c : cells_.cells()) {
    counts.push_back(static_cast<double>(c.count - c.lost));
    sums.push_back(static_cast<double>(c.sum_ns));
  }
  const Moments m = TwoWay(counts, kVehicleGroups).mean(sums);
  out.value = m.ratio;
  out.interval = mean_interval(m);
  out.interval.low = std::max(0.0, out.interval.low);
  return out;
}

bool ServiceStats::warm_up_looks_short() const {
  std::vector<double> means;
  for (const Fine& f : fine_) {
    if (f.count > 0) means.push_back(static_cast<double>(f.sum_ns) / static_cast<double>(f.count));
  }
  return looks_transient(means);
}

}  // namespace cv2x
