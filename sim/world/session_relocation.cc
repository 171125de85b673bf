// Tasks of services that keep to one host: who decides that is an Anchors (relocation.h).
#include "sim/world/clock.h"
#include "sim/world/session.h"

namespace cv2x {

/// A task of a service that keeps to one host goes there. False: there is none yet.
bool Session::to_anchor(std::uint32_t ref) {
  Journey& j = *pool_[ref];
  if (!services_[j.service.value].params.relocates) return false;
  const Anchors::Place place = ports_.anchors->place(ref, j.slot, j.service);
  switch (place.answer) {
    case Anchors::Answer::kAsk:
      return false;
    case Anchors::Answer::kHost:
      resolve(ref, Target{place.host});
      break;
    case Anchors::Answer::kWait:
      j.stages.enter(Stage::kRelocation, now_ns());
      break;
    case Anchors::Answer::kLost:
      end(ref, Outcome::kRelocating);
      break;
  }
  return true;
}

}  // namespace cv2x
