#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/describe.h"
#include "models/base/random.h"

namespace cv2x {

enum class FailureKind : std::uint8_t { kNone, kGiven, kRandom };
inline constexpr std::array<std::string_view, 3> kFailureKindNames = {"none", "given", "random"};

/// What becomes of the tasks at a host that fails.
enum class FailedTasks : std::uint8_t { kLost, kRetried };
inline constexpr std::array<std::string_view, 2> kFailedTasksNames = {"lost", "retried"};

struct OutageParams {
  std::string name;
  TimeNs from_ns = 0;
  TimeNs duration_ns = kSecond;
};

struct FailureParams {
  FailureKind kind = FailureKind::kNone;
  std::vector<OutageParams> outages;
  TimeNs mtbf_ns = 3600 * kSecond;
  TimeNs mttr_ns = 60 * kSecond;
  FailedTasks tasks = FailedTasks::kLost;
};

inline void describe(Visitor& v, OutageParams& p) {
  v.duration({"from", "when the host fails", true}, p.from_ns, kNotNegative);
  v.duration({"duration", "until it is repaired", true}, p.duration_ns, kPositive);
}

inline void describe(Visitor& v, FailureParams& p) {
  v.variant(
      {"kind",
       "none; given: the outages below; random: exponential times between a repair and the next failure, "
       "and from a failure to its repair"},
      p.kind, kFailureKindNames, [&](FailureKind kind) {
        if (kind == FailureKind::kNone) return;
        if (kind == FailureKind::kGiven) {
          v.entries({"outages", "when the host is down, by name; they may overlap"}, p.outages);
        } else {
          v.duration({"mtbf", "mean time from a repair to the next failure", true}, p.mtbf_ns, {1e6, 1e18});
          v.duration({"mttr", "mean time to repair", true}, p.mttr_ns, {1e6, 1e18});
        }
        v.choice({"tasks",
                  "lost: what is at the host, and what comes while it is down, is lost (host_failed); "
                  "retried: it waits for the repair and is then done anew"},
                 p.tasks, kFailedTasksNames);
      });
}

/// When a host is down: an alternating renewal process, or given times. Sans-IO.
class Outages {
 public:
  /// `host_key`: hash of the host's name. It is up at first, until next_ns().
  Outages(const FailureParams& params, const Seed& seed, std::uint64_t host_key);

  bool up() const { return up_; }
  /// When it fails (up) or has been repaired (down); kNever: it stays as it is.
  TimeNs next_ns() const { return next_ns_; }
  /// Goes on to that time.
  void pop();

 private:
  void plan();

  FailureKind kind_;
  double mtbf_ns_, mttr_ns_;
  Stream stream_;
  std::vector<TimeNs> changes_;  // of given outages: fails, is repaired, fails, …
  std::size_t at_ = 0;
  bool up_ = true;
  TimeNs next_ns_ = 0;
};

}  // namespace cv2x
