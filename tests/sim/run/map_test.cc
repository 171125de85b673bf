#include "sim/run/map.h"

#include <gmock/gmock.h>

namespace cv2x {
namespace {

using ::testing::ElementsAre;

SiteParams site(SiteKind kind, double x_m, double y_m) {
  return {.name = {}, .kind = kind, .x_m = x_m, .y_m = y_m};
}

TEST(PlacedSites, OneLeftOutHasNone) {
  EXPECT_THAT(placed_sites({site(SiteKind::kGnb, 5, 5), site(SiteKind::kMec, 5, 0),
                            site(SiteKind::kCloud, 0, 0), site(SiteKind::kRouter, 0, 0)}),
              ElementsAre(true, true, false, false));
}

TEST(PlacedSites, AtTheOriginWhenSomethingRadiatesThere) {
  EXPECT_THAT(placed_sites({site(SiteKind::kGnb, 0, 0), site(SiteKind::kMec, 0, 0)}),
              ElementsAre(true, true));
}

TEST(MapBox, HoldsRoadsAndWhatRadiatesWithAMargin) {
  const MapBox box = map_box({{{0, 0}, {2000, 10}}},
                             {site(SiteKind::kGnb, -500, 100), site(SiteKind::kCloud, 99'999, 99'999)});
  EXPECT_EQ(box.x_min_m, -750);
  EXPECT_EQ(box.x_max_m, 2250);
  EXPECT_EQ(box.y_min_m, -250);
  EXPECT_EQ(box.y_max_m, 350);
}

TEST(MapBox, OfOneSiteIsNotEmpty) {
  const MapBox box = map_box({}, {site(SiteKind::kGnb, 7, 7)});
  EXPECT_EQ(box.x_max_m - box.x_min_m, 200);
}

}  // namespace
}  // namespace cv2x
