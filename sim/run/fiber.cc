#include "sim/run/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cassert>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define CV2X_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CV2X_ASAN 1
#endif
#endif

#ifdef CV2X_ASAN
extern "C" {  // <sanitizer/common_interface_defs.h>
void __sanitizer_start_switch_fiber(void** fake_stack_save, const void* bottom, std::size_t size);
void __sanitizer_finish_switch_fiber(void* fake_stack_save, const void** bottom_old, std::size_t* size_old);
}
#endif

namespace cv2x {

struct Fiber::Stack {
  static constexpr std::size_t kBytes = 8u << 20u;

  Stack() : guard(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    memory = mmap(nullptr, kBytes + guard, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    mprotect(memory, guard, PROT_NONE);  // it grows downwards
  }
  ~Stack() { munmap(memory, kBytes + guard); }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  void* bottom() const { return static_cast<std::byte*>(memory) + guard; }

  std::size_t guard;
  void* memory;
};

Fiber::Fiber(std::function<void()> body) : body_(std::move(body)), stack_(std::make_unique<Stack>()) {
  getcontext(&inside_);
  inside_.uc_stack.ss_sp = stack_->bottom();
  inside_.uc_stack.ss_size = Stack::kBytes;
  inside_.uc_link = nullptr;  // run() goes back by itself
  const auto self = reinterpret_cast<std::uintptr_t>(this);
  // makecontext hands over integers: the pointer in two of them.
  makecontext(&inside_, reinterpret_cast<void (*)()>(&Fiber::enter), 2, static_cast<unsigned>(self >> 32u),
              static_cast<unsigned>(self));
}

Fiber::~Fiber() { assert(!begun_ || done_); }

void Fiber::enter(unsigned high, unsigned low) {
  reinterpret_cast<Fiber*>(std::uintptr_t{high} << 32u | low)->run();
}

void Fiber::run() {
#ifdef CV2X_ASAN
  __sanitizer_finish_switch_fiber(nullptr, &outer_stack_, &outer_size_);
#endif
  try {
    body_();
  } catch (...) {
    thrown_ = std::current_exception();
  }
  done_ = true;
  swap(inside_, outside_, true);
}

void Fiber::swap(ucontext_t& from, ucontext_t& to, [[maybe_unused]] bool last) {
  Caught mine;
  void* const of_runtime = abi::__cxa_get_globals();
  std::memcpy(mine.data(), of_runtime, mine.size());
  std::memcpy(of_runtime, caught_.data(), mine.size());
  caught_ = mine;
#ifdef CV2X_ASAN
  const bool inwards = &to == &inside_;
  void** const fake = inwards ? &fake_outside_ : &fake_inside_;
  __sanitizer_start_switch_fiber(last ? nullptr : fake, inwards ? stack_->bottom() : outer_stack_,
                                 inwards ? Stack::kBytes : outer_size_);
#endif
  swapcontext(&from, &to);
#ifdef CV2X_ASAN
  __sanitizer_finish_switch_fiber(*fake, inwards ? nullptr : &outer_stack_, inwards ? nullptr : &outer_size_);
#endif
}

void Fiber::resume() {
  assert(!done_ && !running_);
  begun_ = running_ = true;
  swap(outside_, inside_);
  running_ = false;
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void Fiber::pause() {
  assert(running_);
  swap(inside_, outside_);
}

}  // namespace cv2x
