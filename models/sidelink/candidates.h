#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/sidelink/kernel.h"

namespace cv2x::sidelink {

/// A single-slot resource: `subchannel` is its first one.
struct Resource {
  std::int64_t slot = -1;
  std::int32_t subchannel = 0;
  bool operator==(const Resource&) const = default;
};

/// The candidate resources of a selection window and what excludes them: steps 1 to 7 of TS 38.214 V17 §8.1.4
/// (which TS 36.213 §14.1.1.6 shares). Told what was sensed, it says which resources are left. Reused from
/// one selection to the next, so that nothing is allocated.
class Candidates {
 public:
  /// Step 1: all resources of `length` contiguous sub-channels in slots first … last.
  void begin(std::int64_t first, std::int64_t last, int subchannels, int length);

  /// Step 5: the UE may have missed a reservation of this slot, since it was sending itself.
  void block(std::int64_t slot);
  /// Step 6 a and c: a sub-channel of a slot is reserved by somebody who was received with this power code.
  void reserve(std::int64_t slot, int subchannel, std::uint8_t code) {
    if (slot < first_ || slot > last_) return;
    std::uint8_t* row = power_.data() + (slot - first_) * places_;
    const int low = std::max(0, subchannel - length_ + 1), high = std::min(places_ - 1, subchannel);
    for (int place = low; place <= high; ++place) row[place] = std::max(row[place], code);
  }

  /// Steps 5a to 7: the threshold (a code: powers above it exclude) rises by 3 dB (8 codes) until at least
  /// `share` of the resources are left. Blocked slots do not count where they alone would leave too few.
  /// Returns how many are left, which is never 0.
  int exclude(std::uint8_t threshold, double share);

  /// After exclude(): whether a resource is left.
  bool left(const Resource& resource) const;
  /// The i-th that is left, 0 … exclude() − 1, in order of slot and sub-channel.
  Resource pick(int i) const;
  /// LTE steps 8 and 9: keeps the `share` of all resources with the lowest of these averages; `average` has a
  /// value for each slot and sub-channel [any unit]. `salt` (random) decides between equal ones. Returns how
  /// many are left.
  int rank(std::span<const float> average, double share, std::uint32_t salt);

  int total() const { return static_cast<int>(power_.size()); }
  std::uint8_t raised_to() const { return raised_to_; }
  std::int64_t first() const { return first_; }
  std::int64_t last() const { return last_; }
  int places() const { return places_; }

 private:
  std::int64_t first_ = 0, last_ = -1;
  int subchannels_ = 1, length_ = 1, places_ = 1;  // places: first sub-channels of a resource
  std::vector<std::uint8_t> power_;                // of the strongest reservation of each resource
  std::vector<std::uint8_t> blocked_;              // by slot
  std::vector<std::int32_t> left_;                 // indices into power_, ascending
  std::vector<float> ranked_;
  std::uint8_t raised_to_ = 0;
  bool any_blocked_ = false;
};

}  // namespace cv2x::sidelink
