#pragma once

#include <ostream>
#include <vector>

#include "models/compute/server.h"

namespace cv2x {

inline bool operator==(const Slice& a, const Slice& b) {
  return a.ref == b.ref && a.start_ns == b.start_ns && a.end_ns == b.end_ns && a.tag == b.tag &&
         a.ready_ns == b.ready_ns;
}
inline void PrintTo(const Slice& s, std::ostream* out) {
  *out << "{" << s.ref << ": " << s.start_ns << "–" << s.end_ns << "}";
}

/// What advance() and interrupted() tell, to keep.
template <class Machine>
std::vector<Slice> advance(Machine& machine, TimeNs now) {
  const auto done = machine.advance(now);
  return {done.begin(), done.end()};
}
template <class Machine>
std::vector<Slice> interrupted(const Machine& machine) {
  const auto stopped = machine.interrupted();
  return {stopped.begin(), stopped.end()};
}

}  // namespace cv2x
