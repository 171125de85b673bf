#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/random.h"
#include "models/base/time.h"
#include "models/workload/params.h"

namespace cv2x {

/// The arrivals of one service in one vehicle, and what each of them asks for. Keyed by the names of both, so
/// that nobody else's traffic changes it.
class Source {
 public:
  /// `service` must outlive the source, its rate be such that a period is at least a nanosecond and far below
  /// 292 years (as the scenario's bounds have it). `vehicle_key`: hash_name of the vehicle; arrivals begin at
  /// or after `start` (when the vehicle appears).
  Source(const ServiceParams& service, const Seed& seed, std::uint64_t vehicle_key, TimeNs start);

  /// Time of the arrival that comes next. Periodic: start + phase + k·period, the phase uniform over the
  /// period; each rounded by itself, so a period that is no whole number of nanoseconds does not drift.
  /// Poisson: exponential gaps.
  TimeNs next_ns() const { return next_ns_; }
  /// Moves on to the arrival after it.
  void pop();
  /// CPU cycles of the arrival that comes next.
  double draw_cycles();
  /// Its bytes uplink and downlink.
  std::int64_t draw_input_bytes() const;
  std::int64_t draw_output_bytes() const;
  /// CPU cycles of its subtasks, in the order of ServiceParams::graph(): each drawn by itself, by its name.
  std::vector<double> draw_subtask_cycles(std::span<const SubtaskParams> graph) const;

 private:
  const ServiceParams* service_;
  Stream arrivals_;
  Stream cycles_;
  Seed seed_;
  std::uint64_t entity_;
  double period_ns_;
  TimeNs first_ns_ = 0;
  std::int64_t count_ = 0;
  TimeNs next_ns_ = 0;
};

/// The sources of all vehicles in order of their next arrival: one pending event for all of them. A calendar
/// queue (Brown, Commun. ACM 31(10) 1988): arrivals lie unsorted in the bucket of their millisecond, only
/// those of the one that is at hand, and those beyond the horizon, are heaps. So what an arrival costs does
/// not grow with the fleet.
class ArrivalCalendar {
 public:
  struct Entry {
    TimeNs time_ns;
    std::uint64_t key;     ///< a source's own (hash of its names): orders equal times whoever was added first
    std::uint32_t source;  ///< the caller's number
    std::uint32_t version;  ///< the caller's check against reuse
  };
  ArrivalCalendar() : buckets_(kBuckets) {}
  void add(const Entry& entry);
  bool empty() const { return at_hand_.empty(); }
  const Entry& top() const { return at_hand_.front(); }
  void pop();
  TimeNs next_ns() const { return empty() ? kNever : top().time_ns; }

 private:
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.time_ns != b.time_ns ? a.time_ns > b.time_ns : a.key > b.key;
    }
  };
  static constexpr int kWidthBits = 20;  // 2^20 ns: about a millisecond
  static constexpr std::int64_t kBuckets = 1024;
  static std::int64_t bucket_of(TimeNs time) { return time >> kWidthBits; }
  /// While nothing is at hand and there is something: takes the next bucket.
  void refill();

  std::int64_t bucket_ = 0;                  // at_hand_ holds what lies in it or before it
  std::vector<Entry> at_hand_, far_;         // heaps
  std::vector<std::vector<Entry>> buckets_;  // bucket_ + 1 … bucket_ + kBuckets − 1, modulo kBuckets
  std::size_t in_buckets_ = 0;
};

}  // namespace cv2x
