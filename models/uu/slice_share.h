#pragma once

#include <algorithm>
#include <span>

#include "models/uu/slice_params.h"

namespace cv2x::uu {

/// A slice's share of the PRBs of one direction: RRMPolicyRatio of TS 28.541 §4.3.36 in whole PRBs.
struct SliceShare {
  int dedicated = 0, minimum = 0, maximum = 0;
  std::int64_t priority = 0;

  /// PRBs that periodic grants leave for dynamic ones at one start at least, so that what is lost or comes in
  /// between is sent at all.
  int kept_dynamic() const { return std::clamp(maximum / 2, 1, 8); }

  /// Of `prbs` PRBs; minimum and dedicated are rounded down, so that the minima of all slices fit.
  static SliceShare of(const RrmPolicyParams& policy, std::int64_t priority, int prbs);
};

/// Divides what is free among slices: `wanted[i]`, `used[i]`: PRBs that slice i wants now and has got before
/// of the same symbols; `allowed[i]`: what it may take now. First everybody gets what it wants up to its
/// minimum. What is left over, less the dedicated PRBs that are not used, goes to those who want more, up to
/// their maximum, by priority, and among equals max-min fairly; so what was lent is taken back as soon as its
/// owner wants it. `more_follow`: the same symbols will be divided again, so minima that are not used are not
/// lent either.
void share_prbs(std::span<const SliceShare> shares, std::span<const int> wanted, std::span<const int> used,
                int free, bool more_follow, std::span<int> allowed);

}  // namespace cv2x::uu
