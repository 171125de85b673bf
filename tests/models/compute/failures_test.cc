#include "models/compute/failures.h"

#include <gtest/gtest.h>

#include "models/base/hash.h"

namespace cv2x {
namespace {

TEST(Outages, NoneIsUpForEver) {
  const Outages outages({}, {1}, 7);
  EXPECT_TRUE(outages.up());
  EXPECT_EQ(outages.next_ns(), kNever);
}

TEST(Outages, GivenOnesInOrderAndMerged) {
  FailureParams params;
  params.kind = FailureKind::kGiven;
  params.outages = {{"c", 50, 10}, {"a", 10, 5}, {"b", 12, 8}, {"d", 60, 1}, {"e", 90, 4}};
  Outages outages(params, {1}, 7);
  std::vector<TimeNs> changes;
  for (; outages.next_ns() != kNever; outages.pop()) {
    EXPECT_EQ(outages.up(), changes.size() % 2 == 0);
    changes.push_back(outages.next_ns());
  }
  EXPECT_EQ(changes, (std::vector<TimeNs>{10, 20, 50, 61, 90, 94}));
  EXPECT_TRUE(outages.up());
}

TEST(Outages, RandomOnesHaveTheirMeansAndAreTheHostsOwn) {
  FailureParams params;
  params.kind = FailureKind::kRandom;
  params.mtbf_ns = 1000 * kSecond;
  params.mttr_ns = 10 * kSecond;
  Outages a(params, {1}, hash_name("a")), again(params, {1}, hash_name("a")), b(params, {1}, hash_name("b"));
  EXPECT_EQ(a.next_ns(), again.next_ns());
  EXPECT_NE(a.next_ns(), b.next_ns());
  double up_s = 0, down_s = 0;
  TimeNs now = 0;
  constexpr int kRounds = 20'000;
  for (int i = 0; i < 2 * kRounds; ++i) {
    const double span_s = to_seconds(a.next_ns() - now);
    (a.up() ? up_s : down_s) += span_s;
    now = a.next_ns();
    a.pop();
  }
  EXPECT_NEAR(up_s / kRounds, 1000, 25);  // 3.5 standard errors
  EXPECT_NEAR(down_s / kRounds, 10, 0.25);
}

}  // namespace
}  // namespace cv2x
