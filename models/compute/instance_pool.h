#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "models/base/container_params.h"
#include "models/base/time.h"

namespace cv2x {

/// The instances of one service on one host, and the tasks that wait for one. Told what to do by the host
/// (instance_host.h), which knows memory and images. A task goes to the ready instance with a free place that
/// has the lowest number, so that the others fall idle; those that wait are served first in, first out.
class InstancePool {
 public:
  enum class State : std::uint8_t {
    kScheduled,  ///< the control plane is at work
    kPulling,
    kStarting,
    kReady,
  };
  struct Instance {
    std::uint32_t number = 0;  ///< counts from 1 in the pool, never used again
    State state = State::kScheduled;
    bool ending = false;       ///< takes no more tasks and stops with its last one
    std::int64_t busy = 0;     ///< tasks in it
    TimeNs until_ns = kNever;  ///< end of kScheduled or kStarting
    TimeNs asked_ns = 0;       ///< end of kScheduled
    TimeNs pulled_ns = 0;      ///< when its image was there
    TimeNs ready_ns = 0;
    TimeNs idle_since_ns = 0;
  };
  /// A task that an instance has taken: that asked for its image at asked_ns, had it at pulled_ns and was
  /// ready at ready_ns.
  struct Placed {
    std::uint32_t ref;
    std::uint32_t instance;
    TimeNs came_ns;
    TimeNs asked_ns;
    TimeNs pulled_ns;
    TimeNs ready_ns;
  };
  struct Counts {
    std::int64_t ready = 0, starting = 0, pulling = 0, idle = 0, ending = 0, busy = 0;
  };

  explicit InstancePool(const ContainerParams& params) : params_(params) {}

  const ContainerParams& params() const { return params_; }
  std::span<const Instance> instances() const { return instances_; }
  /// Those that end their tasks only are not counted, but in `ending` and `busy`.
  Counts counts() const;
  std::int64_t size() const { return size_; }  ///< without those that are ending
  std::size_t waiting() const { return waiting_.size(); }

  /// A new one, in kScheduled until then. Its number.
  std::uint32_t add(TimeNs until);
  std::uint32_t add_ready(TimeNs now);
  /// Mutable access for the host; null: there is no such instance any more.
  Instance* find(std::uint32_t number);
  void ready(Instance& instance, TimeNs now);
  void remove(std::uint32_t number, TimeNs now);
  /// All instances are gone, with what is in them.
  void clear(TimeNs now);
  /// It takes no more tasks, and stops with its last one.
  void end(std::uint32_t number, TimeNs now);

  void wait(std::uint32_t ref, TimeNs now);
  /// Gives tasks that wait to instances with free places.
  std::vector<Placed> place(TimeNs now);
  /// All tasks that wait, which are then forgotten.
  std::vector<std::uint32_t> give_up();
  /// A task has left its instance. True: it was ending, and stops with it.
  bool finish(std::uint32_t number, TimeNs now);

  /// Instances to be started so that no task that waits is without a place to come (on_demand), or so that
  /// there is one at all.
  std::int64_t demand() const;
  /// Instances to be started so that the reserve is full; 0 also when `max` is reached.
  std::int64_t reserve() const;
  /// The idle one that may stop at `now`; 0: none.
  std::uint32_t expired(TimeNs now) const;
  TimeNs next_expiry() const;
  /// The idle one that has been so longest, if it is not one of the least number; null: none.
  const Instance* evictable() const;
  /// The one to stop first when there are too many: one that is not ready, else with the fewest tasks; of
  /// those, the newest (as Kubernetes' ReplicaSet). 0: none.
  std::uint32_t surplus() const;

  /// Mean over the time since the last call of what the autoscaler looks at, per ready instance.
  double take_metric(TimeNs now);

 private:
  void count(TimeNs now);

  ContainerParams params_;
  std::vector<Instance> instances_;  // ascending by number
  std::int64_t size_ = 0;
  struct Waiting {
    std::uint32_t ref;
    TimeNs came_ns;
  };
  std::deque<Waiting> waiting_;
  std::uint32_t next_ = 1;
  // Integrals since the last take_metric().
  TimeNs counted_ns_ = 0;
  double busy_ns_ = 0, tasks_ns_ = 0, ready_ns_ = 0;
};

}  // namespace cv2x
