#include "models/session/relocation.h"

#include <algorithm>
#include <cassert>

namespace cv2x {

Relocation::Relocation(const RelocationParams& params, HostIndex from, HostIndex to, TimeNs now)
    : params_(params),
      from_(from),
      to_(to),
      wakeup_ns_(now + std::max(params.classifier_ns, params.rediscovery_ns)),
      times_{.detected_ns = now} {
  assert(params.mode != RelocationMode::kStay);
}

void Relocation::advance(TimeNs now) {
  assert(now >= wakeup_ns_);
  wakeup_ns_ = kNever;
  if (step_ == Step::kDeciding) {
    times_.decided_ns = now;
    step_ = Step::kStarting;
  } else {
    assert(step_ == Step::kSteering);
    times_.end_ns = now;
    step_ = Step::kDone;
  }
}

void Relocation::started(bool warm, TimeNs now) {
  assert(step_ == Step::kStarting);
  warm_ = warm;
  times_.started_ns = now;
  if (params_.mode == RelocationMode::kMigrate) {
    step_ = Step::kTransferring;
  } else {
    steer(now);
  }
}

void Relocation::transferred(TimeNs now) {
  assert(step_ == Step::kTransferring);
  steer(now);
}

void Relocation::steer(TimeNs now) {
  times_.executed_ns = now;
  step_ = Step::kSteering;
  wakeup_ns_ = now + params_.steer_ns;
}

void Relocation::fail(TimeNs now) {
  times_.end_ns = now;
  step_ = Step::kFailed;
  wakeup_ns_ = kNever;
}

}  // namespace cv2x
