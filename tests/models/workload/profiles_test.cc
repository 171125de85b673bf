#include "models/workload/profiles.h"

#include <gtest/gtest.h>

#include <set>

#include "models/workload/equipment.h"

namespace cv2x {
namespace {

TEST(Profiles, AreNamedOnceAndSayWhereTheyAreFrom) {
  std::set<std::string_view> names;
  for (const Profile& p : profiles()) {
    EXPECT_TRUE(names.insert(p.name).second) << p.name;
    EXPECT_FALSE(p.what.empty()) << p.name;
    EXPECT_FALSE(p.source.empty()) << p.name;
    EXPECT_GT(p.params.rate_hz, 0) << p.name;
    EXPECT_GT(p.params.deadline_ns, 0) << p.name;
    EXPECT_EQ(find_profile(p.name), &p);
  }
  EXPECT_EQ(profile_names().size(), names.size());
  EXPECT_EQ(find_profile("none"), nullptr);
}

// The values of edgecloudsim_applications.csv: interarrival s, KB up and down, MI, max delay s.
TEST(Profiles, EdgeCloudSimsVehicularSet) {
  struct Application {
    const char* name;
    double interarrival_s;
    std::int64_t up_kb, down_kb;
    double mi;
    TimeNs deadline_ns;
  };
  double per_vehicle_hz = 0, share = 0.3;
  for (const Application& a :
       {Application{"edgecloudsim_traffic_management", 3, 20, 20, 3000, kSecond / 2},
        Application{"edgecloudsim_danger_assessment", 5, 40, 20, 10'000, kSecond},
        Application{"edgecloudsim_infotainment", 15, 20, 80, 20'000, 3 * kSecond / 2}}) {
    const Profile* p = find_profile(a.name);
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(p->params.kind, ServiceKind::kPerceptionOffload);
    EXPECT_EQ(p->params.arrivals, ArrivalKind::kPoisson);
    EXPECT_DOUBLE_EQ(p->params.rate_hz, 1 / a.interarrival_s);
    EXPECT_EQ(p->params.input_bytes, 1000 * a.up_kb);
    EXPECT_EQ(p->params.output_bytes, 1000 * a.down_kb);
    EXPECT_EQ(p->params.cycles, 1e6 * a.mi);
    EXPECT_EQ(p->params.deadline_ns, a.deadline_ns);
    EXPECT_EQ(p->params.spread, 0.1);
    for (const SizeKind kind : {p->params.input_kind, p->params.output_kind, p->params.cycles_kind})
      EXPECT_EQ(kind, SizeKind::kUniform);
    per_vehicle_hz += share * p->params.rate_hz;
    share = 0.35;
  }
  EXPECT_NEAR(per_vehicle_hz, 0.19333, 1e-5);  // as its header gives it
}

TEST(Profiles, GiveEverythingButTheName) {
  ServiceParams p;
  p.name = "camera";
  p.profile = "yolo11s_pipeline";
  p.rate_hz = 77;
  take_profile(p);
  EXPECT_EQ(p.name, "camera");
  EXPECT_EQ(p.profile, "yolo11s_pipeline");
  EXPECT_EQ(p.rate_hz, 10);
  EXPECT_EQ(p.kind, ServiceKind::kPerceptionPipeline);
  const auto graph = p.graph();
  ASSERT_EQ(graph.size(), 3U);
  EXPECT_EQ(graph[0].cycles, 21.5e9 / 16);
  EXPECT_EQ(graph[1].inputs[0].name, "detect");
  EXPECT_EQ(graph[1].inputs[0].bytes, 1000);
  EXPECT_EQ(graph[2].inputs[0].bytes, 2000);
  EXPECT_EQ(profile_problem(p), "");
  p.kind = ServiceKind::kMapDownload;
  EXPECT_EQ(profile_problem(p), "profile 'yolo11s_pipeline' is of kind perception_pipeline");
  p.profile = "none";
  take_profile(p);
  EXPECT_EQ(p.kind, ServiceKind::kMapDownload);
}

}  // namespace
}  // namespace cv2x
