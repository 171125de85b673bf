#pragma once

#include <string>
#include <vector>

#include "models/backhaul/bulk_params.h"
#include "models/compute/image_params.h"
#include "models/compute/params.h"
#include "models/measure/params.h"
#include "models/mobility/params.h"
#include "models/offload/params.h"
#include "models/sidelink/params.h"
#include "models/topology/params.h"
#include "models/uu/params.h"
#include "models/uu/slice_params.h"
#include "models/workload/params.h"

namespace cv2x {

struct SimulationParams {
  TimeNs duration_ns = 30 * kSecond;
  TimeNs warm_up_ns = 0;
  TimeNs drain_ns = 0;
  TimeNs overrun_ns = 10 * kSecond;
  std::int64_t seed = 1;
  std::int64_t replication = 0;
};

enum class RecordingMode : std::uint8_t { kFull, kSampled, kHistogram };
inline constexpr std::array<std::string_view, 3> kRecordingModeNames = {"full", "sampled", "histogram"};

struct RecordingParams {
  RecordingMode mode = RecordingMode::kFull;
  double fraction = 0.1;
  TimeNs flush_ns = 5 * kSecond;
  TimeNs vehicles_ns = kSecond;
  TimeNs load_ns = 100 * kMillisecond;
};

/// A whole scenario as the structs hold it: defaults filled in, units resolved, names checked.
struct Scenario {
  std::string title;
  SimulationParams simulation;
  MobilityParams mobility;
  std::vector<SiteParams> sites;
  std::vector<LinkParams> links;
  RadioParams radio;
  SidelinkParams sidelink;
  std::vector<SliceParams> slices;
  ComputeParams compute;
  std::vector<ImageParams> images;
  ContainersParams containers;
  BulkParams transfers;
  std::vector<ServiceParams> services;
  OffloadParams offloading;
  std::vector<AreaParams> areas;
  std::vector<BudgetParams> budgets;
  RecordingParams recording;
};

void describe(Visitor& v, SimulationParams& p);
void describe(Visitor& v, RecordingParams& p);
void describe(Visitor& v, Scenario& p);

}  // namespace cv2x
