#include "models/uu/scheduler.h"

namespace cv2x::uu {

const SchedulerRegistry& scheduler_registry() {
  static const SchedulerRegistry registry = [] {
    SchedulerRegistry r;
    r.add("round_robin", make_round_robin);
    return r;
  }();
  return registry;
}

}  // namespace cv2x::uu
