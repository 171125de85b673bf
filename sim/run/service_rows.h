#pragma once

#include <cstdint>
#include <string>

#include "models/measure/service_stats.h"
#include "sim/record/recorder.h"

namespace cv2x {

/// What the table `summary` says of a service.
ServiceSummaryRow summary_row(std::uint16_t service, const ServiceStats& stats);

/// For the user, of one whose row says warm_up_short.
std::string warm_up_warning(const std::string& service);

/// Writes what a service's latencies were: the tables `histograms` and `latency_cells`.
void record_latencies(Recorder& recorder, std::uint16_t service, const ServiceStats& stats);

}  // namespace cv2x
