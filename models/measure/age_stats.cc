#include "models/measure/age_stats.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "models/measure/bootstrap.h"

namespace cv2x {

void AgeStats::Block::add(TimeNs age_ns, TimeNs span_ns) {
  starts.add(age_ns);
  ends.add(age_ns + span_ns);
}

void AgeStats::Block::merge(const Block& other) {
  starts.merge(other.starts);
  ends.merge(other.ends);
}

void AgeStats::make_room(TimeNs since_begin) {
  while ((since_begin >> shift_) >= static_cast<TimeNs>(time_.size())) {
    for (std::size_t i = 1; i < time_.size(); ++i) {
      Block from = std::exchange(time_[i], Block{});
      if (i % 2 == 0) {
        time_[i / 2] = std::move(from);
      } else {
        time_[i / 2].merge(from);
      }
    }
    ++shift_;
  }
}

void AgeStats::add(TimeNs from_ns, TimeNs to_ns, TimeNs age_ns, std::uint64_t vehicle) {
  assert(begin_ns_ <= from_ns && from_ns < to_ns && age_ns >= 0);
  TimeNs from = from_ns - begin_ns_;
  const TimeNs to = to_ns - begin_ns_;
  make_room(to);
  vehicles_[vehicle % vehicles_.size()].add(age_ns, to - from);
  ++ramps_;
  while (from < to) {
    const TimeNs block = from >> shift_;
    const TimeNs until = std::min(to, (block + 1) << shift_);
    time_[static_cast<std::size_t>(block)].add(age_ns, until - from);
    age_ns += until - from;
    from = until;
  }
}

AgeStats::Block AgeStats::all() const {
  Block out;
  for (const Block& b : vehicles_) out.merge(b);
  return out;
}

Histogram AgeStats::weighted(const Block& block) {
  Histogram out;
  const auto starts = block.starts.entries(), ends = block.ends.entries();
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

std::vector<Estimate> AgeStats::quantiles_ns(std::span<const double> qs, const Seed& seed) const {
  const auto occupied = [](std::span<const Block> blocks) {
    std::vector<Histogram> out;
    for (const Block& b : blocks) {
      Histogram time = weighted(b);
      if (time.count() > 0) out.push_back(std::move(time));
    }
    return out;
  };
  const auto pointers = [](const std::vector<Histogram>& from) {
    std::vector<const Histogram*> out;
    for (const Histogram& h : from) out.push_back(&h);
    return out;
  };
  const std::vector<Histogram> in_time = occupied(time_), by_vehicle = occupied(vehicles_);
  const Histogram time = half_ns();
  std::vector<Estimate> out(qs.size());
  for (std::size_t i = 0; i < qs.size(); ++i) {
    out[i].value = time.quantile_ns(qs[i]);
    out[i].interval = {0, std::numeric_limits<double>::infinity()};
  }
  if (in_time.size() < ServiceStats::kFewestTimeBlocks ||
      by_vehicle.size() < ServiceStats::kFewestVehicleGroups)
    return out;
  const auto over_time = bootstrap_quantiles(pointers(in_time), 2, qs, Stream(seed, "bootstrap", 2));
  const auto over_vehicles = bootstrap_quantiles(pointers(by_vehicle), 1, qs, Stream(seed, "bootstrap", 3));
  const auto by_ranks = [&](const std::vector<Histogram>& blocks, auto&& variance, double value, double q) {
    std::vector<Share> shares;
    for (const Histogram& h : blocks)
      shares.push_back({static_cast<double>(h.count_up_to(value)), static_cast<double>(h.count())});
    const double effective = effective_trials(q, static_cast<double>(ramps_), variance(shares));
    return order_statistics(time, q, effective, student_t_975(blocks.size() - 1));
  };
  for (std::size_t i = 0; i < qs.size(); ++i) {
    out[i].interval = wider(over_time[i], over_vehicles[i]);
    out[i].interval = wider(out[i].interval, by_ranks(in_time, ratio_variance_in_time, out[i].value, qs[i]));
    out[i].interval = wider(out[i].interval, by_ranks(by_vehicle, ratio_variance, out[i].value, qs[i]));
  }
  return out;
}

}  // namespace cv2x
