#pragma once

#include <cstdint>
#include <limits>

namespace cv2x {

/// Simulated time or a span of it, in integer nanoseconds.
using TimeNs = std::int64_t;

/// "Not before the end of time": the wake-up of an idle machine.
inline constexpr TimeNs kNever = std::numeric_limits<TimeNs>::max();

inline constexpr TimeNs kMicrosecond = 1'000;
inline constexpr TimeNs kMillisecond = 1'000'000;
inline constexpr TimeNs kSecond = 1'000'000'000;

/// Seconds, for laws whose formulas are in seconds and for people.
constexpr double to_seconds(TimeNs t) { return static_cast<double>(t) * 1e-9; }

/// Nearest nanosecond to `seconds`.
constexpr TimeNs from_seconds(double seconds) {
  return static_cast<TimeNs>(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5));
}

/// Time to push `bytes` through `rate_bps` (bit/s), rounded up to the next nanosecond; 0 when the rate is
/// infinite.
constexpr TimeNs serialisation_ns(std::int64_t bytes, double rate_bps) {
  if (rate_bps >= std::numeric_limits<double>::max()) return 0;
  const double ns = static_cast<double>(bytes) * 8e9 / rate_bps;
  const auto whole = static_cast<TimeNs>(ns);
  return whole + (static_cast<double>(whole) < ns ? 1 : 0);
}

}  // namespace cv2x
