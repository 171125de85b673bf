#include "sim/world/workers.h"

namespace cv2x {

namespace {
/// A slot's work takes tens of microseconds, as long as it takes to wake a thread up: so look for a while
/// first.
constexpr int kLooks = 4000;

template <class Done>
bool look(Done&& done) {
  for (int i = 0; i < kLooks; ++i) {
    if (done()) return true;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  return false;
}
}  // namespace

Workers::Workers(int parts) {
  for (int part = 1; part < parts; ++part) threads_.emplace_back([this, part] { serve(part); });
}

Workers::~Workers() {
  stop_ = true;
  ++round_;
  round_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Workers::run(const std::function<void(int)>& job) {
  if (threads_.empty()) {
    job(0);
    return;
  }
  job_ = &job;
  busy_.store(static_cast<int>(threads_.size()), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  job(0);
  while (!look([&] { return busy_.load(std::memory_order_acquire) == 0; })) std::this_thread::yield();
}

void Workers::serve(int part) {
  for (std::uint32_t seen = 0;;) {
    if (!look([&] { return round_.load(std::memory_order_acquire) != seen; })) round_.wait(seen);
    seen = round_.load(std::memory_order_acquire);
    if (stop_) return;
    (*job_)(part);
    busy_.fetch_sub(1, std::memory_order_release);
  }
}

}  // namespace cv2x
