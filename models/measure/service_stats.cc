#include "models/measure/service_stats.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "models/measure/bootstrap.h"

namespace cv2x {

ServiceStats::ServiceStats(TimeNs begin_ns) : begin_ns_(begin_ns) {}

ServiceStats::Block& ServiceStats::time_block(TimeNs since_begin) {
  assert(since_begin >= 0);
  if ((since_begin >> fine_shift_) >= static_cast<TimeNs>(kFineBlocks)) make_room(since_begin);
  const auto i = static_cast<std::size_t>(since_begin >> shift_);
  used_ = std::max(used_, i + 1);
  return time_[i];
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
    ++shift_;
    ++fine_shift_;
    used_ = (used_ + 1) / 2;
  }
}

void ServiceStats::add(TimeNs created_ns, std::uint64_t vehicle, TimeNs latency_ns, bool in_time) {
  assert(latency_ns >= 0);
  const TimeNs since = created_ns - begin_ns_;
  const std::uint32_t bucket = Histogram::bucket_of(latency_ns);
  Block& block = time_block(since);
  for (Block* b : {&block, &vehicles_[vehicle % kVehicleGroups]}) {
    b->latency.add_bucket(bucket, 1);
    b->sum_ns += latency_ns;
    b->in_time += in_time;
  }
  Fine& fine = fine_[static_cast<std::size_t>(since >> fine_shift_)];
  fine.sum_ns += latency_ns;
  ++fine.count;
  ++count_;
  in_time_ += in_time;
  sum_ns_ += latency_ns;
}

void ServiceStats::add_lost(TimeNs created_ns, std::uint64_t vehicle) {
  time_block(created_ns - begin_ns_).latency.add_lost();
  vehicles_[vehicle % kVehicleGroups].latency.add_lost();
  ++count_;
  ++lost_;
}

Histogram ServiceStats::histogram() const {
  Histogram all;
  for (const Block& b : time_blocks()) all.merge(b.latency);
  return all;
}

std::vector<const ServiceStats::Block*> ServiceStats::occupied(std::span<const Block> blocks) {
  std::vector<const Block*> out;
  for (const Block& b : blocks) {
    if (b.latency.count() > 0) out.push_back(&b);
  }
  return out;
}

std::vector<Estimate> ServiceStats::quantiles_ns(std::span<const double> qs, const Seed& seed) const {
  const auto histograms = [](std::span<const Block> blocks) {
    std::vector<const Histogram*> out;
    for (const Block* b : occupied(blocks)) out.push_back(&b->latency);
    return out;
  };
  const auto in_time = histograms(time_blocks()), by_vehicle = histograms(vehicles_);
  const Histogram all = histogram();
  std::vector<Estimate> out(qs.size());
  for (std::size_t i = 0; i < qs.size(); ++i) {
    out[i].value = all.quantile_ns(qs[i]);
    out[i].interval = {0, std::numeric_limits<double>::infinity()};
  }
  if (in_time.size() < kFewestTimeBlocks || by_vehicle.size() < kFewestVehicleGroups) return out;
  const auto over_time = bootstrap_quantiles(in_time, 2, qs, Stream(seed, "bootstrap", 0));
  const auto over_vehicles = bootstrap_quantiles(by_vehicle, 1, qs, Stream(seed, "bootstrap", 1));
  // From the variance of the share of samples before the quantile, or up to it: the larger, for many samples
  // may have the same latency.
  const auto by_ranks = [&](const std::vector<const Histogram*>& blocks, auto&& variance, double value,
                            double q) {
    std::vector<Share> before, up_to;
    for (const Histogram* h : blocks) {
      const auto n = static_cast<double>(h->count());
      const double seen = static_cast<double>(h->count_up_to(value));
      const double here =
          std::isinf(value) ? 0
                            : static_cast<double>(h->count(Histogram::bucket_of(static_cast<TimeNs>(value))));
      before.push_back({seen - here, n});
      up_to.push_back({seen, n});
    }
    const double larger = std::max(variance(before), variance(up_to));
    const double effective = effective_trials(q, static_cast<double>(count_), larger);
    return order_statistics(all, q, effective, student_t_975(blocks.size() - 1));
  };
  for (std::size_t i = 0; i < qs.size(); ++i) {
    out[i].interval = wider(over_time[i], over_vehicles[i]);
    for (const Interval& ranks : {by_ranks(in_time, ratio_variance_in_time, out[i].value, qs[i]),
                                  by_ranks(by_vehicle, ratio_variance, out[i].value, qs[i])}) {
      out[i].interval = wider(out[i].interval, ranks);
    }
  }
  return out;
}

Estimate ServiceStats::mean_ns() const {
  Estimate out;
  out.interval.low = 0;
  std::vector<Share> shares;
  for (const Block& b : time_blocks()) {
    if (b.delivered() > 0)
      shares.push_back({static_cast<double>(b.sum_ns), static_cast<double>(b.delivered())});
  }
  if (shares.empty()) return out;
  out.value = static_cast<double>(sum_ns_) / static_cast<double>(delivered());
  if (shares.size() < kFewestTimeBlocks) return out;
  const double arm = student_t_975(shares.size() - 1) * std::sqrt(ratio_variance_in_time(shares));
  out.interval = {std::max(0.0, out.value - arm), out.value + arm};
  return out;
}

Estimate ServiceStats::reliability() const {
  Estimate out;
  out.interval = {0, 1};
  if (count_ == 0) return out;
  const auto n = static_cast<double>(count_);
  out.value = static_cast<double>(in_time_) / n;
  const auto shares = [](std::span<const Block> blocks) {
    std::vector<Share> list;
    for (const Block* b : occupied(blocks)) {
      list.push_back({static_cast<double>(b->in_time), static_cast<double>(b->latency.count())});
    }
    return list;
  };
  const auto in_time = shares(time_blocks()), by_vehicle = shares(vehicles_);
  if (in_time.size() < kFewestTimeBlocks || by_vehicle.size() < kFewestVehicleGroups) return out;
  out.interval = wider(clustered_wilson(out.value, n, ratio_variance_in_time(in_time), in_time.size()),
                       clustered_wilson(out.value, n, ratio_variance(by_vehicle), by_vehicle.size()));
  return out;
}

bool ServiceStats::warm_up_looks_short() const {
  std::vector<double> means;
  for (const Fine& f : fine_) {
    if (f.count > 0) means.push_back(static_cast<double>(f.sum_ns) / static_cast<double>(f.count));
  }
  return mser_says_transient(means);
}

}  // namespace cv2x
