#include "models/measure/stage_sums.h"

#include <gtest/gtest.h>

#include <array>

namespace cv2x {
namespace {

TEST(StageSums, AddUpToTheLatencies) {
  StageSums sums, other;
  const std::array<StageEntry, 3> first = {
      {{Stage::kSrWait, 10}, {Stage::kGrantWait, 25}, {Stage::kSrWait, 40}}};
  sums.add(first, 47);
  EXPECT_EQ(sums.sum_ns(Stage::kSrWait), 15 + 7);
  EXPECT_EQ(sums.sum_ns(Stage::kGrantWait), 15);
  EXPECT_EQ(sums.total_ns(), 47 - 10);
  other.add(std::array<StageEntry, 1>{{{Stage::kDlQueue, 100}}}, 103);
  other.add({}, 5);
  sums.merge(other);
  EXPECT_EQ(sums.total_ns(), 40);
  EXPECT_EQ(sums.count(), 3u);
}

}  // namespace
}  // namespace cv2x
