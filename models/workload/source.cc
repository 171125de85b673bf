#include "models/workload/source.h"

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
      period_ns_(1e9 / service.rate_hz) {
  const double offset = service.arrivals == ArrivalKind::kPeriodic ? arrivals_.uniform() * period_ns_
                                                                   : arrivals_.exponential(period_ns_);
  first_ns_ = start + static_cast<TimeNs>(std::llround(offset));
  next_ns_ = first_ns_;
}

bool Source::runs(const ServiceParams& service, const Seed& seed, std::uint64_t vehicle_key) {
  return Stream(seed, "equipped", entity(service, vehicle_key)).uniform() < service.vehicles;
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
  return service_->cycles_kind == SizeKind::kFixed ? service_->cycles : cycles_.exponential(service_->cycles);
}

}  // namespace cv2x
