#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace cv2x {

/// Points in the plane, in square cells: who is within a radius? Ids are small integers (slots). Moving a
/// point takes constant time; a query takes time in proportion to the cells it touches and the points in
/// them. Coordinates: finite, below 1e9 cells in magnitude.
class GridIndex {
 public:
  /// Best about the radius of the usual query.
  explicit GridIndex(double cell_m);

  /// Puts a point there, or moves it there.
  void place(std::uint32_t id, double x_m, double y_m);
  /// No effect when it is not there.
  void remove(std::uint32_t id);
  std::size_t size() const { return size_; }

  /// Ids of the points at most `radius_m` from (x_m, y_m), in ascending order, into `out` (overwritten).
  void within(double x_m, double y_m, double radius_m, std::vector<std::uint32_t>& out) const;

 private:
  struct Point {
    double x_m = 0, y_m = 0;
    std::uint64_t cell = 0;
    std::uint32_t rank = kAbsent;  ///< place in its cell's list
  };
  static constexpr std::uint32_t kAbsent = ~std::uint32_t{0};

  std::int64_t line(double v_m) const;
  static std::uint64_t key(std::int64_t column, std::int64_t row);

  double cell_m_;
  std::size_t size_ = 0;
  std::vector<Point> points_;                                            ///< by id
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> cells_;  ///< looked up, never iterated
};

}  // namespace cv2x
