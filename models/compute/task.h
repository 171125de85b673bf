#pragma once

#include <cstdint>

#include "models/base/time.h"

namespace cv2x {

/// A task as a server sees it.
struct ServerTask {
  std::uint32_t ref = 0;  ///< the caller's number
  double cycles = 0;      ///< ≥ 0
  std::int64_t key = 0;   ///< disciplines with an order serve the smallest first
  std::uint32_t tag = 0;  ///< comes back with it
};

/// A stretch of time during which a server worked on a task.
struct Slice {
  std::uint32_t ref;
  TimeNs start_ns;
  TimeNs end_ns;
  std::uint32_t tag = 0;
  TimeNs ready_ns = -1;  ///< of a batch: when the task began to wait for a GPU
                         ///< instead of others; −1: no batch
};

}  // namespace cv2x
