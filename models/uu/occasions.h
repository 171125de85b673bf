#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "models/base/time.h"
#include "models/radio/numerology.h"

namespace cv2x::uu {

/// A symbol, counted from time 0: slot · 14 + symbol in the slot.
using Tick = std::int64_t;
inline constexpr Tick kNoTick = -1;

constexpr Tick tick_of(std::int64_t slot, int symbol) { return slot * radio::kSymbolsPerSlot + symbol; }
constexpr std::int64_t slot_of(Tick tick) { return tick / radio::kSymbolsPerSlot; }
constexpr int symbol_of(Tick tick) { return static_cast<int>(tick % radio::kSymbolsPerSlot); }

/// A set of symbols that repeats with a period.
class Occasions {
 public:
  Occasions() = default;
  /// `in[i]`: whether symbol i of the period belongs to it. None at all: next() must not be called.
  explicit Occasions(const std::vector<bool>& in) : wait_(in.size()), number_(in.size()) {
    for (std::size_t i = 0; i < in.size(); ++i) {
      number_[i] = count_;
      if (in[i]) ++count_;
    }
    std::int32_t wait = 0;
    for (std::size_t i = 2 * in.size(); i-- > 0 && count_ > 0;) {
      const std::size_t k = i % in.size();
      wait_[k] = wait = in[k] ? 0 : wait + 1;
    }
  }

  bool empty() const { return count_ == 0; }
  /// How many a period holds.
  int count() const { return count_; }
  /// The first one at or after `at` (≥ 0).
  Tick next(Tick at) const { return at + wait_[place(at)]; }
  bool holds(Tick at) const { return wait_[place(at)] == 0; }
  /// Counts the occasions from time 0: that of the first one at or after `at`.
  std::int64_t number(Tick at) const {
    return at / static_cast<Tick>(wait_.size()) * count_ + number_[place(at)];
  }

 private:
  std::size_t place(Tick at) const {
    assert(at >= 0 && count_ > 0);
    return static_cast<std::size_t>(at % static_cast<Tick>(wait_.size()));
  }

  int count_ = 0;
  std::vector<std::int32_t> wait_;  // symbols until the next one
  std::vector<std::int32_t> number_;
};

}  // namespace cv2x::uu
