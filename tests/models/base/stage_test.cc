#include "models/base/stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <set>
#include <string_view>
#include <vector>

#include "models/base/outcome.h"
#include "models/base/random.h"

namespace cv2x {

bool operator==(const StageEntry& a, const StageEntry& b) {
  return a.stage == b.stage && a.enter_ns == b.enter_ns;
}
void PrintTo(const StageEntry& e, std::ostream* out) { *out << stage_name(e.stage) << "@" << e.enter_ns; }

namespace {

using enum Stage;
using Entries = std::vector<StageEntry>;

TEST(StageNames, OneADistinctNameEach) {
  std::set<std::string_view> names(kStageNames.begin(), kStageNames.end());
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kCount));
  EXPECT_FALSE(names.contains(""));
  EXPECT_EQ(stage_name(kDecision), "decision");
  EXPECT_EQ(stage_name(kBackhaulQueue), "backhaul_queue");
  EXPECT_EQ(stage_name(kLocalService), "local_service");
  EXPECT_EQ(stage_name(kAccessDown), "access_down");
}

TEST(OutcomeNames, OneADistinctNameEach) {
  std::set<std::string_view> names(kOutcomeNames.begin(), kOutcomeNames.end());
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Outcome::kCount));
  EXPECT_FALSE(names.contains(""));
  EXPECT_EQ(kOutcomeNames[static_cast<std::size_t>(Outcome::kRadioQueueFull)], "radio_queue_full");
}

TEST(StageList, KeepsStagesInOrder) {
  StageList list;
  EXPECT_TRUE(list.empty());
  list.enter(kDecision, 0);
  list.enter(kUeProcessing, 5);
  list.enter(kSrWait, 9);
  EXPECT_EQ(list.entries(), (Entries{{kDecision, 0}, {kUeProcessing, 5}, {kSrWait, 9}}));
  EXPECT_EQ(list.size(), 3u);
}

TEST(StageList, EnteringTheCurrentStageAgainChangesNothing) {
  StageList list;
  list.enter(kDlQueue, 3);
  list.enter(kDlQueue, 3);
  list.enter(kDlQueue, 8);
  EXPECT_EQ(list.entries(), (Entries{{kDlQueue, 3}}));
}

TEST(StageList, AnEntryOfZeroLengthIsReplaced) {
  StageList list;
  list.enter(kComputeQueue, 3);
  list.enter(kComputeService, 3);
  EXPECT_EQ(list.entries(), (Entries{{kComputeService, 3}}));
  list.enter(kBackhaulQueue, 7);
  list.enter(kBackhaulTransmission, 7);
  list.enter(kBackhaulPropagation, 7);
  EXPECT_EQ(list.entries(), (Entries{{kComputeService, 3}, {kBackhaulPropagation, 7}}));
}

TEST(StageList, ReplacingAnEntryMergesWithTheOneBefore) {
  StageList list;
  list.enter(kBackhaulPropagation, 1);
  list.enter(kBackhaulQueue, 4);
  list.enter(kBackhaulPropagation, 4);
  EXPECT_EQ(list.entries(), (Entries{{kBackhaulPropagation, 1}}));
}

TEST(StageList, ACutIsNeitherMergedNorReplaced) {
  StageList list;
  list.enter(kBackhaulPropagation, 1);
  EXPECT_EQ(list.cut(), 1u);
  list.enter(kBackhaulPropagation, 1);
  EXPECT_EQ(list.entries(), (Entries{{kBackhaulPropagation, 1}, {kBackhaulPropagation, 1}}));
  EXPECT_EQ(list.cut(), 2u);
  list.enter(kDlQueue, 1);
  list.enter(kDlTransmission, 1);       // replaces the entry after the cut, not the one before
  list.enter(kBackhaulPropagation, 1);  // and does not merge across it
  EXPECT_EQ(list.entries(),
            (Entries{{kBackhaulPropagation, 1}, {kBackhaulPropagation, 1}, {kBackhaulPropagation, 1}}));
}

TEST(StageList, CutsOfAnEmptyListAndClear) {
  StageList list;
  EXPECT_EQ(list.cut(), 0u);
  list.enter(kUeProcessing, 4);
  EXPECT_EQ(list.cut(), 1u);
  list.clear();
  EXPECT_TRUE(list.empty());
  list.enter(kSrWait, 2);  // an earlier time, and no cut left over
  list.enter(kUeProcessing, 2);
  EXPECT_EQ(list.entries(), (Entries{{kUeProcessing, 2}}));
}

TEST(StageList, AssignTakesTheEntriesButNoCut) {
  StageList from, to;
  from.enter(kUeProcessing, 1);
  from.enter(kSrWait, 2);
  from.cut();
  to.enter(kHandover, 9);
  to.cut();
  to.assign(from);
  EXPECT_EQ(to.entries(), from.entries());
  to.enter(kGrantWait, 2);
  EXPECT_EQ(to.entries(), (Entries{{kUeProcessing, 1}, {kGrantWait, 2}}));
}

TEST(StageList, EndForgetsWhatWasForeseenButNeverBegan) {
  StageList list;
  list.enter(kBackhaulQueue, 10);
  list.cut();
  list.enter(kBackhaulTransmission, 20);
  list.enter(kBackhaulPropagation, 30);
  StageList early = list, exact = list, late = list;
  early.end(15);
  EXPECT_EQ(early.entries(), (Entries{{kBackhaulQueue, 10}}));
  exact.end(20);
  EXPECT_EQ(exact.entries(), (Entries{{kBackhaulQueue, 10}, {kBackhaulTransmission, 20}}));
  late.end(31);
  EXPECT_EQ(late.entries(), list.entries());
  StageList nothing;
  nothing.end(5);
  EXPECT_TRUE(nothing.empty());
}

#ifndef NDEBUG
TEST(StageListDeathTest, TimeDoesNotRunBackwards) {
  StageList list;
  list.enter(kSrWait, 5);
  EXPECT_DEATH(list.enter(kGrantWait, 4), "enter_ns");
}
#endif

// Random sequences against a plain record of which stage was current when.
TEST(StageList, DurationsAddUpAndAgreeWithAReference) {
  Stream random({3}, "stages", 0);
  for (int round = 0; round < 2000; ++round) {
    StageList list;
    std::array<TimeNs, static_cast<std::size_t>(kCount)> expected{}, found{};
    std::vector<std::size_t> cuts;
    TimeNs now = static_cast<TimeNs>(random.next() % 1000);
    const TimeNs begin = now;
    auto current = static_cast<Stage>(random.next() % 4);
    list.enter(current, now);
    for (int i = 0; i < 30; ++i) {
      const auto step = static_cast<TimeNs>(random.next() % 3);  // a third of the entries have no length
      expected[static_cast<std::size_t>(current)] += step;
      now += step;
      if (random.next() % 8 == 0) {
        cuts.push_back(list.cut());
        ASSERT_EQ(cuts.back(), list.size());
      }
      current = static_cast<Stage>(random.next() % 4);
      list.enter(current, now);
    }
    const auto& e = list.entries();
    const TimeNs end = now + 5;
    expected[static_cast<std::size_t>(current)] += 5;
    TimeNs sum = 0;
    for (std::size_t i = 0; i < e.size(); ++i) {
      const TimeNs until = i + 1 < e.size() ? e[i + 1].enter_ns : end;
      ASSERT_GE(until, e[i].enter_ns);
      found[static_cast<std::size_t>(e[i].stage)] += until - e[i].enter_ns;
      sum += until - e[i].enter_ns;
      const bool after_cut = std::find(cuts.begin(), cuts.end(), i) != cuts.end();
      if (i > 0 && !after_cut) {
        ASSERT_NE(e[i].stage, e[i - 1].stage);
      }
      const bool before_cut = std::find(cuts.begin(), cuts.end(), i + 1) != cuts.end();
      if (i + 1 < e.size() && !before_cut) {
        ASSERT_GT(until, e[i].enter_ns);
      }
    }
    ASSERT_EQ(sum, end - begin);
    ASSERT_EQ(e.front().enter_ns, begin);
    ASSERT_EQ(found, expected);
  }
}

}  // namespace
}  // namespace cv2x
