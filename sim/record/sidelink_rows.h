#pragma once

#include <cstdint>

#include "models/base/time.h"

namespace cv2x {

// What the sidelink yields, a struct a table (columns in sidelink_columns.h).

/// What became of the counted packets of a service at the receivers in one distance bin.
struct SidelinkReceptionRow {
  std::uint16_t service = 0;
  float from_m = 0, to_m = 0;
  std::uint64_t received = 0, half_duplex = 0, sensitivity = 0, propagation = 0, collision = 0;
  std::uint64_t gaps = 0;  ///< between two receptions of a pair
  double gap_mean_ns = 0;  ///< NaN: none, or not measured at this distance
  double age_mean_ns = 0;  ///< over time, between receptions; NaN as gap_mean_ns
};

/// A bucket of the gaps between receptions.
struct SidelinkGapRow {
  std::uint16_t service = 0;
  float from_m = 0, to_m = 0;
  TimeNs lower_ns = 0, upper_ns = 0;  ///< upper exclusive
  std::uint64_t count = 0;
};

/// The sidelink over time.
struct SidelinkLoadRow {
  TimeNs time_ns = 0;  ///< end of an interval of 100 ms
  std::uint32_t vehicles = 0, packets = 0;
  float cbr_mean = 0, cbr_p50 = 0, cbr_p95 = 0;
};

/// Channel busy ratios of the counted time: vehicles and intervals of 100 ms.
struct SidelinkCbrRow {
  float from = 0, to = 0;
  std::uint64_t count = 0;
};

/// Totals of a service.
struct SidelinkTotalRow {
  std::uint16_t service = 0;
  std::uint64_t packets = 0;   ///< sent
  std::uint64_t given_up = 0;  ///< not sent before the next one came
};

}  // namespace cv2x
