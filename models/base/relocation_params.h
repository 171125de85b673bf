#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/base/describe.h"

namespace cv2x {

// What a service says of its relocation: described with the service, used by models/session.

enum class RelocationMode : std::uint8_t {
  kStay,      ///< at the first host for good
  kReattach,  ///< to the nearest host, without state
  kMigrate,   ///< to the nearest host, with the vehicle's context
};
inline constexpr std::array<std::string_view, 3> kRelocationModeNames = {"stay", "reattach", "migrate"};

enum class RelocationTarget : std::uint8_t {
  kWarm,  ///< a ready instance takes the vehicle over; without one, one is started
  kCold,  ///< an instance is started for it
};
inline constexpr std::array<std::string_view, 2> kRelocationTargetNames = {"warm", "cold"};

/// What becomes of tasks that are created while the service moves.
enum class Meanwhile : std::uint8_t { kWait, kSource, kLost };
inline constexpr std::array<std::string_view, 3> kMeanwhileNames = {"wait", "source", "lost"};

struct RelocationParams {
  RelocationMode mode = RelocationMode::kStay;
  std::int64_t context_bytes = 2'000'000;
  RelocationTarget target = RelocationTarget::kWarm;
  TimeNs classifier_ns = 100 * kMillisecond;
  TimeNs rediscovery_ns = 50 * kMillisecond;
  TimeNs steer_ns = 20 * kMillisecond;
  Meanwhile meanwhile = Meanwhile::kWait;
};

inline void describe(Visitor& v, RelocationParams& p) {
  v.variant(
      {"mode",
       "when the vehicle's serving site changes. stay: its service stays at the host of its first task; "
       "reattach: it goes to the host nearest to the site, without state; migrate: with the vehicle's "
       "context",
       true},
      p.mode, kRelocationModeNames, [&](RelocationMode mode) {
        if (mode == RelocationMode::kStay) return;
        if (mode == RelocationMode::kMigrate)
          v.bytes({"context", "of one vehicle, fetched from the old host over the backhaul"}, p.context_bytes,
                  {1, 1e12});
        v.choice({"target",
                  "warm: a ready instance at the new host takes over, if there is one; cold: an instance is "
                  "started for it (services with a container)"},
                 p.target, kRelocationTargetNames);
        v.duration({"classifier", "until the uplink classifier of the new path is inserted (TS 23.548 §6.3)"},
                   p.classifier_ns, {0, 6e10});
        v.duration({"rediscovery", "until the new host is found, at the same time (TS 23.558 §8.8)"},
                   p.rediscovery_ns, {0, 6e10});
        v.duration({"steer", "until the traffic goes to the new host, at the end"}, p.steer_ns, {0, 6e10});
        v.choice(
            {"meanwhile",
             "tasks created meanwhile. wait: for the new host (stage relocation); source: go to the old one; "
             "lost: end as `relocating`"},
            p.meanwhile, kMeanwhileNames);
      });
}

}  // namespace cv2x
