#include "sim/input/net.h"

#include <gmock/gmock.h>

#include "models/base/error.h"
#include "tests/sim/input/temp_folder.h"

namespace cv2x {
namespace {

using ::testing::HasSubstr;

constexpr const char* kA10Net = "/usr/share/sumo/tools/game/A10KW/osm.net.xml";
/// <location> of that network.
constexpr const char* kA10Location =
    R"(<location netOffset="-402990.32,-5794389.48" convBoundary="330.80,0.00,2817.12,3173.89" origBoundary="13.576712,52.291597,13.630952,52.319872" projParameter="+proj=utm +zone=33 +ellps=WGS84 +datum=WGS84 +units=m +no_defs"/>)";

template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Net, ReadsNoFurtherThanTheLocation) {
  const TempFolder folder;
  const auto path = folder.write_gz("a.net.xml.gz", std::string("<net>\n") + kA10Location + "<edge>" +
                                                        std::string(1'000'000, ' ') + "& broken");
  const auto location = read_net_location(path);
  EXPECT_EQ(location.offset_x_m, -402990.32);
  EXPECT_EQ(location.offset_y_m, -5794389.48);
  EXPECT_EQ(location.bounds_m.x_min, 330.80);
  EXPECT_EQ(location.bounds_m.y_max, 3173.89);
  EXPECT_EQ(location.original.x_max, 13.630952);
}

/// The same vehicle written by SUMO 1.15 with and without --fcd-output.geo (precision 6, precision.geo 12).
TEST(Net, ProjectsLikeSumo) {
  const TempFolder folder;
  const auto path = folder.write("a.net.xml", std::string("<net>") + kA10Location + "</net>");
  const NetProjection projection(path, read_net_location(path));
  const auto xy = projection.to_xy({13.602435388171, 52.311199218719});
  EXPECT_NEAR(xy.x_m, 1735.205485, 1e-5);
  EXPECT_NEAR(xy.y_m, 2181.713136, 1e-5);
  const auto place = projection.to_lon_lat({1734.252434, 2174.083062});
  EXPECT_NEAR(place.lon_deg, 13.602423572726, 1e-10);
  EXPECT_NEAR(place.lat_deg, 52.311130475729, 1e-10);
  const auto& box = read_net_location(path).bounds_m;
  for (const double x : {box.x_min, box.x_max}) {
    for (const double y : {box.y_min, box.y_max}) {
      const auto back = projection.to_xy(projection.to_lon_lat({x, y}));
      EXPECT_NEAR(back.x_m, x, 1e-6);
      EXPECT_NEAR(back.y_m, y, 1e-6);
    }
  }
}

/// origBoundary spans more than the roads east and west, and is turned against the network's box by the
/// convergence of the meridians (1.1° there: 71 m over its 3.7 km).
TEST(Net, PutsTheCornersOfTheA10WhereSumoHasThem) {
  if (!std::filesystem::exists(kA10Net)) GTEST_SKIP() << "needs " << kA10Net << " (Debian: sumo-tools)";
  const auto location = read_net_location(kA10Net);
  const NetProjection projection(kA10Net, location);
  const auto low = projection.to_xy({location.original.x_min, location.original.y_min});
  const auto high = projection.to_xy({location.original.x_max, location.original.y_max});
  EXPECT_NEAR(low.y_m, location.bounds_m.y_min, 75);
  EXPECT_NEAR(high.y_m, location.bounds_m.y_max, 75);
  EXPECT_LT(low.x_m, location.bounds_m.x_min);
  EXPECT_GT(high.x_m, location.bounds_m.x_max);
}

TEST(Net, SaysWhatIsWrong) {
  const TempFolder folder;
  const auto location_error = [&](const std::string& inside) {
    const auto path = folder.write("a.net.xml", "<net>\n " + inside + "</net>");
    auto text = error_of([&] { NetProjection(path, read_net_location(path)).to_xy({0, 90.5}); });
    return text.substr(std::min(text.size(), path.size()));
  };
  const std::string head = "<location netOffset=\"1,2\" convBoundary=\"0,0,1,1\" origBoundary=\"0,0,1,1\" ";
  EXPECT_EQ(location_error(""), ": the road network has no <location>");
  EXPECT_EQ(location_error("<location netOffset=\"1\"/>"),
            ":2:2: netOffset=\"1\" is not 2 numbers with commas between them");
  EXPECT_EQ(location_error("<location netOffset=\"1,2\"/>"), ":2:2: <location> has no convBoundary");
  EXPECT_EQ(location_error("<location netOffset=\"1,2\" convBoundary=\"0,0,1,nan\"/>"),
            ":2:2: convBoundary=\"0,0,1,nan\" is not 4 numbers with commas between them");
  EXPECT_EQ(location_error("<location netOffset=\"1,2\" convBoundary=\"0,0,1,1,5\"/>"),
            ":2:2: convBoundary=\"0,0,1,1,5\" is not 4 numbers with commas between them");
  for (const std::string none : {"!", "-"})
    EXPECT_EQ(location_error(head + "projParameter=\"" + none + "\"/>"),
              ": the road network has no projection (projParameter=\"" + none +
                  "\"), so longitude and latitude cannot be placed in it; give x and y");
  for (const std::string wrong : {"+proj=flat", "nonsense", "+proj=affine"})
    EXPECT_EQ(location_error(head + "projParameter=\"" + wrong + "\"/>"),
              ": projParameter=\"" + wrong + "\" is not a projection that PROJ knows");
  EXPECT_THAT(location_error(head + "projParameter=\"+proj=merc +ellps=WGS84\"/>"),
              HasSubstr("latitude 90.5 is outside of its projection"));
  EXPECT_THAT(error_of([&] { read_net_location(folder.write("b.xml", "<fcd-export/>")); }),
              HasSubstr(":1:1: not a SUMO road network: the root element is <fcd-export>"));
}

}  // namespace
}  // namespace cv2x
