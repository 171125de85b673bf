#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/compute/discipline.h"
#include "models/compute/waiting_line.h"

namespace cv2x {

/// Cores that serve one task each, behind one queue: FIFO, by priority or by deadline, each to its end or
/// with pre-emptive resume. See Server, which it is a part of.
class Cores {
 public:
  explicit Cores(const ServerParams& params);

  bool submit(const ServerTask& task, TimeNs now);
  std::span<const Slice> advance(TimeNs now);
  std::span<const Slice> interrupted() const { return interrupted_; }
  TimeNs next_wakeup() const { return running_.empty() ? kNever : running_.front().end_ns; }
  std::vector<ServerTask> clear(TimeNs now);
  void halt(TimeNs now);
  void resume(TimeNs now);

  std::int64_t running() const { return static_cast<std::int64_t>(running_.size()); }
  std::int64_t waiting() const { return waiting_.size(); }
  double work_ahead(TimeNs now) const;
  TimeNs take_busy_ns(TimeNs now);

 private:
  struct Running {
    TimeNs end_ns;
    std::uint64_t order;  // of submission: ties end in it
    TimeNs start_ns;
    ServerTask task;
    bool operator>(const Running& other) const {
      return end_ns != other.end_ns ? end_ns > other.end_ns : order > other.order;
    }
  };

  void start(const WaitingLine::Entry& entry, TimeNs now);
  void wait(const WaitingLine::Entry& entry);
  void start_next(TimeNs now);
  /// Takes a core from the running task that comes last in the order, if `entry` precedes it.
  bool preempt(const WaitingLine::Entry& entry, TimeNs now);
  void count_busy(TimeNs until);
  double cycles_of(TimeNs left) const { return to_seconds(left) * speed_cps_; }

  std::int64_t cores_;
  double speed_cps_;
  std::int64_t queue_;
  bool preemptive_;
  bool halted_ = false;
  std::vector<Running> running_;  // min-heap by end
  WaitingLine waiting_;
  double waiting_cycles_ = 0;
  std::uint64_t order_ = 0;
  std::vector<Slice> slices_, interrupted_;
  TimeNs busy_ns_ = 0;
  TimeNs counted_until_ = 0;
};

}  // namespace cv2x
