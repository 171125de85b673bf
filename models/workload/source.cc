#include "models/workload/source.h"

#include <algorithm>
#include <cmath>

#include "models/base/hash.h"

namespace cv2x {
namespace {

std::uint64_t entity(const ServiceParams& service, std::uint64_t vehicle_key) {
  return combine(hash_name(service.name), vehicle_key);
}

}  // namespace

Source::Source(const ServiceParams& service, const Seed& seed, std::uint64_t vehicle_key, TimeNs start)
    : service_(&service),
      arrivals_(seed, "arrivals", entity(service, vehicle_key)),
      cycles_(seed, "cycles", entity(service, vehicle_key)),
      seed_(seed),
      entity_(entity(service, vehicle_key)),
      period_ns_(1e9 / service.rate_hz) {
  const double offset = service.arrivals == ArrivalKind::kPeriodic ? arrivals_.uniform() * period_ns_
                                                                   : arrivals_.exponential(period_ns_);
  first_ns_ = start + static_cast<TimeNs>(std::llround(offset));
  next_ns_ = first_ns_;
}

void Source::pop() {
  ++count_;
  if (service_->arrivals == ArrivalKind::kPeriodic) {
    next_ns_ = first_ns_ + static_cast<TimeNs>(std::llround(static_cast<double>(count_) * period_ns_));
  } else if (service_->arrivals == ArrivalKind::kShiftedExponential) {
    next_ns_ += static_cast<TimeNs>(std::llround(period_ns_ / 2 + arrivals_.exponential(period_ns_ / 2)));
  } else {
    next_ns_ += static_cast<TimeNs>(std::llround(arrivals_.exponential(period_ns_)));
  }
}

double Source::draw_cycles() {
  return cv2x::draw_cycles(service_->cycles_kind, service_->cycles, cycles_, service_->spread);
}

std::int64_t Source::draw_input_bytes() const {
  if (service_->input_kind == SizeKind::kFixed) return service_->input_bytes;
  Stream stream(seed_, "input", combine(entity_, static_cast<std::uint64_t>(count_)));
  return draw_bytes(service_->input_kind, service_->input_bytes, stream, service_->spread);
}

std::int64_t Source::draw_output_bytes() const {
  if (service_->output_kind == SizeKind::kFixed) return service_->output_bytes;
  Stream stream(seed_, "output", combine(entity_, static_cast<std::uint64_t>(count_)));
  return draw_bytes(service_->output_kind, service_->output_bytes, stream, service_->spread);
}

std::vector<double> Source::draw_subtask_cycles(std::span<const SubtaskParams> graph) const {
  std::vector<double> out;
  out.reserve(graph.size());
  const std::uint64_t task = combine(entity_, static_cast<std::uint64_t>(count_));
  for (const auto& subtask : graph) {
    Stream stream(seed_, "subtask cycles", combine(task, hash_name(subtask.name)));
    out.push_back(cv2x::draw_cycles(subtask.cycles_kind, subtask.cycles, stream, service_->spread));
  }
  return out;
}

void ArrivalCalendar::add(const Entry& entry) {
  const std::int64_t bucket = bucket_of(entry.time_ns);
  if (bucket <= bucket_) {
    at_hand_.push_back(entry);
    std::push_heap(at_hand_.begin(), at_hand_.end(), Later{});
  } else if (bucket < bucket_ + kBuckets) {
    buckets_[static_cast<std::size_t>(bucket % kBuckets)].push_back(entry);
    ++in_buckets_;
  } else {
    far_.push_back(entry);
    std::push_heap(far_.begin(), far_.end(), Later{});
  }
  refill();
}

void ArrivalCalendar::pop() {
  std::pop_heap(at_hand_.begin(), at_hand_.end(), Later{});
  at_hand_.pop_back();
  refill();
}

void ArrivalCalendar::refill() {
  while (at_hand_.empty() && (in_buckets_ > 0 || !far_.empty())) {
    bucket_ = in_buckets_ > 0 ? bucket_ + 1 : std::max(bucket_ + 1, bucket_of(far_.front().time_ns));
    auto& bucket = buckets_[static_cast<std::size_t>(bucket_ % kBuckets)];
    in_buckets_ -= bucket.size();
    std::swap(at_hand_, bucket);  // both keep their memory
    for (; !far_.empty() && bucket_of(far_.front().time_ns) < bucket_ + kBuckets; far_.pop_back()) {
      std::pop_heap(far_.begin(), far_.end(), Later{});
      const Entry& entry = far_.back();
      const std::int64_t of = bucket_of(entry.time_ns);
      if (of == bucket_) {
        at_hand_.push_back(entry);
      } else {
        buckets_[static_cast<std::size_t>(of % kBuckets)].push_back(entry);
        ++in_buckets_;
      }
    }
    std::make_heap(at_hand_.begin(), at_hand_.end(), Later{});
  }
}

}  // namespace cv2x
