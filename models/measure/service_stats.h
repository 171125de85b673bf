#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "models/base/time.h"
#include "models/measure/histogram.h"
#include "models/measure/interval.h"
#include "models/measure/latency_cells.h"
#include "models/measure/moments.h"

namespace cv2x {

/// Latency and reliability of one service, with intervals that allow for correlation in time and within a
/// vehicle. Memory is bounded: samples fall into at most 32 time blocks, by the time of creation (when the
/// run outgrows them, neighbours merge and the block length doubles, so that 17 to 32 are in use), and in
/// each of them into 16 groups of vehicles, by the hash of their names; blocks keep a histogram, blocks and
/// groups a coarse one and sums. The order of the samples makes no difference, and two objects fed the same
/// samples are equal.
///
/// Intervals: one of each quantity, from its two-way variance over blocks and groups (moments.h), so of the
/// vehicles that might as well have driven there; with fewer than 4 groups of vehicles, of these vehicles at
/// other times. Measured coverage: docs/statistics.md.
class ServiceStats {
 public:
  static constexpr std::size_t kTimeBlocks = LatencyCells::kBlocks;
  static constexpr std::size_t kVehicleGroups = LatencyCells::kGroups;
  static constexpr std::size_t kFineBlocks = 512;
  /// With fewer occupied ones an interval is unbounded.
  static constexpr std::size_t kFewestTimeBlocks = TwoWay::kFewestBlocks;
  /// With fewer occupied ones an interval is over time alone.
  static constexpr std::size_t kFewestVehicleGroups = TwoWay::kFewestGroups;

  struct Block {
    Histogram latency;
    TimeNs sum_ns = 0;          ///< of the delivered ones (exact up to 292 years)
    std::uint64_t in_time = 0;  ///< delivered within the deadline
    std::uint64_t delivered() const { return latency.count() - latency.lost(); }
  };

  /// `begin_ns`: no sample is created earlier (the end of the warm-up).
  explicit ServiceStats(TimeNs begin_ns);

  /// A delivered message or task. `vehicle` is the hash_name of its vehicle's name. `times`: as many of them
  /// (a packet at all its receivers).
  void add(TimeNs created_ns, std::uint64_t vehicle, TimeNs latency_ns, bool in_time,
           std::uint32_t times = 1);
  /// A lost or unfinished one.
  void add_lost(TimeNs created_ns, std::uint64_t vehicle, std::uint32_t times = 1);

  std::uint64_t count() const { return count_; }
  std::uint64_t delivered() const { return count_ - lost_; }
  std::uint64_t in_time() const { return in_time_; }
  TimeNs sum_ns() const { return sum_ns_; }
  /// All samples; made on demand from the blocks.
  Histogram histogram() const;

  /// Quantiles 0 < q < 1 [ns], lost ones infinitely late; intervals by quantile_interval (latency_cells.h).
  std::vector<Estimate> quantiles_ns(std::span<const double> qs) const;
  /// Mean latency of the delivered ones [ns].
  Estimate mean_ns() const;
  /// Share delivered within the deadline.
  Estimate reliability() const { return cv2x::reliability(cells_); }

  /// True when the warm-up looks too short (transient.h), from up to 512 short blocks of time. A warning
  /// only: the explicit warm-up decides.
  bool warm_up_looks_short() const;

  TimeNs begin_ns() const { return begin_ns_; }
  TimeNs block_ns() const { return TimeNs{1} << shift_; }
  /// Blocks 0 … k−1 in time, k ≤ 32; the i-th begins at begin_ns + i·block_ns.
  std::span<const Block> time_blocks() const { return {time_.data(), used_}; }
  /// What the intervals come from: with histogram(), all that is needed for another quantile's.
  const LatencyCells& latency_cells() const { return cells_; }

 private:
  struct Fine {
    TimeNs sum_ns = 0;
    std::uint64_t count = 0;
  };

  std::size_t time_block(TimeNs since_begin);
  void make_room(TimeNs since_begin);

  TimeNs begin_ns_;
  int shift_ = 20;       ///< block length 2^shift ns
  int fine_shift_ = 16;  ///< of the short blocks, 16 to a block
  std::size_t used_ = 0;
  std::uint64_t count_ = 0, lost_ = 0, in_time_ = 0;
  TimeNs sum_ns_ = 0;
  std::array<Block, kTimeBlocks> time_;
  LatencyCells cells_;
  std::array<Fine, kFineBlocks> fine_;
};

}  // namespace cv2x
