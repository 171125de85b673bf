#include "models/measure/histogram.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace cv2x {

namespace {

int shift_of(std::uint32_t bucket) {
  return bucket < 2 * Histogram::kSubBuckets ? 0 : static_cast<int>(bucket >> Histogram::kSubBits) - 1;
}

}  // namespace

TimeNs Histogram::lower_ns(std::uint32_t bucket) {
  const int shift = shift_of(bucket);
  return static_cast<TimeNs>(bucket - static_cast<std::uint32_t>(shift) * kSubBuckets) << shift;
}

TimeNs Histogram::width_ns(std::uint32_t bucket) { return TimeNs{1} << shift_of(bucket); }

double Histogram::middle_ns(std::uint32_t bucket) {
  return static_cast<double>(lower_ns(bucket)) + 0.5 * static_cast<double>(width_ns(bucket) - 1);
}

Histogram::Histogram(const Histogram& other) { *this = other; }

Histogram& Histogram::operator=(const Histogram& other) {
  if (this == &other) return *this;
  for (std::size_t i = 0; i < octaves_.size(); ++i) {
    octaves_[i] = other.octaves_[i] ? std::make_unique<Octave>(*other.octaves_[i]) : nullptr;
  }
  finite_ = other.finite_;
  lost_ = other.lost_;
  return *this;
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < octaves_.size(); ++i) {
    if (!other.octaves_[i]) continue;
    if (!octaves_[i]) octaves_[i] = std::make_unique<Octave>();
    for (std::size_t k = 0; k < kSubBuckets; ++k) (*octaves_[i])[k] += (*other.octaves_[i])[k];
  }
  finite_ += other.finite_;
  lost_ += other.lost_;
}

void Histogram::clear() { *this = Histogram(); }

std::uint64_t Histogram::count(std::uint32_t bucket) const {
  const auto& octave = octaves_[bucket >> kSubBits];
  return octave ? (*octave)[bucket & (kSubBuckets - 1)] : 0;
}

std::uint64_t Histogram::count_up_to(double latency_ns) const {
  if (std::isinf(latency_ns)) return finite_;
  const std::uint32_t last = bucket_of(static_cast<TimeNs>(latency_ns));
  std::uint64_t seen = 0;
  for (std::uint32_t i = 0; i <= last >> kSubBits; ++i) {
    if (!octaves_[i]) continue;
    const std::uint32_t end = i < last >> kSubBits ? kSubBuckets : (last & (kSubBuckets - 1)) + 1;
    for (std::uint32_t k = 0; k < end; ++k) seen += (*octaves_[i])[k];
  }
  return seen;
}

std::uint64_t Histogram::nearest_rank(double q, std::uint64_t n) {
  assert(q > 0 && q < 1);
  // q·n may come out a rounding error above a whole number, as 0.07·100 does.
  const double rank =
      std::ceil(q * static_cast<double>(n) * (1 - 4 * std::numeric_limits<double>::epsilon()));
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
}

double Histogram::of_rank_ns(std::uint64_t rank) const {
  assert(rank >= 1);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < octaves_.size() && rank <= finite_; ++i) {
    if (!octaves_[i]) continue;
    for (std::uint32_t k = 0; k < kSubBuckets; ++k) {
      seen += (*octaves_[i])[k];
      if (seen >= rank) return middle_ns(static_cast<std::uint32_t>(i) * kSubBuckets + k);
    }
  }
  return std::numeric_limits<double>::infinity();
}

double Histogram::quantile_ns(double q) const {
  if (count() == 0) return std::numeric_limits<double>::quiet_NaN();
  return of_rank_ns(nearest_rank(q, count()));
}

std::vector<Histogram::Entry> Histogram::entries() const {
  std::vector<Entry> out;
  for (std::size_t i = 0; i < octaves_.size(); ++i) {
    if (!octaves_[i]) continue;
    for (std::uint32_t k = 0; k < kSubBuckets; ++k) {
      if (const auto n = (*octaves_[i])[k])
        out.push_back({static_cast<std::uint32_t>(i) * kSubBuckets + k, n});
    }
  }
  return out;
}

}  // namespace cv2x
