#include "models/session/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cv2x {

bool operator==(const StageEntry& a, const StageEntry& b) {
  return a.stage == b.stage && a.enter_ns == b.enter_ns;
}
bool operator==(const GraphRun::Move& a, const GraphRun::Move& b) {
  return a.from == b.from && a.bytes == b.bytes;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Node = GraphShape::Node;
using Move = GraphRun::Move;

constexpr HostIndex kVehicle{}, kEdge{0}, kCloud{1};

StageList list(std::vector<StageEntry> entries) {
  StageList out;
  for (const auto& e : entries) out.enter(e.stage, e.enter_ns);
  return out;
}

/// 0 → 1, 0 → 2, both → 3.
const GraphShape& diamond() {
  static const GraphShape shape({Node{}, Node{{{0, 10}}}, Node{{{0, 20}}}, Node{{{1, 1}, {2, 2}}}});
  return shape;
}

TEST(GraphShape, KnowsSuccessorsAndSinks) {
  EXPECT_THAT(diamond().successors(0), ElementsAre(1, 2));
  EXPECT_THAT(diamond().successors(1), ElementsAre(3));
  EXPECT_THAT(diamond().successors(3), IsEmpty());
  EXPECT_EQ(diamond().sinks(), 1U);
  EXPECT_EQ(GraphShape({Node{}, Node{{{0, 1}}}, Node{{{0, 1}}}}).sinks(), 2U);
}

TEST(GraphShape, FindsTheCycleAndNothingElse) {
  EXPECT_THAT(GraphShape::find_cycle({}), IsEmpty());
  const std::vector<Node> diamond_nodes = {Node{}, Node{{{0, 1}}}, Node{{{0, 1}}}, Node{{{1, 1}, {2, 1}}}};
  EXPECT_THAT(GraphShape::find_cycle(diamond_nodes), IsEmpty());
  const std::vector<Node> itself = {Node{}, Node{{{0, 1}, {1, 1}}}};
  EXPECT_THAT(GraphShape::find_cycle(itself), ElementsAre(1));
  // 1 → 2 → 3 → 1 behind a source, and a sink that hangs on it: each is before the one that needs it.
  const std::vector<Node> nodes = {Node{}, Node{{{0, 1}, {3, 1}}}, Node{{{1, 1}}}, Node{{{2, 1}}},
                                   Node{{{3, 1}}}};
  EXPECT_THAT(GraphShape::find_cycle(nodes), ElementsAre(2, 3, 1));
}

TEST(GraphRun, AChainIsReadyOneAfterTheOther) {
  const GraphShape chain({Node{}, Node{{{0, 10}}}, Node{{{1, 20}}}});
  GraphRun run(chain);
  EXPECT_THAT(run.sources(), ElementsAre(0));
  EXPECT_THAT(run.moves(0, kVehicle, 500), IsEmpty());  // the vehicle has its input
  EXPECT_THAT(run.moves(0, kEdge, 500), ElementsAre(Move{kVehicle, 500}));
  EXPECT_THAT(run.computed(0, kEdge, list({{Stage::kComputeService, 3}})), ElementsAre(1));
  EXPECT_THAT(run.moves(1, kEdge, 500), IsEmpty());
  EXPECT_THAT(run.moves(1, kCloud, 500), ElementsAre(Move{kEdge, 10}));
  EXPECT_THAT(run.moves(1, kVehicle, 500), ElementsAre(Move{kEdge, 10}));
  EXPECT_THAT(run.computed(1, kCloud, list({{Stage::kComputeService, 3}, {Stage::kBackhaulQueue, 8}})),
              ElementsAre(2));
  EXPECT_THAT(run.way(2).entries(),
              ElementsAre(StageEntry{Stage::kComputeService, 3}, StageEntry{Stage::kBackhaulQueue, 8}));
  EXPECT_THAT(run.computed(2, kVehicle, {}), IsEmpty());
  EXPECT_TRUE(run.delivered());
}

TEST(GraphRun, ADiamondWaitsForBothAndGoesTheWayOfTheLater) {
  GraphRun run(diamond());
  EXPECT_THAT(run.computed(0, kEdge, list({{Stage::kLocalService, 1}})), ElementsAre(1, 2));
  EXPECT_THAT(run.way(1).entries(), ElementsAre(StageEntry{Stage::kLocalService, 1}));
  EXPECT_THAT(run.computed(2, kCloud, list({{Stage::kLocalService, 1}, {Stage::kComputeQueue, 5}})),
              IsEmpty());
  EXPECT_THAT(run.computed(1, kEdge, list({{Stage::kLocalService, 1}, {Stage::kHandover, 7}})),
              ElementsAre(3));
  EXPECT_THAT(run.way(3).entries(),
              ElementsAre(StageEntry{Stage::kLocalService, 1}, StageEntry{Stage::kHandover, 7}));
  EXPECT_THAT(run.inputs(3, 500), ElementsAre(Move{kEdge, 1}, Move{kCloud, 2}));
  EXPECT_THAT(run.moves(3, kEdge, 500), ElementsAre(Move{kCloud, 2}));
  EXPECT_THAT(run.moves(3, kVehicle, 500), ElementsAre(Move{kEdge, 1}, Move{kCloud, 2}));
}

TEST(GraphRun, AFanOutIsDoneWhenEveryResultIsThere) {
  const GraphShape fan({Node{}, Node{{{0, 1}}}, Node{{{0, 1}}}, Node{{{0, 1}}}});
  GraphRun run(fan);
  EXPECT_THAT(run.computed(0, kVehicle, {}), ElementsAre(1, 2, 3));
  EXPECT_FALSE(run.delivered());
  EXPECT_FALSE(run.delivered());
  EXPECT_TRUE(run.delivered());
}

TEST(GraphRun, SourcesAreSeveral) {
  const GraphShape join({Node{}, Node{}, Node{{{0, 1}, {1, 2}}}});
  const GraphRun run(join);
  EXPECT_THAT(run.sources(), ElementsAre(0, 1));
}

TEST(Coarsened, CountsTheShortestToTheStageBefore) {
  const std::vector<StageEntry> entries = {{Stage::kDecision, 0},
                                           {Stage::kAccessUp, 1},
                                           {Stage::kBackhaulQueue, 9},
                                           {Stage::kComputeQueue, 11},
                                           {Stage::kComputeService, 12}};  // last: 1, 8, 2, 1, 8
  EXPECT_EQ(coarsened(entries, 20, 5), entries);
  EXPECT_THAT(coarsened(entries, 20, 4),
              ElementsAre(StageEntry{Stage::kAccessUp, 0}, StageEntry{Stage::kBackhaulQueue, 9},
                          StageEntry{Stage::kComputeQueue, 11}, StageEntry{Stage::kComputeService, 12}));
  EXPECT_THAT(coarsened(entries, 20, 2),
              ElementsAre(StageEntry{Stage::kAccessUp, 0}, StageEntry{Stage::kComputeService, 12}));
}

}  // namespace
}  // namespace cv2x
