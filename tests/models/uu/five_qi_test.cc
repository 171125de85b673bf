#include "models/uu/five_qi.h"

#include <gtest/gtest.h>

namespace cv2x::uu {
namespace {

TEST(FiveQi, Table) {
  ASSERT_NE(find_five_qi(83), nullptr);
  const FiveQi& q = *find_five_qi(83);
  EXPECT_EQ(q.resource, FiveQi::Resource::kDelayCritical);
  EXPECT_EQ(q.priority, 22);
  EXPECT_EQ(q.budget_ns, 10 * kMillisecond);
  EXPECT_EQ(q.radio_budget_ns(), 9 * kMillisecond);
  EXPECT_DOUBLE_EQ(q.error_rate, 1e-4);
  EXPECT_EQ(find_five_qi(9)->radio_budget_ns(), 280 * kMillisecond);
  EXPECT_EQ(find_five_qi(79)->resource, FiveQi::Resource::kNonGbr);
  EXPECT_EQ(find_five_qi(75), nullptr);  // removed
  EXPECT_EQ(find_five_qi(0), nullptr);
  EXPECT_EQ(find_five_qi(255), nullptr);
  for (const FiveQi& each : five_qis()) EXPECT_GT(each.radio_budget_ns(), 0) << each.value;
}

}  // namespace
}  // namespace cv2x::uu
