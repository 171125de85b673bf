#pragma once

#include <span>
#include <variant>
#include <vector>

#include "models/compute/cores.h"
#include "models/compute/sharing.h"

namespace cv2x {

/// Several equal cores and the tasks before them, under one of the disciplines (M/M/c, M/G/c and kin when fed
/// so). Sans-IO: told the time, it says what has been done and when it wants to be asked again. A task runs
/// on one core at a time; what a context switch costs is left out (but see ServerParams::loss).
class Server {
 public:
  /// cores ≥ 1, speed_cps > 0, queue ≥ 0.
  explicit Server(const ServerParams& params);

  // Times never decrease from call to call. Call advance(now) before the others, so that a core that is free
  // by now is seen as free (asserted where it would falsify the result).

  /// Takes a task at `now`. False: cores + queue tasks are there already. Alone it takes cycles / speed,
  /// rounded to the nearest nanosecond. With pre-emption it may interrupt another one (of two that could be,
  /// the one submitted last), never when the queue is full.
  bool submit(const ServerTask& task, TimeNs now);

  /// All tasks that have finished by `now`, in order of their end, then of their submission. A core that
  /// becomes free in between takes the next waiting task at once. Valid until the next call.
  std::span<const Slice> advance(TimeNs now);

  /// What the last submit() or halt() has interrupted: it waits again.
  std::span<const Slice> interrupted() const;

  /// When the next task finishes if none comes before; kNever when idle.
  TimeNs next_wakeup() const;

  /// Drops everything; what was queued or served is returned in order of submission.
  std::vector<ServerTask> clear(TimeNs now);

  /// Stops: what was served waits again, all of its work to be done anew, and nothing is served until
  /// resume(). Tasks are taken all the same.
  void halt(TimeNs now);
  void resume(TimeNs now);

  /// Tasks that are served: on a core, or with processor sharing all that share.
  std::int64_t running() const;
  std::int64_t waiting() const;
  /// Work queued plus what is left of the running tasks at `now` [cycles].
  double work_ahead(TimeNs now) const;
  /// Busy core-time since the last call [ns], for utilisation over a reporting interval.
  TimeNs take_busy_ns(TimeNs now);

 private:
  std::variant<Cores, Sharing> kind_;
};

}  // namespace cv2x
