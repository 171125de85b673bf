#include "sim/input/roads.h"

#include <gmock/gmock.h>

#include "models/base/error.h"
#include "tests/sim/input/temp_folder.h"

namespace cv2x {

bool operator==(const XY& a, const XY& b) { return a.x_m == b.x_m && a.y_m == b.y_m; }

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Simplified, LeavesOutWhatIsOnTheLine) {
  EXPECT_THAT(simplified({{0, 0}, {5, 0.9}, {10, 0}}, 1), ElementsAre(XY{0, 0}, XY{10, 0}));
  EXPECT_THAT(simplified({{0, 0}, {5, 1.1}, {10, 0}}, 1), ElementsAre(XY{0, 0}, XY{5, 1.1}, XY{10, 0}));
  // A bend and its straight legs.
  EXPECT_THAT(simplified({{0, 0}, {3, 0}, {6, 0}, {6, 4}, {6, 8}}, 1),
              ElementsAre(XY{0, 0}, XY{6, 0}, XY{6, 8}));
  // A loop: its ends are one place, the farthest point stays.
  EXPECT_THAT(simplified({{0, 0}, {9, 0}, {0, 0}}, 1), ElementsAre(XY{0, 0}, XY{9, 0}, XY{0, 0}));
}

TEST(Roads, OneLineAnEdgeWithoutJunctions) {
  const TempFolder folder;
  const auto path = folder.write("a.net.xml", R"(<net>
    <edge id=":j_0" function="internal"><lane id=":j_0_0" shape="0,0 1,1"/></edge>
    <edge id=":j_c0" function="crossing"><lane id=":j_c0_0" shape="0,0 1,1"/></edge>
    <edge id="a" from="j" to="k"><lane id="a_0" shape="0,0 5,0 10,0"/><lane id="a_1" shape="0,3 10,3"/></edge>
    <edge id="b" from="k" to="j"><lane id="b_0" shape="10.5,-3,7 0,-3,7.5"/></edge>
  </net>)");
  EXPECT_THAT(read_roads(path),
              ElementsAre(ElementsAre(XY{0, 0}, XY{10, 0}), ElementsAre(XY{10.5, -3}, XY{0, -3})));
}

TEST(Roads, WhatIsWrongIsNamedWithItsPlace) {
  const TempFolder folder;
  for (const auto& [text, message] : std::vector<std::pair<std::string, std::string>>{
           {"<fcd-export/>", "1:1: not a SUMO road network: the root element is <fcd-export>, not <net>"},
           {"<net>\n<edge><lane/></edge></net>", "2:7: <lane> has no shape"},
           {"<net>\n<edge><lane shape='0,0 x,1'/></edge></net>",
            "2:7: shape=\"0,0 x,1\" is not a list of points"},
           {"<net>\n<edge><lane shape='0 1'/></edge></net>", "2:7: shape=\"0 1\" is not a list of points"},
           {"<net>\n<edge><lane shape='1e999,0 1,1'/></edge></net>", "is not a list of points"},
           {"<net>\n<edge><lane shape='0,0'/></edge></net>", "2:7: a shape needs at least two points"}}) {
    const auto path = folder.write("bad.net.xml", text);
    try {
      read_roads(path);
      ADD_FAILURE() << text;
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), HasSubstr(message));
    }
  }
}

TEST(Roads, OfTheBuiltInHighwayAreItsCarriageways) {
  MobilityParams params;
  params.kind = MobilityKind::kHighway;
  params.highway = {.length_m = 1000, .lanes = 2, .lane_width_m = 4};
  EXPECT_THAT(roads_of(params),
              ElementsAre(ElementsAre(XY{0, -4}, XY{1000, -4}), ElementsAre(XY{1000, 4}, XY{0, 4})));
  params.kind = MobilityKind::kStatic;
  EXPECT_THAT(roads_of(params), ElementsAre());
}

}  // namespace
}  // namespace cv2x
