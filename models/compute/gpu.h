#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "models/compute/gpu_params.h"
#include "models/compute/server.h"

namespace cv2x {

/// The GPUs of a host and what waits before them: batches of inferences of one network each. Sans-IO, as
/// Server is.
///
/// A task joins the batch of its network that has room, or begins one. A batch is ready when it is full or
/// its first task has waited for BatchParams::wait_ns (the dynamic batcher of NVIDIA Triton works so), and
/// starts on the first GPU that has room, by the key of its most urgent task, then by its age; until then
/// others may still join. A batch of b takes t(1)·(1 + growth·(b − 1)): linear, as measured by Shen et al.
/// (Nexus, SOSP 2019, §2.2).
///
/// Sharing. exclusive: one batch at a time on each GPU. time_sliced, mps: up to so many at once in equal
/// shares (processor sharing: the quantum of 1 to 2 ms of time slicing is left out), less a loss of 10 to
/// 15 % or about 5 % while there are two or more (edge-cloud figures of secondary sources). mig: each GPU is
/// so many servers; an instance has 7, 4, 3, 2 or 1 of 7 compute slices, as many as fit (NVIDIA
/// Multi-Instance GPU user guide, A100 profiles: one of 7g, two of 3g, three of 2g, else 1g), and is as much
/// slower.
class Gpus {
 public:
  /// `times_ns`: of a network (by index) for one input on this GPU; those of networks that never come here
  /// may be anything.
  Gpus(const GpuParams& params, std::int64_t queue, std::vector<TimeNs> times_ns);

  struct Task {
    std::uint32_t ref = 0;
    std::uint32_t network = 0;
    std::int64_t key = 0;  ///< smallest first
    std::uint32_t tag = 0;
  };

  // As of Server. Slices have ready_ns: when their batch was complete or had waited enough, or when they
  // joined it after that.
  bool submit(const Task& task, TimeNs now);
  std::span<const Slice> advance(TimeNs now);
  std::span<const Slice> interrupted() const { return interrupted_; }
  TimeNs next_wakeup() const;
  std::vector<Task> clear(TimeNs now);
  void halt(TimeNs now);
  void resume(TimeNs now);

  bool batches() const { return batch_.size > 1 && batch_.wait_ns > 0; }
  std::int64_t running() const { return running_; }  ///< tasks
  std::int64_t waiting() const { return there_ - running_; }
  /// Batches that can be served at once.
  std::int64_t slots() const;
  /// Time that one inference takes alone.
  TimeNs time_ns(std::uint32_t network) const;
  /// Time that the GPUs together need for what is there, batches as they are now [ns].
  double backlog_ns(TimeNs now) const;
  /// GPU time during which they were busy since the last call [ns, of all GPUs together].
  TimeNs take_busy_ns(TimeNs now);

 private:
  struct Member {
    Task task;
    std::uint64_t order;
    TimeNs ready_ns;
  };
  struct Batch {
    std::uint32_t network = 0;
    std::int64_t key = 0;
    std::uint64_t order = 0;  // of its first task
    TimeNs due_ns = 0;        // ready then at the latest
    bool ready = false;
    TimeNs start_ns = -1;
    std::vector<Member> members;
  };
  using Place = std::pair<std::int64_t, std::uint64_t>;  // key, order of a batch

  void add(const Member& member, TimeNs now);
  void make_ready(std::uint64_t order, TimeNs now);
  void dispatch(TimeNs now);
  void step(TimeNs now);
  /// One that has room; null: none.
  Server* free_server();
  double work_ns(const Batch& batch) const;
  std::uint32_t place_on_gpu(Batch&& batch);

  BatchParams batch_;
  std::int64_t clients_;  // batches on one server
  double part_ = 1;       // of a GPU that serves one of them (MIG)
  double speed_ = 1;      // of that part, relative to a whole GPU
  double capacity_;       // speed of all together
  std::int64_t limit_;
  std::vector<TimeNs> times_ns_;
  std::vector<Server> servers_;
  std::vector<std::int64_t> on_server_;
  bool halted_ = false;

  std::map<std::uint64_t, Batch> waiting_;             // by order
  std::map<std::uint32_t, std::uint64_t> open_;        // network → its batch with room
  std::set<Place> ready_;                              // in the order of service
  std::set<std::pair<TimeNs, std::uint64_t>> timers_;  // due, order of batches that are not ready
  std::vector<Batch> on_gpu_;                          // by the ref that the server knows
  std::vector<std::uint32_t> free_places_;
  std::int64_t running_ = 0, there_ = 0;
  std::uint64_t order_ = 0;
  std::vector<Member> held_;  // while halted
  std::vector<Slice> slices_, interrupted_;
};

}  // namespace cv2x
