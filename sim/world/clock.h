#pragma once

#include <ns3/nstime.h>
#include <ns3/simulator.h>

#include <cassert>
#include <utility>

#include "models/base/time.h"

namespace cv2x {

/// ns-3's clock in our integers. ns-3's resolution is left at its default, one nanosecond.
inline TimeNs now_ns() { return ns3::Simulator::Now().GetTimeStep(); }

/// Calls object->method(args…) at `when` (not before now).
template <class Method, class Object, class... Args>
ns3::EventId schedule_at(TimeNs when, Method method, Object object, Args... args) {
  assert(when >= now_ns());
  return ns3::Simulator::Schedule(ns3::TimeStep(static_cast<std::uint64_t>(when - now_ns())), method, object,
                                  args...);
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
