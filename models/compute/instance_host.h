#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/container_params.h"
#include "models/compute/autoscaler.h"
#include "models/compute/image_store.h"
#include "models/compute/instance_pool.h"

namespace cv2x {

/// What a host needs to know to run containers.
struct InstanceHostParams {
  std::int64_t memory_bytes = 0;  ///< for all instances; 0: no limit
  double unpack_bps = 600e6;
  TimeNs control_plane_ns = 0;
  TimeNs sandbox_ns = 0;
  TimeNs relist_ns = 0;          ///< 0: an instance is seen ready at once
  TimeNs relist_phase_ns = 0;    ///< a look at this time, and every relist_ns
  double registry_bps = 1e9;     ///< what expected_ns() supposes of the way from the registry
  TimeNs registry_delay_ns = 0;  ///< and of the delay before a layer comes
};

/// The containers of one host: which instances of which services it runs, who takes which task. An instance
/// starts in the phases of a Kubernetes pod, T = T_api + T_sched + T_pull + T_unpack + T_sandbox + T_start +
/// T_ready:
///
///     wanted → (control plane) → its image is there (image_store.h) → (sandbox, start) → seen ready
///
/// where "seen" is the kubelet's next look at the runtime (generic PLEG). Memory of an instance is taken from
/// the time it is wanted until it stops; when it is short, idle instances of other services beyond their
/// least number are stopped, longest idle first (as in the container pools of function platforms), and if
/// that cannot make room none is. Sans-IO: calls return nothing but leave decisions to be taken. Left out:
/// requests and limits of CPU (an instance computes as fast as the host does), probes that fail, the grace
/// period of stopping (0 s).
class InstanceHost {
 public:
  struct Service {
    std::uint32_t image;
    ContainerParams params;  ///< as it holds on this host
  };
  /// What has happened, for the records.
  struct Note {
    enum class Kind : std::uint8_t { kPulled, kReady, kStopped, kEvicted, kRefused, kScaled } kind;
    std::uint32_t service;
    std::int64_t value;  ///< instance number; kPulled: bytes; kScaled: instances; kRefused: 0
  };
  struct Placed {
    std::uint32_t service;
    InstancePool::Placed task;
  };
  enum class Reason : std::uint8_t { kMemory, kImage, kHost };
  struct Failed {
    std::uint32_t ref;
    Reason reason;  ///< no memory for an instance, no image, or the host is down
  };
  /// Somebody (a relocation) who waited for an instance has one, or will get none.
  struct Prepared {
    std::uint64_t token;
    bool ready;
    bool at_once;  ///< it was ready when asked for
  };
  struct Decisions {
    std::vector<Placed> placed;
    std::vector<Failed> failed;
    std::vector<Prepared> prepared;
    std::optional<std::int64_t> fetch;  ///< bytes of a layer to be fetched from the registry
    std::vector<Note> notes;
  };
  struct Interval {
    std::uint32_t started = 0, stopped = 0, evicted = 0, refused = 0, cold_starts = 0, pulls = 0;
    std::uint64_t pulled_bytes = 0;
  };

  /// Images that services have instances of at the start are taken to be present too. `images` outlives it.
  InstanceHost(const InstanceHostParams& params, const std::vector<Image>& images, std::vector<bool> present,
               std::vector<Service> services);

  // Times never decrease from call to call. take() after each of these.

  void submit(std::uint32_t service, std::uint32_t ref, TimeNs now);
  void finish(std::uint32_t service, std::uint32_t instance, TimeNs now);
  /// Wants a ready instance, or with `fresh` a new one; `token` says then that it is there.
  void prepare(std::uint32_t service, bool fresh, std::uint64_t token, TimeNs now);
  /// The layer last asked for is there, or cannot be had.
  void fetched(bool there, TimeNs now);
  /// The host has gone down: its instances are gone, its images are not. Tasks that wait for one fail, or
  /// with `retry` wait on; those that come meanwhile do the same. finish() of what was in an instance is
  /// ignored.
  void fail(bool retry, TimeNs now);
  /// It is up again: what it always runs is started.
  void restore(TimeNs now);
  void advance(TimeNs now);

  TimeNs next_wakeup() const;
  Decisions take();

  /// Until an instance of the service could take a task, if it came now; 0: one that is ready could, or would
  /// when it has finished others.
  TimeNs expected_ns(std::uint32_t service, TimeNs now) const;
  const InstancePool& pool(std::uint32_t service) const { return pools_[service].pool; }
  std::int64_t memory_used() const { return memory_used_; }
  /// As the autoscaler last said; 0: none.
  std::int64_t desired(std::uint32_t service) const { return pools_[service].desired; }
  /// Counts since the last call.
  Interval take_interval(std::uint32_t service);

 private:
  struct Pool {
    InstancePool pool;
    std::uint32_t image;
    std::optional<Autoscaler> autoscaler;
    TimeNs scale_ns = kNever;  // next decision
    std::int64_t desired = 0;
    Interval interval;
  };
  struct Waiting {
    std::uint32_t service, instance;
    std::uint64_t token;
  };
  TimeNs seen(TimeNs t) const;
  bool make_room(std::uint32_t service, bool evict, TimeNs now);
  std::uint32_t start(std::uint32_t service, bool evict, TimeNs now);
  void stop(std::uint32_t service, std::uint32_t instance, bool evicted, TimeNs now);
  void has_image(InstancePool::Instance& instance, const Pool& pool, TimeNs now) const;
  void end_pulls(TimeNs now);
  void step_instances(std::uint32_t service, TimeNs now);
  void scale(std::uint32_t service, TimeNs now);
  void settle(std::uint32_t service, TimeNs now);
  void note(Note::Kind kind, std::uint32_t service, std::int64_t value);

  InstanceHostParams params_;
  std::vector<Pool> pools_;
  ImageStore store_;
  std::int64_t memory_used_ = 0;
  bool down_ = false, retry_ = false;
  std::vector<Waiting> waiting_;
  Decisions decisions_;
};

}  // namespace cv2x
