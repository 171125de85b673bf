#pragma once

#include <ns3/event-impl.h>
#include <ns3/nstime.h>
#include <ns3/simulator-impl.h>
#include <ns3/simulator.h>

#include <cassert>
#include <cstddef>
#include <tuple>
#include <utility>

#include "models/base/time.h"

namespace cv2x {

namespace clock_detail {

/// Time of the event of ours that is being executed; −1: none is. Asking ns-3 takes two calls through
/// pointers, dozens of times an event.
inline TimeNs current_ns = -1;

/// An event that calls object->method(args…). Its memory is used again: tasks and messages come and go.
template <class Method, class Object, class... Args>
class Call final : public ns3::EventImpl {
 public:
  Call(TimeNs when, Method method, Object object, Args... args)
      : when_(when), method_(method), object_(object), args_(args...) {}

  static void* operator new(std::size_t bytes) {
    if (!free_) return ::operator new(bytes);
    return std::exchange(free_, free_->next);
  }
  static void operator delete(void* memory) { free_ = new (memory) Free{free_}; }

 private:
  struct Free {
    Free* next;
  };
  struct Inside {
    explicit Inside(TimeNs when) { current_ns = when; }
    ~Inside() { current_ns = -1; }
  };
  void Notify() override {
    const Inside inside(when_);
    std::apply([this](auto&... args) { (object_->*method_)(args...); }, args_);
  }

  static inline Free* free_ = nullptr;  // one thread has events
  TimeNs when_;
  Method method_;
  Object object_;
  std::tuple<Args...> args_;
};

}  // namespace clock_detail

/// ns-3's clock in our integers. ns-3's resolution is left at its default, one nanosecond.
inline TimeNs now_ns() {
  return clock_detail::current_ns >= 0 ? clock_detail::current_ns : ns3::Simulator::Now().GetTimeStep();
}

/// Calls object->method(args…) at `when` (not before now).
template <class Method, class Object, class... Args>
void schedule_at(TimeNs when, Method method, Object object, Args... args) {
  assert(when >= now_ns());
  // What Simulator::Schedule does, less the handle of the event, which nobody wants.
  ns3::Simulator::GetImplementation()->ScheduleWithContext(
      ns3::Simulator::NO_CONTEXT, ns3::TimeStep(static_cast<std::uint64_t>(when - now_ns())),
      new clock_detail::Call<Method, Object, Args...>(when, method, object, args...));
}

/// Keeps one pending event of a machine that wants to be called at `next`: schedules a new one only when that
/// is earlier than the one pending. A call that comes too early (because the machine changed its mind) finds
/// nothing to do and asks again: cheaper than removing events from ns-3's queue, which is linear.
class WakeUp {
 public:
  template <class Method, class Object, class... Args>
  void at(TimeNs next, Method method, Object object, Args... args) {
    if (next >= pending_) return;
    pending_ = next;
    schedule_at(next, method, object, args...);
  }
  /// First thing in the called method. False: superseded by an earlier call that has been there at the same
  /// time.
  bool fired() {
    if (now_ns() != pending_) return false;
    pending_ = kNever;
    return true;
  }

 private:
  TimeNs pending_ = kNever;
};

}  // namespace cv2x
