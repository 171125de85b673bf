#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "models/base/stage.h"
#include "models/base/time.h"

namespace cv2x {

/// Where the time went: how long the delivered, counted messages of a service spent in each stage. The sums
/// are integers and add up to the sum of the latencies exactly.
class StageSums {
 public:
  /// A message or task with these stages that ended at `end_ns`. Empty stages add nothing.
  void add(std::span<const StageEntry> stages, TimeNs end_ns);
  void merge(const StageSums& other);

  std::uint64_t count() const { return count_; }
  TimeNs sum_ns(Stage stage) const { return sums_[static_cast<std::size_t>(stage)]; }
  /// Over all stages.
  TimeNs total_ns() const;

 private:
  std::array<TimeNs, static_cast<std::size_t>(Stage::kCount)> sums_{};
  std::uint64_t count_ = 0;
};

}  // namespace cv2x
