#pragma once

#include <cstdint>

#include "models/base/ids.h"
#include "models/base/relocation_params.h"
#include "models/base/time.h"

namespace cv2x {

/// One vehicle's service that moves to another host: application context relocation in the phases of
/// TS 23.558 §8.8 (scenario "UE mobility", after the change of the user plane path).
///
///     detection       the serving site has changed
///     decision        the new host is found (rediscovery) while the uplink classifier of its path is
///     inserted execution       an instance there is ready; the context is fetched from the old host
///     (migrate) post-execution  traffic is steered to the new host, the old context released
///
/// Each step begins when the one before it has ended, so that the service is interrupted for
///
///     T_int = max(T_classifier, T_rediscovery) + T_start (if not warm) + RTT + size/bandwidth + T_steer
///
/// of which the transfer and the start are events of the world. Sans-IO: it says what to do next and is told
/// when that is done. Left out: pre-copy of the context while the old host still serves (the context is what
/// is left to copy at the end), and dirtying of it.
class Relocation {
 public:
  enum class Step : std::uint8_t {
    kDeciding,      ///< wait until wakeup
    kStarting,      ///< have an instance at the new host
    kTransferring,  ///< fetch the context
    kSteering,      ///< wait until wakeup
    kDone,
    kFailed,  ///< the service stays where it was
  };
  struct Times {
    TimeNs detected_ns = 0, decided_ns = -1, started_ns = -1, executed_ns = -1, end_ns = -1;
  };

  /// `params.mode` is reattach or migrate.
  Relocation(const RelocationParams& params, HostIndex from, HostIndex to, TimeNs now);

  Step step() const { return step_; }
  HostIndex from() const { return from_; }
  HostIndex to() const { return to_; }
  const Times& times() const { return times_; }
  bool warm() const { return warm_; }
  std::int64_t context_bytes() const {
    return params_.mode == RelocationMode::kMigrate ? params_.context_bytes : 0;
  }
  /// Where the service is reached once it has ended.
  HostIndex host() const { return step_ == Step::kDone ? to_ : from_; }

  /// kDeciding, kSteering: when advance() is wanted; else kNever.
  TimeNs next_wakeup() const { return wakeup_ns_; }
  /// The step that waited for a time has ended.
  void advance(TimeNs now);
  /// kStarting has ended; `warm`: there was nothing to start.
  void started(bool warm, TimeNs now);
  /// kTransferring has ended.
  void transferred(TimeNs now);
  /// The current step cannot be done, or the vehicle is gone.
  void fail(TimeNs now);

 private:
  void steer(TimeNs now);

  RelocationParams params_;
  HostIndex from_, to_;
  Step step_ = Step::kDeciding;
  bool warm_ = false;
  TimeNs wakeup_ns_;
  Times times_;
};

/// Whether a service follows its vehicle: it is at `at`, and `nearest` is the host nearest to the vehicle's
/// serving site (not valid: none is reachable, or the vehicle has no serving site).
inline bool should_relocate(const RelocationParams& params, HostIndex at, HostIndex nearest) {
  return params.mode != RelocationMode::kStay && nearest.valid() && nearest != at;
}

}  // namespace cv2x
