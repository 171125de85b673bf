#pragma once

#include <span>

namespace cv2x {

/// Whether a run looks as if it had not been in its steady state at the beginning, from the means of equally
/// long blocks of time: true when the logarithms of the first 1/32, 1/16, 1/8 or 1/4 of them are on average
/// further from those of the second half than 1 in 100 steady runs would have it. Student's t, with the
/// variance from 16 batches of the second half, so that it holds the memory of what is measured (batch means:
/// Law, Simulation Modeling and Analysis, 5th ed., 9.5.3); the four tests share the 1 % (Bonferroni).
/// Logarithms, for block means of a queue are skewed. False with fewer than 64 blocks, or a mean that is not
/// above 0.
///
/// MSER (White, Simulation 69 (1997) 323) was tried in its place, and left: it chooses where to cut, and
/// tells neither a short strong transient nor a beginning with less spread than the rest
/// (docs/statistics.md).
bool looks_transient(std::span<const double> means);

}  // namespace cv2x
