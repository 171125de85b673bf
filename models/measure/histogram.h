#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/base/time.h"

namespace cv2x {

/// Counts of latencies in log-linear buckets: 512 a power of two, 1 ns wide below 1024 ns, so that a bucket's
/// middle differs from every value in it by at most 1/1024 (0.098 %) of the value. Lost and unfinished
/// messages count as infinitely late. Octaves are allocated when first used (4 KiB each).
class Histogram {
 public:
  static constexpr int kSubBits = 9;
  static constexpr std::uint32_t kSubBuckets = 1u << kSubBits;
  static constexpr int kOctaves = 63 - kSubBits;  ///< of 512 buckets each, after the first 512 ones

  /// Number of the bucket of a latency ≥ 0.
  static std::uint32_t bucket_of(TimeNs latency_ns);
  /// The bucket holds latencies in [lower, lower + width).
  static TimeNs lower_ns(std::uint32_t bucket);
  static TimeNs width_ns(std::uint32_t bucket);
  /// The value that stands for the bucket: its exact middle, (lower + last) / 2.
  static double middle_ns(std::uint32_t bucket);

  Histogram() = default;
  Histogram(Histogram&&) noexcept = default;
  Histogram& operator=(Histogram&&) noexcept = default;
  Histogram(const Histogram& other);
  Histogram& operator=(const Histogram& other);

  void add(TimeNs latency_ns) { add_bucket(bucket_of(latency_ns), 1); }
  void add_bucket(std::uint32_t bucket, std::uint64_t count);
  void add_lost(std::uint64_t count = 1) { lost_ += count; }
  void merge(const Histogram& other);
  void clear();

  /// All samples, the lost ones included.
  std::uint64_t count() const { return finite_ + lost_; }
  std::uint64_t lost() const { return lost_; }
  std::uint64_t count(std::uint32_t bucket) const;
  /// Samples in the bucket of a latency ≥ 0 [ns] and in those below; +inf: all that were not lost.
  std::uint64_t count_up_to(double latency_ns) const;

  /// The nearest-rank quantile, 0 < q < 1: the value of rank ⌈q·count⌉ [ns]; +inf when that one was lost, NaN
  /// when there are no samples.
  double quantile_ns(double q) const;
  /// ⌈q·n⌉, at least 1.
  static std::uint64_t nearest_rank(double q, std::uint64_t n);
  /// The value of a rank ≥ 1; +inf when that one was lost or there are fewer.
  double of_rank_ns(std::uint64_t rank) const;

  struct Entry {
    std::uint32_t bucket;
    std::uint64_t count;
    bool operator==(const Entry&) const = default;
  };
  /// Buckets that are not empty, in ascending order: with lost(), all that is needed to restore it.
  std::vector<Entry> entries() const;

 private:
  using Octave = std::array<std::uint64_t, kSubBuckets>;

  std::array<std::unique_ptr<Octave>, kOctaves + 1> octaves_;
  std::uint64_t finite_ = 0;
  std::uint64_t lost_ = 0;
};

// The hot path.

inline std::uint32_t Histogram::bucket_of(TimeNs latency_ns) {
  const auto v = static_cast<std::uint64_t>(latency_ns);
  const int top = 63 - __builtin_clzll(v | (kSubBuckets - 1));  // at least 8
  const int shift = top > kSubBits ? top - kSubBits : 0;
  return static_cast<std::uint32_t>(shift) * kSubBuckets + static_cast<std::uint32_t>(v >> shift);
}

inline void Histogram::add_bucket(std::uint32_t bucket, std::uint64_t n) {
  auto& octave = octaves_[bucket >> kSubBits];
  if (!octave) octave = std::make_unique<Octave>();
  (*octave)[bucket & (kSubBuckets - 1)] += n;
  finite_ += n;
}

}  // namespace cv2x
