#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "models/base/time.h"
#include "models/measure/histogram.h"
#include "models/measure/moments.h"

namespace cv2x {

/// How sure the share of samples is that are at least this late.
struct LaterShare {
  double latency_ns = 0;  ///< an edge between two buckets; +inf: the lost ones
  Moments share;
};

/// Counts of latencies by block of time, group of vehicles and bucket, for the doubt about quantiles: buckets
/// of 32 a power of two (3 % wide), as 16 of Histogram's make one, since between their edges the doubt may be
/// interpolated. Up to 2³² − 1 samples in each. Memory is bounded: 64 KiB a power of two that was used.
class LatencyCells {
 public:
  static constexpr std::size_t kBlocks = 32;
  static constexpr std::size_t kGroups = 16;

  struct Cell {
    std::uint64_t count = 0;  ///< the lost ones included
    std::uint64_t lost = 0;
    std::uint64_t in_time = 0;  ///< delivered within the deadline
    TimeNs sum_ns = 0;          ///< of the delivered ones
    void add(const Cell& other);
  };

  LatencyCells() = default;
  LatencyCells(const LatencyCells& other) { merge(other); }
  LatencyCells(LatencyCells&&) noexcept = default;
  LatencyCells& operator=(LatencyCells&&) noexcept = default;
  LatencyCells& operator=(const LatencyCells& other) { return *this = LatencyCells(other); }

  void add(std::size_t block, std::size_t group, std::uint32_t bucket, TimeNs latency_ns, bool in_time,
           std::uint32_t times = 1);
  void add_lost(std::size_t block, std::size_t group, std::uint32_t times = 1);
  /// Blocks 2i and 2i + 1 become block i.
  void merge_neighbours();
  /// Adds those of another one, block to block.
  void merge(const LatencyCells& other);

  /// What is kept of one cell's delivered samples in one bucket, which begins at `lower_ns`; kNever: of its
  /// lost ones.
  struct Entry {
    std::uint8_t block = 0, group = 0;
    TimeNs lower_ns = 0;
    std::uint32_t count = 0;
    std::uint32_t in_time = 0;
  };
  /// Of those that are not empty, by block, group and bucket.
  std::vector<Entry> entries() const;
  /// Adds one of entries(); sum_ns of the cell is not restored.
  void restore(const Entry& entry);
  /// Where the bucket begins that holds a latency ≥ 0.
  static TimeNs lower_ns(TimeNs latency_ns);
  /// The first latency behind the bucket that begins at `lower_ns`.
  static TimeNs upper_ns(TimeNs lower_ns);

  /// Of each block, its groups.
  std::span<const Cell> cells() const { return cells_; }
  /// Calls fn with every edge [ns] from below the earliest sample to above the latest one, then with +inf,
  /// and how many samples of each cell are at least so late, the lost ones included. Not at all without
  /// samples.
  void for_each_edge(const std::function<void(double, std::span<const double>)>& fn) const;
  /// At those edges.
  std::vector<LaterShare> later_shares() const;

 private:
  static constexpr int kCoarser = 4;  ///< Histogram's buckets, shifted by this
  static constexpr std::uint32_t kBuckets = Histogram::kSubBuckets >> kCoarser;
  using Counts = std::array<std::array<std::uint32_t, kBuckets>, kBlocks * kGroups>;

  std::array<std::unique_ptr<Counts>, Histogram::kOctaves + 1> octaves_;
  std::vector<Cell> cells_ = std::vector<Cell>(kBlocks * kGroups);
};

/// Share of the samples delivered within the deadline; NaN in [0, 1] without any.
Estimate reliability(const LatencyCells& cells);

/// Whether the 95 % interval of the quantile 0 < q < 1 is open above: so few late samples, or so few bursts
/// of them, were seen that there may as well have been none. That is where, with the design effect at the
/// estimate, even no later sample would not reject it, or it may be lost.
bool open_above(std::span<const LaterShare> later, double q);

/// 95 % interval [ns] of the quantile 0 < q < 1: the latencies at which `studentised` does not reject that
/// the share of later ones is 1 − q, going outwards from the estimate; within a bucket by the ranks of `all`,
/// which holds the same samples. +inf above when open_above(). [0, +inf] without a variance.
Interval quantile_interval(const Histogram& all, std::span<const LaterShare> later, double q);

}  // namespace cv2x
