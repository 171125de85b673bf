#include "models/session/graph.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace cv2x {

GraphShape::GraphShape(std::vector<Node> nodes) : nodes_(std::move(nodes)), successors_(nodes_.size()) {
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
    for (const Input& input : nodes_[node].inputs) successors_[input.from].push_back(node);
  }
  for (const auto& successors : successors_) sinks_ += successors.empty();
}

std::vector<std::uint32_t> GraphShape::find_cycle(std::span<const Node> nodes) {
  // Depth first along the inputs, with a stack of its own.
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(nodes.size(), Mark::kNew);
  struct Visit {
    std::uint32_t node;
    std::size_t next;  // of its inputs
  };
  std::vector<Visit> path;
  for (std::uint32_t root = 0; root < nodes.size(); ++root) {
    if (marks[root] != Mark::kNew) continue;
    path.push_back({root, 0});
    marks[root] = Mark::kOpen;
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next == nodes[visit.node].inputs.size()) {
        marks[visit.node] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const std::uint32_t from = nodes[visit.node].inputs[visit.next++].from;
      if (marks[from] == Mark::kNew) {
        marks[from] = Mark::kOpen;
        path.push_back({from, 0});
      } else if (marks[from] == Mark::kOpen) {
        const auto begin =
            std::find_if(path.begin(), path.end(), [&](const Visit& v) { return v.node == from; });
        std::vector<std::uint32_t> cycle;
        for (auto it = path.end(); it != begin;) cycle.push_back((--it)->node);
        return cycle;
      }
    }
  }
  return {};
}

GraphRun::GraphRun(const GraphShape& shape)
    : shape_(&shape),
      waiting_(shape.size()),
      places_(shape.size()),
      ways_(shape.size()),
      results_open_(shape.sinks()) {
  for (std::uint32_t node = 0; node < shape.size(); ++node)
    waiting_[node] = static_cast<std::uint32_t>(shape.inputs(node).size());
}

std::vector<std::uint32_t> GraphRun::sources() const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t node = 0; node < shape_->size(); ++node) {
    if (shape_->inputs(node).empty()) out.push_back(node);
  }
  return out;
}

std::vector<std::uint32_t> GraphRun::computed(std::uint32_t node, HostIndex place, const StageList& way) {
  places_[node] = place;
  std::vector<std::uint32_t> ready;
  for (const std::uint32_t next : shape_->successors(node)) {
    assert(waiting_[next] > 0);
    if (--waiting_[next] > 0) continue;
    ways_[next].assign(way);  // subtasks are computed in order of time, so this one came last
    ready.push_back(next);
  }
  return ready;
}

std::vector<GraphRun::Move> GraphRun::inputs(std::uint32_t node, std::int64_t input_bytes) const {
  if (shape_->inputs(node).empty()) return {{HostIndex{}, input_bytes}};
  std::vector<Move> out;
  for (const auto& input : shape_->inputs(node)) out.push_back({places_[input.from], input.bytes});
  return out;
}

std::vector<GraphRun::Move> GraphRun::moves(std::uint32_t node, HostIndex place,
                                            std::int64_t input_bytes) const {
  auto out = inputs(node, input_bytes);
  std::erase_if(out, [&](const Move& move) { return move.from == place; });
  return out;
}

std::vector<StageEntry> coarsened(std::span<const StageEntry> entries, TimeNs end_ns, std::size_t most) {
  std::vector<StageEntry> out(entries.begin(), entries.end());
  if (out.size() <= most) return out;
  const auto duration = [&](std::size_t i) {
    return (i + 1 < entries.size() ? entries[i + 1].enter_ns : end_ns) - entries[i].enter_ns;
  };
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return duration(a) < duration(b); });
  order.resize(entries.size() - most);
  std::vector<bool> drop(entries.size(), false);
  for (const std::size_t i : order) drop[i] = true;
  const TimeNs begin = entries.front().enter_ns;
  out.clear();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!drop[i]) out.push_back(entries[i]);
  }
  out.front().enter_ns = begin;
  return out;
}

}  // namespace cv2x
