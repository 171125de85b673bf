#include "models/session/relocation.h"

#include <gtest/gtest.h>

namespace cv2x {
namespace {

using Step = Relocation::Step;

constexpr TimeNs kMs = kMillisecond;
const HostIndex kOld{0}, kNew{1};

RelocationParams params(RelocationMode mode) {
  return {.mode = mode,
          .context_bytes = 2'000'000,
          .classifier_ns = 100 * kMs,
          .rediscovery_ns = 150 * kMs,
          .steer_ns = 20 * kMs};
}

TEST(Relocation, MigratesInTheOrderOfTheFormula) {
  Relocation r(params(RelocationMode::kMigrate), kOld, kNew, 1000 * kMs);
  EXPECT_EQ(r.step(), Step::kDeciding);
  EXPECT_EQ(r.next_wakeup(), 1150 * kMs);  // the slower of the two
  r.advance(1150 * kMs);
  EXPECT_EQ(r.step(), Step::kStarting);
  EXPECT_EQ(r.next_wakeup(), kNever);
  r.started(false, 2000 * kMs);
  EXPECT_EQ(r.step(), Step::kTransferring);
  EXPECT_EQ(r.context_bytes(), 2'000'000);
  r.transferred(2500 * kMs);
  EXPECT_EQ(r.step(), Step::kSteering);
  EXPECT_EQ(r.next_wakeup(), 2520 * kMs);
  EXPECT_EQ(r.host(), kOld);
  r.advance(2520 * kMs);
  EXPECT_EQ(r.step(), Step::kDone);
  EXPECT_EQ(r.host(), kNew);
  EXPECT_FALSE(r.warm());
  const auto& t = r.times();
  EXPECT_EQ(t.detected_ns, 1000 * kMs);
  EXPECT_EQ(t.decided_ns, 1150 * kMs);
  EXPECT_EQ(t.started_ns, 2000 * kMs);
  EXPECT_EQ(t.executed_ns, 2500 * kMs);
  EXPECT_EQ(t.end_ns, 2520 * kMs);
}

TEST(Relocation, ReattachesWithoutATransfer) {
  Relocation r(params(RelocationMode::kReattach), kOld, kNew, 0);
  r.advance(150 * kMs);
  r.started(true, 150 * kMs);
  EXPECT_EQ(r.step(), Step::kSteering);
  EXPECT_EQ(r.context_bytes(), 0);
  r.advance(170 * kMs);
  EXPECT_EQ(r.step(), Step::kDone);
  EXPECT_TRUE(r.warm());
}

TEST(Relocation, AFailureLeavesTheServiceWhereItWas) {
  Relocation r(params(RelocationMode::kMigrate), kOld, kNew, 0);
  r.advance(150 * kMs);
  r.fail(200 * kMs);
  EXPECT_EQ(r.step(), Step::kFailed);
  EXPECT_EQ(r.host(), kOld);
  EXPECT_EQ(r.times().end_ns, 200 * kMs);
  EXPECT_EQ(r.times().started_ns, -1);
}

TEST(Relocation, FollowsOnlyToAnotherHostAndByItsMode) {
  EXPECT_TRUE(should_relocate(params(RelocationMode::kMigrate), kOld, kNew));
  EXPECT_FALSE(should_relocate(params(RelocationMode::kMigrate), kOld, kOld));
  EXPECT_FALSE(should_relocate(params(RelocationMode::kMigrate), kOld, HostIndex{}));
  EXPECT_FALSE(should_relocate(params(RelocationMode::kStay), kOld, kNew));
}

}  // namespace
}  // namespace cv2x
