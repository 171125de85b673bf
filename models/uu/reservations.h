#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "models/uu/occasions.h"
#include "models/uu/slice_share.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// The PRBs of one cell and direction that periodic grants hold: a grid of the starts of a hyperperiod and
/// the PRBs. Grants are put at the upper end of the carrier, so that what is below the lowest one is free for
/// dynamic scheduling. What is reserved cannot be given back within a slot, so a slice reserves no more than
/// its maximum, nor what the minima of the others need.
class Reservations {
 public:
  /// `slots`: of the hyperperiod, a multiple of every grant's period and of the frame's. `shares`: of the
  /// slices.
  Reservations(const Occasions& starts, std::int64_t slots, int prbs, std::span<const SliceShare> shares)
      : starts_(&starts),
        count_(static_cast<std::size_t>(starts.number(tick_of(slots, 0)))),
        prbs_(static_cast<std::size_t>(prbs)),
        shares_(shares.begin(), shares.end()),
        lowest_(count_, static_cast<std::uint16_t>(prbs)),
        held_(count_ * shares.size(), 0) {}

  /// PRBs below this are free at a start.
  int lowest(Tick start) const { return lowest_[place(start)]; }
  /// How many a slice has reserved at a start.
  int held(Tick start, SliceId slice) const { return held_[place(start) * shares_.size() + slice]; }

  /// The highest run of `prbs` PRBs that are free, and that the slice may have, at start, start + period, …;
  /// −1: none. `period` in starts.
  int find(Tick start, std::size_t period, int prbs, SliceId slice) {
    if (taken_.empty()) taken_.assign(count_ * prbs_, 0);
    for (std::size_t at = place(start) % period; at < count_; at += period) {
      if (!allowed(at, prbs, slice)) return -1;
    }
    int run = 0;
    for (int prb = static_cast<int>(prbs_) - 1; prb >= 0; --prb) {
      run = free(start, period, prb) ? run + 1 : 0;
      if (run == prbs) return leaves_some(place(start) % period, period, prbs, slice) ? prb : -1;
    }
    return -1;
  }

  /// The topmost `prbs` PRBs are nobody's at the starts in the first `length` symbols of each `period`.
  void block(int prbs, Tick period, Tick length) {
    if (taken_.empty()) taken_.assign(count_ * prbs_, 0);
    Tick at = starts_->next(0);
    for (std::size_t i = 0; i < count_; ++i, at = starts_->next(at + 1)) {
      if (at % period >= length) continue;
      std::fill_n(taken_.begin() + static_cast<std::ptrdiff_t>((i + 1) * prbs_) - prbs, prbs,
                  std::uint8_t{1});
      lowest_[i] = static_cast<std::uint16_t>(prbs_ - static_cast<std::size_t>(prbs));
    }
  }

  void set(Tick start, std::size_t period, int first_prb, int prbs, SliceId slice, bool taken) {
    for (std::size_t at = place(start) % period; at < count_; at += period) {
      std::uint8_t* row = taken_.data() + at * prbs_;
      std::fill_n(row + first_prb, prbs, static_cast<std::uint8_t>(taken));
      lowest_[at] = static_cast<std::uint16_t>(std::find(row, row + prbs_, 1) - row);
      std::uint16_t& held = held_[at * shares_.size() + slice];
      held = static_cast<std::uint16_t>(held + (taken ? prbs : -prbs));
    }
  }

 private:
  bool free(Tick start, std::size_t period, int prb) const {
    for (std::size_t at = place(start) % period; at < count_; at += period) {
      if (taken_[at * prbs_ + static_cast<std::size_t>(prb)] != 0) return false;
    }
    return true;
  }
  bool allowed(std::size_t at, int prbs, SliceId slice) const {
    const std::uint16_t* held = held_.data() + at * shares_.size();
    if (held[slice] + prbs > shares_[slice].maximum) return false;
    if (held[slice] + prbs <= shares_[slice].minimum) return true;
    int all = held[slice] + prbs;
    for (std::size_t s = 0; s < shares_.size(); ++s) {
      if (s != slice) all += std::max<int>(held[s], shares_[s].minimum);
    }
    return all <= static_cast<int>(prbs_);
  }
  /// Whether there is a start at which the slice can still send by dynamic grants.
  bool leaves_some(std::size_t first, std::size_t period, int prbs, SliceId slice) const {
    for (std::size_t at = 0; at < count_; ++at) {
      const std::uint16_t* held = held_.data() + at * shares_.size();
      int mine = held[slice], all = std::accumulate(held, held + shares_.size(), 0);
      if (at % period == first) {
        mine += prbs;
        all += prbs;
      }
      const int kept = shares_[slice].kept_dynamic();
      if (mine + kept <= shares_[slice].maximum && all + kept <= static_cast<int>(prbs_)) return true;
    }
    return false;
  }
  std::size_t place(Tick start) const {
    assert(starts_->holds(start));
    return static_cast<std::size_t>(starts_->number(start)) % count_;
  }

  const Occasions* starts_;
  std::size_t count_, prbs_;
  std::vector<SliceShare> shares_;
  std::vector<std::uint16_t> lowest_;
  std::vector<std::uint16_t> held_;  // [start][slice]
  std::vector<std::uint8_t> taken_;  // [start][PRB]; empty until the first grant
};

}  // namespace cv2x::uu
