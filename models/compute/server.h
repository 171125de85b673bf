#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "models/base/time.h"

namespace cv2x {

/// Several equal cores behind one queue, first in first out (M/M/c and kin when fed so). Sans-IO: told the
/// time, it says what has finished and when it wants to be asked again. A task runs on one core to its end;
/// cores do not share work, there is no context switch and no memory limit (disciplines and limits come with
/// issue "MEC computing").
class Server {
 public:
  struct Finished {
    std::uint32_t ref;
    TimeNs start_ns;  ///< when a core took it
    TimeNs end_ns;
  };

  /// `cores` ≥ 1, `speed_cps` > 0 cycles/s of one core, `queue` ≥ 0 waiting tasks at most.
  Server(std::int64_t cores, double speed_cps, std::int64_t queue);

  // Times never decrease from call to call. Call advance(now) before the others, so that a core that is free
  // by now is seen as free (asserted where it would falsify the result).

  /// Takes a task of `cycles` (≥ 0) at `now`. False: all cores are busy and the queue is full. Its time on
  /// the core is cycles / speed, rounded to the nearest nanosecond.
  bool submit(std::uint32_t ref, double cycles, TimeNs now);

  /// All tasks that have finished by `now`, in order of their end, then of their submission. A core that
  /// becomes free in between takes the next waiting task at once. Valid until the next call.
  std::span<const Finished> advance(TimeNs now);

  /// When the next task finishes; kNever when idle.
  TimeNs next_wakeup() const { return running_.empty() ? kNever : running_.front().end_ns; }

  /// Drops everything; the refs of what was queued or running are returned in order of submission.
  std::vector<std::uint32_t> clear(TimeNs now);

  std::int64_t running() const { return static_cast<std::int64_t>(running_.size()); }
  std::int64_t waiting() const { return static_cast<std::int64_t>(waiting_.size()); }
  /// Work queued plus what is left of the running tasks at `now` [cycles].
  double work_ahead(TimeNs now) const;
  /// Busy core-time since the last call [ns], for utilisation over a reporting interval.
  TimeNs take_busy_ns(TimeNs now);

 private:
  struct Task {
    std::uint32_t ref;
    double cycles;
  };
  struct Running {
    TimeNs end_ns;
    std::uint64_t order;  // of submission: ties end in it
    std::uint32_t ref;
    TimeNs start_ns;
    bool operator>(const Running& other) const {
      return end_ns != other.end_ns ? end_ns > other.end_ns : order > other.order;
    }
  };

  void start(const Task& task, TimeNs now);
  void count_busy(TimeNs until);

  std::int64_t cores_;
  double speed_cps_;
  std::int64_t queue_;
  std::vector<Running> running_;  // min-heap by end
  std::deque<Task> waiting_;
  double waiting_cycles_ = 0;
  std::uint64_t order_ = 0;
  std::vector<Finished> finished_;
  TimeNs busy_ns_ = 0;
  TimeNs counted_until_ = 0;
};

}  // namespace cv2x
