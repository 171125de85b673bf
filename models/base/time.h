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

/// `span` after `t`; kNever when that is later than an integer can say (also when one of them is kNever).
/// Both ≥ 0.
constexpr TimeNs later(TimeNs t, TimeNs span) { return span > kNever - t ? kNever : t + span; }

/// Nearest nanosecond to `seconds`, halves away from zero; ±kNever beyond ±292 years.
constexpr TimeNs from_seconds(double seconds) {
  const double ns = seconds * 1e9;
  if (ns >= static_cast<double>(kNever)) return kNever;
  if (ns <= -static_cast<double>(kNever)) return -kNever;
  const auto whole = static_cast<TimeNs>(ns);
  const double rest = ns - static_cast<double>(whole);
  return whole + (rest >= 0.5) - (rest <= -0.5);
}

/// Time to push `bytes` through `rate_bps` (bit/s), rounded up to the next nanosecond; 0 when the rate is
/// infinite, kNever beyond 292 years.
constexpr TimeNs serialisation_ns(std::int64_t bytes, double rate_bps) {
  if (rate_bps >= std::numeric_limits<double>::max()) return 0;
  const double ns = static_cast<double>(bytes) * 8e9 / rate_bps;
  if (ns >= static_cast<double>(kNever)) return kNever;
  const auto whole = static_cast<TimeNs>(ns);
  return whole + (static_cast<double>(whole) < ns ? 1 : 0);
}

}  // namespace cv2x
