#include "models/workload/graph_params.h"

namespace cv2x {

std::vector<SubtaskParams> subtasks_of(const PipelineParams& pipeline) {
  std::vector<SubtaskParams> out;
  const auto add = [&](std::string name, const PipelineStageParams& stage, std::int64_t bytes_before) {
    SubtaskParams subtask{.name = std::move(name),
                          .cycles = stage.cycles,
                          .cycles_kind = stage.cycles_kind,
                          .runs_on = stage.runs_on,
                          .host = stage.host,
                          .inputs = {}};
    if (!out.empty()) subtask.inputs.push_back({.name = out.back().name, .bytes = bytes_before});
    out.push_back(std::move(subtask));
  };
  add("detect", pipeline.detect, 0);
  add("fuse", pipeline.fuse, pipeline.detect.bytes);
  add("warn", pipeline.warn, pipeline.fuse.bytes);
  return out;
}

}  // namespace cv2x
