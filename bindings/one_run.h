#pragma once

#include <atomic>
#include <stdexcept>

namespace cv2x::bindings {

/// ns-3's state is global, so a process runs one simulation at a time.
class OneRun {
 public:
  OneRun() {
    if (going_on_.exchange(true))
      throw std::runtime_error(
          "a run (or the episode of an environment) is going on in this process already, and the simulator "
          "has room for one; use processes for parallel runs");
  }
  ~OneRun() { going_on_ = false; }
  OneRun(const OneRun&) = delete;
  OneRun& operator=(const OneRun&) = delete;

 private:
  static inline std::atomic<bool> going_on_ = false;
};

}  // namespace cv2x::bindings
