#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/base/stage.h"
#include "models/measure/blame.h"

namespace cv2x {

/// What a meter is told of a message, copy or task that has ended.
struct EndedMessage {
  std::uint16_t service = 0;
  Outcome outcome = Outcome::kUnfinished;
  bool counted = false;
  std::uint32_t vehicle = 0;      ///< number in the order of entering
  std::uint64_t vehicle_key = 0;  ///< hash_name of its name
  float x_m = 0, y_m = 0;         ///< of the sender, when it was created
  TimeNs created_ns = 0, end_ns = 0;
};

/// A stretch of time during which the age of what is known of a vehicle grew steadily: from a delivery to the
/// next one that brings something newer.
struct AgeRamp {
  std::uint16_t service = 0;
  std::uint64_t vehicle_key = 0;
  float x_m = 0, y_m = 0;  ///< where the update whose age it is was created
  // Within the counted window:
  TimeNs from_ns = 0, to_ns = 0;
  TimeNs age_ns = 0;  ///< at from_ns
  /// What the age at its end consists of; `told` false: not known, for it goes on beyond the window, or the
  /// vehicle left while the next update was under way and none had been lost.
  CauseSums causes;
  bool told = false;
  std::array<std::uint64_t, static_cast<std::size_t>(Outcome::kCount)> lost{};  ///< updates, meanwhile
};

/// Age of information (Yates, Sun, Brown, Kaul, Modiano, Ulukus, "Age of Information: An Introduction and
/// Survey", IEEE JSAC 39 (2021) 1183, eq. 1): at time t, t − u(t), u(t) the creation of the newest update
/// that was delivered by t; older ones that arrive after it change nothing. Of each vehicle and service by
/// itself, from the creation of the first update (before it is there, the age counts from that: the age at
/// the start is 0, and an outage from the start is seen) until the vehicle leaves; within the counted window,
/// whenever the update was created. Of several under way before the first delivery the first is the oldest of
/// those that ended.
///
/// Memory: a few words for each vehicle present and service, a bit for each vehicle that left.
class AgeTracker {
 public:
  /// Ramps within [from_ns, until_ns) are handed to `sink`; their order is not defined.
  AgeTracker(TimeNs from_ns, TimeNs until_ns, std::vector<std::uint16_t> services,
             std::function<void(const AgeRamp&)> sink);

  /// In the order of their ends, all of them: also those that do not count. `stages` as in the result.
  void add(const EndedMessage& message, std::span<const StageEntry> stages);
  /// The vehicle has left at `now`; what is delivered at that very nanosecond, before or after this call,
  /// still is.
  void leave(std::uint32_t vehicle, TimeNs now);
  /// Everything has been told; the run ended at `end_ns`.
  void finish(TimeNs end_ns);

 private:
  struct Track {
    TimeNs newest_ns = 0;  ///< creation of the newest update delivered
    TimeNs since_ns = 0;   ///< when that was
    bool delivered = false;
    float x_m = 0, y_m = 0;
    std::uint64_t vehicle_key = 0;
    std::array<std::uint32_t, static_cast<std::size_t>(Outcome::kCount)> lost{};
    std::uint32_t lost_in_all = 0;
  };

  static std::uint64_t key_of(std::uint32_t vehicle, std::uint16_t service) {
    return std::uint64_t{vehicle} << 16 | service;
  }
  bool left(std::uint32_t vehicle) const { return vehicle < left_.size() && left_[vehicle]; }
  void close_leaving();
  void emit(std::uint16_t service, const Track& track, TimeNs until_ns, const EndedMessage* by,
            std::span<const StageEntry> stages) const;
  static void decompose(AgeRamp& ramp, const Track& track, const EndedMessage* by,
                        std::span<const StageEntry> stages);

  TimeNs from_ns_, until_ns_;
  std::vector<std::uint16_t> services_;
  std::function<void(const AgeRamp&)> sink_;
  std::unordered_map<std::uint64_t, Track> tracks_;
  std::vector<std::uint32_t> leaving_;  ///< vehicles, at leaving_ns_
  TimeNs leaving_ns_ = 0;
  std::vector<bool> left_;
};

}  // namespace cv2x
