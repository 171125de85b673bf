#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/describe.h"
#include "models/base/size_kind.h"

namespace cv2x {

/// Where a subtask may run.
enum class RunsOn : std::uint8_t { kAny, kVehicle, kEdge, kCloud, kHost };
inline constexpr std::array<std::string_view, 5> kRunsOnNames = {"any", "vehicle", "edge", "cloud", "host"};

/// What a subtask needs of another one, called `name`.
struct SubtaskInput {
  std::string name;
  std::int64_t bytes = 0;
};

/// A node of a task graph.
struct SubtaskParams {
  std::string name;
  double cycles = 0;
  SizeKind cycles_kind = SizeKind::kFixed;
  RunsOn runs_on = RunsOn::kAny;
  std::string host;
  std::vector<SubtaskInput> inputs;  ///< none: it works on the input of the service
};

/// More would be a mistake, and make rows that a result has no room for.
inline constexpr std::size_t kMostSubtasks = 64;

/// A stage of a perception pipeline.
struct PipelineStageParams {
  double cycles = 0;
  SizeKind cycles_kind = SizeKind::kFixed;
  RunsOn runs_on = RunsOn::kAny;
  std::string host;
  std::int64_t bytes = 0;  ///< that it hands on to the next one
};

/// A camera frame → detect → fuse → warn.
struct PipelineParams {
  PipelineStageParams detect;  ///< objects in the frame
  PipelineStageParams fuse;    ///< these with what is known already of the surroundings
  PipelineStageParams warn;    ///< of what matters to the vehicle, which gets the result
};

/// Cycles and place, which subtasks and stages have in common.
template <class Params>
void describe_computing(Visitor& v, Params& p) {
  v.quantity({"cycles", "mean CPU cycles", p.cycles == 0}, p.cycles, Dimension::kCycles, kNotNegative);
  v.choice({"cycles_distribution", "of the CPU cycles (as input_distribution of the service)"}, p.cycles_kind,
           kSizeKindNames);
  v.variant({"runs_on",
             "any: wherever the offloading policy puts it; vehicle: on the vehicle's own processor; edge: a "
             "host that is at no cloud, which one says the policy; cloud: one that is at a cloud; host: a "
             "host by name. A policy that answers a place where it may not run is overruled: it runs at the "
             "nearest of its hosts by delay"},
            p.runs_on, kRunsOnNames, [&](RunsOn kind) {
              if (kind == RunsOn::kHost) v.reference({"host", "that runs it", true}, p.host, "compute.hosts");
            });
}

inline void describe(Visitor& v, SubtaskInput& p) {
  v.bytes({"bytes", "that it has for this subtask", true}, p.bytes, {1, 1e9});
}

inline void describe(Visitor& v, SubtaskParams& p) {
  describe_computing(v, p);
  v.entries({"inputs", "subtasks whose results it needs, by name; none: it needs the input of the service"},
            p.inputs);
}

/// A stage whose result the next one needs.
struct HandingOn {
  PipelineStageParams& stage;
};
inline void describe(Visitor& v, PipelineStageParams& p) { describe_computing(v, p); }
inline void describe(Visitor& v, HandingOn& p) {
  describe_computing(v, p.stage);
  v.bytes({"bytes", "that it hands on to the next stage", p.stage.bytes == 0}, p.stage.bytes, {1, 1e9});
}

/// The same as a graph: three subtasks, one after the other.
std::vector<SubtaskParams> subtasks_of(const PipelineParams& pipeline);

}  // namespace cv2x
