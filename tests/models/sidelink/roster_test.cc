#include "models/sidelink/roster.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "models/base/random.h"
#include "models/sidelink/memory.h"

namespace cv2x::sidelink {
namespace {

TEST(Roster, NearAreThoseInTheSquaresAround) {
  Roster roster;
  Stream random(Seed{1, 0}, "test", 0);
  const std::uint32_t n = 500;
  std::vector<double> x(n), y(n);
  for (std::uint32_t v = 0; v < n; ++v) {
    x[v] = 5000 * random.uniform();
    y[v] = 2000 * random.uniform();
    roster.enter(v, v, x[v], y[v]);
  }
  EXPECT_TRUE(roster.settle());
  std::vector<Roster::Range> ranges;
  const auto square = [](double m) { return std::round(m / Roster::kSquareM) * Roster::kSquareM; };
  for (std::uint32_t v = 0; v < n; v += 17) {
    roster.near(roster.place(v), 600, ranges);
    std::set<std::uint32_t> found;
    for (const auto& r : ranges) {
      for (std::uint32_t i = r.begin; i < r.end; ++i) found.insert(roster.slot(i));
    }
    for (std::uint32_t w = 0; w < n; ++w) {
      const double d = std::hypot(square(x[v]) - square(x[w]), square(y[v]) - square(y[w]));
      if (std::abs(d - 600) < 1e-6) continue;
      EXPECT_EQ(found.count(w) > 0, d < 600) << v << ' ' << w;
    }
  }
}

TEST(Roster, SortsAnewWhenSomebodyHasDrivenFar) {
  Roster roster;
  for (std::uint32_t v = 0; v < 40; ++v) roster.enter(v, v, 100.0 * v, 0);
  roster.settle();
  EXPECT_FALSE(roster.settle());
  roster.move(0, 20, 0, 25);
  EXPECT_FALSE(roster.settle());
  roster.move(0, 950, 0, 25);
  EXPECT_TRUE(roster.settle());
  EXPECT_EQ(roster.place(0), 9u);
  EXPECT_EQ(roster.place(1), 0u);
  EXPECT_NEAR(roster.travelled()[9], 950.0 / 25, 1e-4);
}

TEST(Roster, WhoLeavesIsNobody) {
  Roster roster;
  for (std::uint32_t v = 0; v < 20; ++v) roster.enter(v, v, 10.0 * v, 0);
  roster.settle();
  roster.leave(3);
  EXPECT_TRUE(roster.settle());
  EXPECT_EQ(roster.vehicles(), 19u);
  EXPECT_FALSE(roster.present(3));
  EXPECT_EQ(roster.before()[3], 4u);
}

TEST(SensingMemory, GoesWithItsVehicles) {
  SensingMemory memory(10, 2);
  memory.resize(32);
  memory.of(5, 13)[0] = 77;
  memory.of(20, 13)[kTile] = 88;
  std::vector<std::uint32_t> before(32, Roster::kNobody);
  before[0] = 20;
  before[31] = 5;
  memory.permute(before);
  EXPECT_EQ(memory.of(31, 13)[0], 77);
  EXPECT_EQ(memory.of(0, 13)[kTile], 88);
  EXPECT_EQ(memory.of(5, 13)[0], kNothing);
  memory.clear(0, 1, 3);  // the same place of the ring
  EXPECT_EQ(memory.of(0, 13)[kTile], kNothing);
  EXPECT_EQ(memory.of(31, 13)[0], 77);
}

}  // namespace
}  // namespace cv2x::sidelink
