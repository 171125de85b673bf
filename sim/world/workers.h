#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace cv2x {

/// Threads that do the same job on parts 0 … n − 1 of something; the caller's thread does part 0. Which
/// thread does a part decides nothing, so neither do the threads' number and speed.
class Workers {
 public:
  explicit Workers(int parts);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  int parts() const { return static_cast<int>(threads_.size()) + 1; }
  /// Calls job(part) for each part and returns when all are through. `job` must not throw.
  void run(const std::function<void(int)>& job);

 private:
  void serve(int part);

  std::vector<std::thread> threads_;
  const std::function<void(int)>* job_ = nullptr;
  std::atomic<std::uint32_t> round_{0};
  std::atomic<int> busy_{0};
  std::atomic<bool> stop_{false};
};

}  // namespace cv2x
