#include "models/mobility/grid_index.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace cv2x {

GridIndex::GridIndex(double cell_m) : cell_m_(cell_m) { assert(cell_m > 0); }

std::int64_t GridIndex::line(double v_m) const {
  const double line = std::floor(v_m / cell_m_);
  assert(std::abs(line) < 1e9);
  return static_cast<std::int64_t>(line);
}

std::uint64_t GridIndex::key(std::int64_t column, std::int64_t row) {
  return static_cast<std::uint64_t>(column) << 32 ^ (static_cast<std::uint64_t>(row) & 0xffffffff);
}

void GridIndex::place(std::uint32_t id, double x_m, double y_m) {
  if (id >= points_.size()) points_.resize(std::size_t{id} + 1);
  const std::uint64_t cell = key(line(x_m), line(y_m));
  if (points_[id].rank != kAbsent && points_[id].cell != cell) remove(id);
  Point& point = points_[id];
  point.x_m = x_m;
  point.y_m = y_m;
  if (point.rank != kAbsent) return;
  auto& members = cells_[cell];
  point.cell = cell;
  point.rank = static_cast<std::uint32_t>(members.size());
  members.push_back(id);
  ++size_;
}

void GridIndex::remove(std::uint32_t id) {
  if (id >= points_.size() || points_[id].rank == kAbsent) return;
  Point& point = points_[id];
  const auto cell = cells_.find(point.cell);
  auto& members = cell->second;
  members[point.rank] = members.back();
  points_[members.back()].rank = point.rank;
  members.pop_back();
  if (members.empty()) cells_.erase(cell);
  point.rank = kAbsent;
  --size_;
}

void GridIndex::within(double x_m, double y_m, double radius_m, std::vector<std::uint32_t>& out) const {
  out.clear();
  const auto add_if_near = [&](std::uint32_t id) {
    const double dx = points_[id].x_m - x_m, dy = points_[id].y_m - y_m;
    if (dx * dx + dy * dy <= radius_m * radius_m) out.push_back(id);
  };
  const double across = 2 * radius_m / cell_m_ + 2;
  if (across * across > static_cast<double>(points_.size())) {  // fewer points than cells to look into
    for (std::uint32_t id = 0; id < points_.size(); ++id) {
      if (points_[id].rank != kAbsent) add_if_near(id);
    }
    return;
  }
  const std::int64_t last_column = line(x_m + radius_m), last_row = line(y_m + radius_m);
  for (std::int64_t column = line(x_m - radius_m); column <= last_column; ++column) {
    for (std::int64_t row = line(y_m - radius_m); row <= last_row; ++row) {
      const auto cell = cells_.find(key(column, row));
      if (cell != cells_.end()) std::for_each(cell->second.begin(), cell->second.end(), add_if_near);
    }
  }
  std::sort(out.begin(), out.end());
}

}  // namespace cv2x
