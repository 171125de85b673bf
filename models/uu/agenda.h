#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>
#include <utility>
#include <vector>

namespace cv2x::uu {

/// What is to be done in which slot: a ring of slots that grows to the farthest one ever asked for, with one
/// bit a slot so that the next one with work is found at once. `Work` is default-constructible and has
/// clear(), which keeps its memory.
template <class Work>
class Agenda {
 public:
  static constexpr std::int64_t kNone = -1;

  Agenda() : Agenda(64) {}

  /// Nothing is left before `slot`, and nothing will be entered there.
  void forward(std::int64_t slot) {
    assert(next() == kNone || next() >= slot);
    base_ = std::max(base_, slot);
  }

  /// The work of a slot, to add to; valid until the next call.
  Work& at(std::int64_t slot) {
    assert(slot >= base_);
    while (slot - base_ >= size()) grow();
    busy_[word(slot)] |= bit(slot);
    return ring_[place(slot)];
  }

  /// The first slot with work, or kNone.
  std::int64_t next() const {
    std::int64_t slot = base_;
    for (const std::int64_t end = base_ + size(); slot < end;) {
      const std::uint64_t left = busy_[word(slot)] >> (slot & 63);
      if (left != 0) {
        const std::int64_t found = slot + std::countr_zero(left);
        return found < end ? found : kNone;
      }
      slot = (slot | 63) + 1;
    }
    return kNone;
  }

  /// Moves the work of `slot` to `out` (cleared before, its memory handed back).
  void take(std::int64_t slot, Work& out) {
    out.clear();
    if (slot < base_ || slot - base_ >= size() || (busy_[word(slot)] & bit(slot)) == 0) return;
    std::swap(out, ring_[place(slot)]);
    busy_[word(slot)] &= ~bit(slot);
  }

 private:
  std::int64_t size() const { return static_cast<std::int64_t>(ring_.size()); }
  std::size_t place(std::int64_t slot) const { return static_cast<std::size_t>(slot & (size() - 1)); }
  std::size_t word(std::int64_t slot) const { return place(slot) / 64; }
  static std::uint64_t bit(std::int64_t slot) { return std::uint64_t{1} << (slot & 63); }

  void grow() {
    Agenda bigger(ring_.size() * 2);
    bigger.base_ = base_;
    for (std::int64_t slot = base_; slot < base_ + size(); ++slot) {
      if ((busy_[word(slot)] & bit(slot)) != 0) std::swap(bigger.at(slot), ring_[place(slot)]);
    }
    *this = std::move(bigger);
  }

  explicit Agenda(std::size_t slots) : ring_(slots), busy_(slots / 64) {}

  std::int64_t base_ = 0;
  std::vector<Work> ring_;           // a power of two, at least 64
  std::vector<std::uint64_t> busy_;  // a bit a place
};

}  // namespace cv2x::uu
