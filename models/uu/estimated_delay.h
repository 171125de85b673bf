#pragma once

#include <cstdint>
#include <optional>

#include "models/base/time.h"

namespace cv2x::uu {

/// One direction of a network as EdgeCloudSim's vehicular sample models it: no queue is simulated; a transfer
/// takes the mean time in an M/M/1 queue, 1/(µ − λ), of *estimates* of the arrival rate λ = 1/T and of the
/// service rate µ = rate / (8·S), so all transfers between two updates take equally long, whatever their own
/// sizes. A delay that is negative or too long is a failure, which counts as load all the same.
///
/// An update takes T and S from the transfers since the last one (none: back to the last pair that gave a
/// valid delay). Once `settled`, a falling load is believed by a quarter only, T = (T_new + 3·T)/4, and a
/// rising one at once, so the estimate stays above the mean load and transfers fail well below saturation:
/// an artefact, kept because it makes that simulator's results.
///
/// Source: CagataySonmez/EdgeCloudSim, commit 0c82e35, sample_app5, VehicularNetworkModel (GPL-3.0), written
/// anew from a description of its formulas.
class EstimatedDelay {
 public:
  /// `gap_s`, `bytes`: T and S at the start. `longest_s`: the longest valid delay.
  EstimatedDelay(double rate_bps, double gap_s, double bytes, double longest_s);

  /// Of a transfer that begins now; nothing when the estimate is not valid. The transfer counts.
  std::optional<TimeNs> send(std::int64_t bytes);
  /// The same without a transfer.
  std::optional<TimeNs> estimate() const;
  /// `interval_s` after the last update. `others`: transfers that nobody sends one by one (their number in
  /// the interval and their bytes), counted only when there are others.
  void update(double interval_s, bool settled, double others = 0, double others_bytes = 0);

 private:
  double rate_bps_, longest_s_;
  double gap_s_, bytes_;              // T, S
  double valid_gap_s_, valid_bytes_;  // the last pair that gave a valid delay
  std::int64_t count_ = 0;
  double sum_bytes_ = 0;
};

}  // namespace cv2x::uu
