#include "models/base/stage.h"

#include <cassert>

namespace cv2x {

void StageList::enter(Stage stage, TimeNs now) {
  assert(entries_.empty() || now >= entries_.back().enter_ns);
  if (entries_.size() > cut_) {
    auto& last = entries_.back();
    if (last.stage == stage) return;
    if (last.enter_ns == now) {
      entries_.pop_back();
      enter(stage, now);
      return;
    }
  }
  entries_.push_back({stage, now});
}

void StageList::end(TimeNs now) {
  while (!entries_.empty() && entries_.back().enter_ns > now) entries_.pop_back();
}

}  // namespace cv2x
