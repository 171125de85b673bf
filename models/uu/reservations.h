#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <vector>

#include "models/uu/occasions.h"

namespace cv2x::uu {

/// The PRBs of one cell and direction that periodic grants hold: a grid of the starts of a hyperperiod and
/// the PRBs. Grants are put at the upper end of the carrier, so that what is below the lowest one is free for
/// dynamic scheduling.
class Reservations {
 public:
  /// `slots`: of the hyperperiod, a multiple of every grant's period and of the frame's.
  Reservations(const Occasions& starts, std::int64_t slots, int prbs)
      : starts_(&starts),
        count_(static_cast<std::size_t>(starts.number(tick_of(slots, 0)))),
        prbs_(static_cast<std::size_t>(prbs)),
        lowest_(count_, static_cast<std::uint16_t>(prbs)) {}

  /// PRBs below this are free at a start.
  int lowest(Tick start) const { return lowest_[place(start)]; }

  /// The highest run of `prbs` free PRBs at start, start + period, …; −1: none. `period` in starts.
  int find(Tick start, std::size_t period, int prbs) {
    if (taken_.empty()) taken_.assign(count_ * prbs_, 0);
    int run = 0;
    for (int prb = static_cast<int>(prbs_) - 1; prb >= 0; --prb) {
      run = free(start, period, prb) ? run + 1 : 0;
      if (run == prbs) return prb;
    }
    return -1;
  }

  void set(Tick start, std::size_t period, int first_prb, int prbs, bool taken) {
    for (std::size_t at = place(start) % period; at < count_; at += period) {
      std::uint8_t* row = taken_.data() + at * prbs_;
      std::fill_n(row + first_prb, prbs, static_cast<std::uint8_t>(taken));
      lowest_[at] = static_cast<std::uint16_t>(std::find(row, row + prbs_, 1) - row);
    }
  }

 private:
  bool free(Tick start, std::size_t period, int prb) const {
    for (std::size_t at = place(start) % period; at < count_; at += period) {
      if (taken_[at * prbs_ + static_cast<std::size_t>(prb)] != 0) return false;
    }
    return true;
  }
  std::size_t place(Tick start) const {
    assert(starts_->holds(start));
    return static_cast<std::size_t>(starts_->number(start)) % count_;
  }

  const Occasions* starts_;
  std::size_t count_, prbs_;
  std::vector<std::uint16_t> lowest_;
  std::vector<std::uint8_t> taken_;  // [start][PRB]; empty until the first grant
};

}  // namespace cv2x::uu
