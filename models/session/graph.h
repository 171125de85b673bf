#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/ids.h"
#include "models/base/stage.h"

namespace cv2x {

/// The subtasks of a task graph and what they have for each other: a directed acyclic graph. Subtasks without
/// inputs (sources) work on what the vehicle has, and the results of those that nobody takes an input from
/// (sinks) are wanted by the vehicle.
class GraphShape {
 public:
  struct Input {
    std::uint32_t from;  ///< subtask
    std::int64_t bytes;
  };
  struct Node {
    std::vector<Input> inputs;
  };

  GraphShape() = default;
  /// Without a cycle, inputs from other subtasks of it.
  explicit GraphShape(std::vector<Node> nodes);

  std::size_t size() const { return nodes_.size(); }
  std::span<const Input> inputs(std::uint32_t node) const { return nodes_[node].inputs; }
  /// In ascending order.
  std::span<const std::uint32_t> successors(std::uint32_t node) const { return successors_[node]; }
  std::size_t sinks() const { return sinks_; }

  /// The subtasks of a cycle, each has an input from the one before it and the first from the last; empty:
  /// there is none.
  static std::vector<std::uint32_t> find_cycle(std::span<const Node> nodes);

 private:
  std::vector<Node> nodes_;
  std::vector<std::vector<std::uint32_t>> successors_;
  std::size_t sinks_ = 0;
};

/// One run through a graph: told where each subtask has run and how it came to its end, it says which are
/// ready and what data have to move. A place is a host, or (not valid) the vehicle.
///
/// A subtask is ready when all that it takes an input from have been computed; the stages of the one computed
/// last are the way to it. So the way to a result is a critical path: no stage of it could have been shorter
/// and the result as late, and its stages add up to the time since the graph was created.
class GraphRun {
 public:
  /// `shape` outlives it.
  explicit GraphRun(const GraphShape& shape);

  /// Data that a subtask needs and that lie elsewhere.
  struct Move {
    HostIndex from;
    std::int64_t bytes;
  };

  /// Those ready from the beginning.
  std::vector<std::uint32_t> sources() const;
  /// `node` has been computed at `place`. Returns those that are ready now, in ascending order.
  std::vector<std::uint32_t> computed(std::uint32_t node, HostIndex place, const StageList& way);
  /// Where the inputs of a ready subtask lie; `input_bytes`: what a source needs of the vehicle.
  std::vector<Move> inputs(std::uint32_t node, std::int64_t input_bytes) const;
  /// Those of them that are not at `place` already: an input a move.
  std::vector<Move> moves(std::uint32_t node, HostIndex place, std::int64_t input_bytes) const;
  /// The way to a ready subtask; empty for a source.
  const StageList& way(std::uint32_t node) const { return ways_[node]; }
  /// A sink's result is with the vehicle. True when it was the last of them: the graph is done.
  bool delivered() { return --results_open_ == 0; }

 private:
  const GraphShape* shape_;
  std::vector<std::uint32_t> waiting_;  // by node: inputs not computed yet
  std::vector<HostIndex> places_;       // by node, once computed
  std::vector<StageList> ways_;
  std::size_t results_open_;
};

/// At most so many of the entries, whose times still add up to the same: the shortest ones (the earlier of
/// equal ones first) are counted to the stage before them, or after them for the first. What a row can hold.
std::vector<StageEntry> coarsened(std::span<const StageEntry> entries, TimeNs end_ns, std::size_t most);

}  // namespace cv2x
