#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/session/graph.h"
#include "models/workload/graph_params.h"

namespace cv2x {

/// The nodes of a graph, in the order of its subtasks; inputs from subtasks that there are not are left out.
std::vector<GraphShape::Node> nodes_of(std::span<const SubtaskParams> subtasks);

}  // namespace cv2x
