#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "models/mobility/params.h"
#include "models/mobility/trace.h"

namespace cv2x {

/// Vehicles "row-0", "row-1", … that stand in rows, `spacing_m` apart eastwards from (x_m, y_m), the first
/// row full before the next, which is `row_spacing_m` north of it. One step, at time 0: they stay.
class RowSource final : public TraceSource {
 public:
  explicit RowSource(const MobilityParams& params)
      : vehicles_(static_cast<std::uint32_t>(params.static_vehicles)),
        x_m_(params.x_m),
        y_m_(params.y_m),
        spacing_m_(params.spacing_m),
        row_spacing_m_(params.row_spacing_m),
        in_row_(std::max<std::uint32_t>(1, (vehicles_ + static_cast<std::uint32_t>(params.rows) - 1) /
                                               static_cast<std::uint32_t>(params.rows))) {}

  bool next(TraceStep& step) override {
    step = {};
    for (std::uint32_t slot = 0; slot < vehicles_ && !given_; ++slot) {
      step.entered.push_back({slot, "row-" + std::to_string(slot), {}});
      step.samples.push_back(
          {slot, x_m_ + spacing_m_ * (slot % in_row_), y_m_ + row_spacing_m_ * (slot / in_row_), 0, 0});
    }
    return !std::exchange(given_, true);
  }

 private:
  std::uint32_t vehicles_;
  double x_m_, y_m_, spacing_m_, row_spacing_m_;
  std::uint32_t in_row_;
  bool given_ = false;
};

}  // namespace cv2x
