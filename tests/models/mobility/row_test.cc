#include "models/mobility/row.h"

#include <gtest/gtest.h>

namespace cv2x {
namespace {

TEST(Row, StandsInARowOnce) {
  MobilityParams params;
  params.static_vehicles = 3;
  params.x_m = 5;
  params.y_m = -1;
  params.spacing_m = 20;
  RowSource source(params);
  TraceStep step;
  ASSERT_TRUE(source.next(step));
  ASSERT_EQ(step.samples.size(), 3U);
  ASSERT_EQ(step.entered.size(), 3U);
  EXPECT_EQ(step.time_ns, 0);
  EXPECT_EQ(step.entered[2].name, "row-2");
  EXPECT_EQ(step.samples[2].x_m, 45);
  EXPECT_EQ(step.samples[2].y_m, -1);
  EXPECT_EQ(step.samples[2].vx_mps, 0);
  EXPECT_FALSE(source.next(step));
  EXPECT_TRUE(step.samples.empty());
}

}  // namespace
}  // namespace cv2x
