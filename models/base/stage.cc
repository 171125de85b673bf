#include "models/base/stage.h"

#include <cassert>

namespace cv2x {

void StageList::enter(Stage stage, TimeNs now) {
  if (!entries_.empty()) {
    auto& last = entries_.back();
    assert(now >= last.enter_ns);
    if (last.stage == stage) return;
    if (last.enter_ns == now) {
      if (entries_.size() > 1 && entries_[entries_.size() - 2].stage == stage) {
        entries_.pop_back();
      } else {
        last.stage = stage;
      }
      return;
    }
  }
  entries_.push_back({stage, now});
}

}  // namespace cv2x
