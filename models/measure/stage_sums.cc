#include "models/measure/stage_sums.h"

#include <cassert>

namespace cv2x {

void StageSums::add(std::span<const StageEntry> stages, TimeNs end_ns) {
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const TimeNs until = i + 1 < stages.size() ? stages[i + 1].enter_ns : end_ns;
    assert(until >= stages[i].enter_ns);
    sums_[static_cast<std::size_t>(stages[i].stage)] += until - stages[i].enter_ns;
  }
  ++count_;
}

void StageSums::merge(const StageSums& other) {
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
  count_ += other.count_;
}

TimeNs StageSums::total_ns() const {
  TimeNs sum = 0;
  for (const TimeNs s : sums_) sum += s;
  return sum;
}

}  // namespace cv2x
