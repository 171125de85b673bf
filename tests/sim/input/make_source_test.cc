#include "sim/input/make_source.h"

#include <gmock/gmock.h>

#include "models/base/error.h"
#include "tests/sim/input/temp_folder.h"

namespace cv2x {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kNet =
    R"(<net><location netOffset="-402990.32,-5794389.48" convBoundary="330.80,0.00,2817.12,3173.89" origBoundary="13,52,14,53" projParameter="+proj=utm +zone=33 +ellps=WGS84 +datum=WGS84 +units=m +no_defs"/></net>)";

std::string first_name(const MobilityParams& params) {
  const auto source = make_trace_source(params, {}, kSecond);
  TraceStep step;
  EXPECT_TRUE(source->next(step));
  return step.entered.empty() ? "" : step.entered.front().name;
}

TEST(MakeSource, PicksTheSource) {
  const TempFolder folder;
  MobilityParams params;
  EXPECT_EQ(first_name(params), "hw-0");
  params.kind = MobilityKind::kStatic;
  EXPECT_EQ(first_name(params), "row-0");
  params.kind = MobilityKind::kFcd;
  params.begin_ns = 2 * kSecond;
  params.file =
      folder.write("a.xml",
                   "<fcd-export><timestep time=\"1\"/><timestep time=\"2\"><vehicle id=\"v\" x=\"1\" "
                   "y=\"2\" angle=\"3\" speed=\"4\"/></timestep></fcd-export>");
  EXPECT_EQ(first_name(params), "v");
  params.kind = MobilityKind::kSumo;
  EXPECT_THROW(first_name(params), UserError) << "a trace is not a SUMO configuration";
}

TEST(MakeSource, ListsEveryInputFile) {
  const TempFolder folder;
  MobilityParams params;
  EXPECT_THAT(input_files_of(params), IsEmpty());
  params.kind = MobilityKind::kFcd;
  params.file = "a.xml";
  params.network = "b.net.xml";
  EXPECT_THAT(input_files_of(params), ElementsAre("a.xml", "b.net.xml"));
  params.kind = MobilityKind::kSumo;
  params.network.clear();
  const auto net = folder.write("in/a.net.xml", kNet);
  const auto routes = folder.write("in/r.rou.xml", "<routes><include href=\"../deep.xml\"/></routes>");
  const auto deep = folder.write("deep.xml", "<routes><include href=\"in/r.rou.xml\"/></routes>");
  params.file = folder.write("run.sumocfg",
                             "<configuration><n v=\"in/a.net.xml\"/><r v=\"in/r.rou.xml\"/></configuration>");
  EXPECT_THAT(input_files_of(params), ElementsAre(params.file, net, routes, deep)) << "a cycle ends";
}

class ResolvePositions : public ::testing::Test {
 protected:
  ResolvePositions() {
    mobility_.kind = MobilityKind::kFcd;
    mobility_.network = folder_.write("a.net.xml", kNet);
    sites_.resize(2);
    sites_[0].name = "metres";
    sites_[0].x_m = 7;
    sites_[1].name = "degrees";
    sites_[1].placement = Placement::kLonLat;
    sites_[1].lon_deg = 13.602435388171;
    sites_[1].lat_deg = 52.311199218719;
  }
  std::string error() {
    try {
      resolve_positions(sites_, mobility_);
    } catch (const UserError& e) {
      return e.what();
    }
    return "no error";
  }

  TempFolder folder_;
  MobilityParams mobility_;
  std::vector<SiteParams> sites_;
};

TEST_F(ResolvePositions, FillsSitesPlacedByLonLatOnly) {
  resolve_positions(sites_, mobility_);
  EXPECT_EQ(sites_[0].x_m, 7);
  EXPECT_NEAR(sites_[1].x_m, 1735.205485, 1e-5);
  EXPECT_NEAR(sites_[1].y_m, 2181.713136, 1e-5);
}

TEST_F(ResolvePositions, TakesTheNetworkFromTheSumoConfiguration) {
  mobility_.kind = MobilityKind::kSumo;
  mobility_.network.clear();
  mobility_.file = folder_.write("run.sumocfg", "<configuration><n value=\"a.net.xml\"/></configuration>");
  resolve_positions(sites_, mobility_);
  EXPECT_NEAR(sites_[1].x_m, 1735.205485, 1e-5);
}

TEST_F(ResolvePositions, NeedsANetworkOnlyWhenASiteDoes) {
  mobility_.network.clear();
  EXPECT_THAT(error(), HasSubstr("sites.degrees.placement: lon_lat needs a road network"));
  sites_.pop_back();
  EXPECT_EQ(error(), "no error");
}

TEST_F(ResolvePositions, NoticesExchangedDegrees) {
  std::swap(sites_[1].lon_deg, sites_[1].lat_deg);
  EXPECT_THAT(error(), HasSubstr("sites.degrees: longitude 52.311199218719, latitude 13.602435388171 is more "
                                 "than 100 km from the road network"));
}

}  // namespace
}  // namespace cv2x
