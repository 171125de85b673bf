#include "sim/config/graph.h"

#include <algorithm>

namespace cv2x {

std::vector<GraphShape::Node> nodes_of(std::span<const SubtaskParams> subtasks) {
  std::vector<GraphShape::Node> nodes;
  for (const auto& subtask : subtasks) {
    auto& node = nodes.emplace_back();
    for (const auto& input : subtask.inputs) {
      const auto it = std::find_if(subtasks.begin(), subtasks.end(),
                                   [&](const SubtaskParams& other) { return other.name == input.name; });
      if (it == subtasks.end()) continue;
      node.inputs.push_back({static_cast<std::uint32_t>(it - subtasks.begin()), input.bytes});
    }
  }
  return nodes;
}

}  // namespace cv2x
