#include "models/mobility/grid_index.h"

#include <gmock/gmock.h>

#include <map>
#include <random>

namespace cv2x {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(GridIndex, AgreesWithLookingAtEveryPointUnderRandomMoves) {
  std::mt19937 random(1);
  const auto coordinate = [&] { return std::uniform_real_distribution<double>(-2000, 2000)(random); };
  GridIndex grid(150);
  std::map<std::uint32_t, std::pair<double, double>> points;
  std::vector<std::uint32_t> found, expected;
  for (int k = 0; k < 20'000; ++k) {
    const auto id = static_cast<std::uint32_t>(random() % 1500);
    if (random() % 4 == 0) {
      grid.remove(id);
      points.erase(id);
    } else {
      points[id] = {coordinate(), coordinate()};
      grid.place(id, points[id].first, points[id].second);
    }
    ASSERT_EQ(grid.size(), points.size());
    if (k % 20 != 0) continue;
    const double x = coordinate(), y = coordinate();
    const double radius = k % 3 == 0 ? 5000 : std::abs(coordinate()) / 4;  // few cells, and more than points
    expected.clear();
    for (const auto& [point, place] : points) {
      const double dx = place.first - x, dy = place.second - y;
      if (dx * dx + dy * dy <= radius * radius) expected.push_back(point);
    }
    grid.within(x, y, radius, found);
    ASSERT_EQ(found, expected) << k;
  }
}

TEST(GridIndex, CountsTheRimAndNothingBeyond) {
  GridIndex grid(10);
  for (std::uint32_t id = 0; id < 300; ++id) grid.place(id, 1000 + id, 1000);  // more points than cells asked
  std::vector<std::uint32_t> found;
  grid.place(7, -10, -10);
  grid.place(3, 10, 0);
  grid.place(5, 0, 10.000001);
  grid.within(0, 0, 10, found);
  EXPECT_THAT(found, ElementsAre(3));
  grid.within(0, 0, 14.2, found);
  EXPECT_THAT(found, ElementsAre(3, 5, 7));
  grid.remove(3);
  grid.remove(3);
  grid.remove(99'999);
  grid.within(0, 0, 10, found);
  EXPECT_THAT(found, IsEmpty());
}

}  // namespace
}  // namespace cv2x
