#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "models/sidelink/kernel.h"
#include "models/sidelink/roster.h"

namespace cv2x::sidelink {

/// What each vehicle has sensed: a byte (a power code) for each of the last `depth` slots and each
/// sub-channel. Tiles of kTile vehicles keep theirs together, so that the receivers of a transmission are
/// written in a row and a vehicle that chooses reads a few contiguous kilobytes.
class SensingMemory {
 public:
  SensingMemory(std::int64_t depth, int subchannels)
      : depth_(static_cast<std::size_t>(depth)), subchannels_(static_cast<std::size_t>(subchannels)) {}

  std::int64_t depth() const { return static_cast<std::int64_t>(depth_); }
  /// For so many places; what is new is kNothing.
  void resize(std::uint32_t places) { bytes_.resize(places * depth_ * subchannels_, kNothing); }

  /// The kTile codes of the vehicles of a tile.
  std::uint8_t* at(std::uint32_t tile, std::int64_t slot, int subchannel) {
    return bytes_.data() + offset(tile, slot) + static_cast<std::size_t>(subchannel) * kTile;
  }
  /// The codes of one vehicle in a slot: that of sub-channel s is at [s · kTile].
  const std::uint8_t* of(std::uint32_t place, std::int64_t slot) const {
    return bytes_.data() + offset(place / kTile, slot) + place % kTile;
  }
  std::uint8_t* of(std::uint32_t place, std::int64_t slot) {
    return bytes_.data() + offset(place / kTile, slot) + place % kTile;
  }
  /// Forgets what the slot's place in the ring held, for the tiles first … last − 1.
  void clear(std::uint32_t first_tile, std::uint32_t last_tile, std::int64_t slot) {
    for (std::uint32_t t = first_tile; t < last_tile; ++t)
      std::memset(bytes_.data() + offset(t, slot), kNothing, subchannels_ * kTile);
  }
  /// A vehicle that is new at a place remembers nothing.
  void forget(std::uint32_t place) {
    for (std::size_t i = 0; i < depth_ * subchannels_; ++i) bytes_[start(place) + i * kTile] = kNothing;
  }
  /// Vehicle of place before[i] is at place i now.
  void permute(std::span<const std::uint32_t> before) {
    std::vector<std::uint8_t> old(before.size() * depth_ * subchannels_, kNothing);
    std::swap(old, bytes_);
    for (std::uint32_t i = 0; i < before.size(); ++i) {
      if (before[i] == Roster::kNobody) continue;
      const std::size_t to = start(i), from = start(before[i]);
      for (std::size_t k = 0; k < depth_ * subchannels_; ++k) bytes_[to + k * kTile] = old[from + k * kTile];
    }
  }

 private:
  std::size_t offset(std::uint32_t tile, std::int64_t slot) const {
    return (tile * depth_ + static_cast<std::size_t>(slot) % depth_) * subchannels_ * kTile;
  }
  std::size_t start(std::uint32_t place) const {
    return place / kTile * depth_ * subchannels_ * kTile + place % kTile;
  }

  std::size_t depth_, subchannels_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace cv2x::sidelink
