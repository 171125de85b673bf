#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/compute/discipline.h"
#include "models/compute/waiting_line.h"

namespace cv2x {

/// Cores that serve all tasks at once in equal shares: with n of them each has min(1, capacity/n) of a core's
/// speed, capacity = cores / occupancy. See Server, which it is a part of.
///
/// Virtual time: v grows by what each of the tasks has received [cycles], so a task that comes at v ends at
/// v + its cycles whatever comes after it, and an arrival or an end costs O(log n). The limit of ever shorter
/// time slices: the length of a slice is left out.
class Sharing {
 public:
  explicit Sharing(const ServerParams& params);

  bool submit(const ServerTask& task, TimeNs now);
  std::span<const Slice> advance(TimeNs now);
  std::span<const Slice> interrupted() const { return interrupted_; }
  TimeNs next_wakeup() const { return wake_up_ns_; }
  std::vector<ServerTask> clear(TimeNs now);
  void halt(TimeNs now);
  void resume(TimeNs now);

  std::int64_t running() const { return static_cast<std::int64_t>(served_.size()); }
  std::int64_t waiting() const { return waiting_.size(); }
  double work_ahead(TimeNs now) const;
  TimeNs take_busy_ns(TimeNs now);

 private:
  struct Served {
    double end;           // in virtual time
    std::uint64_t order;  // of submission: ties end in it
    TimeNs start_ns;
    ServerTask task;
    bool operator>(const Served& other) const {
      return end != other.end ? end > other.end : order > other.order;
    }
  };

  /// Cycles per nanosecond that each task is given.
  double rate() const;
  /// Cores at work, of cores_.
  double busy_cores() const;
  void work_for(double span_ns);
  void progress(TimeNs now);
  double until_next_end_ns() const;
  void serve(const WaitingLine::Entry& entry, TimeNs now);
  void serve_next(TimeNs now);
  void plan();

  double cores_, capacity_, speed_cpns_, loss_;
  std::int64_t limit_, sharers_;
  bool halted_ = false;
  double v_ = 0;
  double left_ = 0;  // what the served tasks still need together [cycles]
  // When v_ was as it is: at_ns_ + beyond_ns_, the latter within half a nanosecond of 0.
  TimeNs at_ns_ = 0;
  double beyond_ns_ = 0;
  TimeNs wake_up_ns_ = kNever;
  std::vector<Served> served_;  // min-heap by end
  WaitingLine waiting_{false};
  double waiting_cycles_ = 0;
  std::uint64_t order_ = 0;
  std::vector<Slice> slices_, interrupted_;
  double busy_ns_ = 0;
};

}  // namespace cv2x
