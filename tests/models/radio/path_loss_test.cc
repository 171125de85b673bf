#include "models/radio/path_loss.h"

#include <gtest/gtest.h>
#include <ns3/boolean.h>
#include <ns3/channel-condition-model.h>
#include <ns3/constant-position-mobility-model.h>
#include <ns3/double.h>
#include <ns3/node.h>
#include <ns3/object-factory.h>
#include <ns3/three-gpp-propagation-loss-model.h>

#include <cmath>

#include "tests/models/radio/reference.h"

namespace cv2x::radio {
namespace {

constexpr double kNs3Light = 3.0e8;

struct Ns3Case {
  Environment environment;
  const char* ns3_model;
  std::vector<double> h_bs_m, h_ut_m;
  double max_d2d_m;
};

/// ns-3's own loss between two nodes at rest: shadowing off, channel condition set by hand.
class Ns3Loss {
 public:
  Ns3Loss(const char* model, double frequency_hz, bool los, double h_bs_m, double h_ut_m) {
    ns3::ObjectFactory factory(model);
    loss_ = factory.Create<ns3::ThreeGppPropagationLossModel>();
    loss_->SetAttribute("Frequency", ns3::DoubleValue(frequency_hz));
    loss_->SetAttribute("ShadowingEnabled", ns3::BooleanValue(false));
    if (los) {
      loss_->SetChannelConditionModel(ns3::CreateObject<ns3::AlwaysLosChannelConditionModel>());
    } else {
      loss_->SetChannelConditionModel(ns3::CreateObject<ns3::NeverLosChannelConditionModel>());
    }
    for (auto* end : {&bs_, &ut_}) {
      const auto node = ns3::CreateObject<ns3::Node>();
      *end = ns3::CreateObject<ns3::ConstantPositionMobilityModel>();
      node->AggregateObject(*end);
    }
    bs_->SetPosition({0, 0, h_bs_m});
    h_ut_m_ = h_ut_m;
  }
  double at(double d2d_m) {
    ut_->SetPosition({d2d_m, 0, h_ut_m_});
    return -loss_->CalcRxPower(0, bs_, ut_);
  }

 private:
  ns3::Ptr<ns3::ThreeGppPropagationLossModel> loss_;
  ns3::Ptr<ns3::MobilityModel> bs_, ut_;
  double h_ut_m_;
};

TEST(PathLoss, EqualsNs3) {
  const Ns3Case cases[] = {
      {Environment::kUma, "ns3::ThreeGppUmaPropagationLossModel", {25}, {1.5, 2.4, 5, 12.5}, 5000},
      {Environment::kUmi, "ns3::ThreeGppUmiStreetCanyonPropagationLossModel", {10}, {1.5, 2.4, 5}, 5000},
      {Environment::kRma, "ns3::ThreeGppRmaPropagationLossModel", {20, 35, 80}, {1.5, 2.4, 5}, 10000},
  };
  int compared = 0, behind = 0;
  double worst_db = 0;
  for (const Ns3Case& c : cases) {
    for (const double frequency_hz : {0.7e9, 2.0e9, 3.5e9, 5.9e9, 28e9}) {
      const PathLoss ours({.environment = c.environment}, frequency_hz, kNs3Light);
      for (const double h_bs : c.h_bs_m) {
        for (const double h_ut : c.h_ut_m) {
          const double breakpoint = ours.breakpoint_m(h_bs, h_ut);
          std::vector<double> distances = {10,  10.5,           18,         35.25,          100,  250,
                                           500, breakpoint - 1, breakpoint, breakpoint + 1, 1000, 2000,
                                           4999};
          if (c.max_d2d_m > 5000) distances.push_back(9999);
          for (const bool los : {true, false}) {
            Ns3Loss theirs(c.ns3_model, frequency_hz, los, h_bs, h_ut);
            for (const double d : distances) {
              if (d < 10 || d > (los ? c.max_d2d_m : 5000)) continue;
              const double ours_db = ours.loss_db({d, h_bs, h_ut}, los), theirs_db = theirs.at(d);
              EXPECT_NEAR(ours_db, theirs_db, 1e-6) << c.ns3_model << " los " << los << " f " << frequency_hz
                                                    << " d " << d << " bs " << h_bs << " ut " << h_ut;
              worst_db = std::max(worst_db, std::abs(ours_db - theirs_db));
              ++compared;
              behind += d > breakpoint;
            }
          }
        }
      }
    }
  }
  RecordProperty("largest_difference_db", std::to_string(worst_db));
  EXPECT_GT(compared, 1500);
  EXPECT_GT(behind, 300);
}

TEST(PathLoss, EqualsReferenceVectors) {
  const auto rows = read_reference("ns3_pathloss_testvectors.csv");
  if (rows.empty()) GTEST_SKIP() << "no ../shared/reference/ns3_pathloss_testvectors.csv";
  int compared = 0;
  for (const auto& row : rows) {
    ChannelParams params;
    if (row[0] == "UMa") {
      params.environment = Environment::kUma;
    } else if (row[0] == "UMi") {
      params.environment = Environment::kUmi;
    } else if (row[0] == "RMa") {
      params.environment = Environment::kRma;
    } else {
      continue;
    }
    const PathLoss loss(params, std::stod(row[2]) * 1e9, kNs3Light);
    const LinkGeometry link{std::stod(row[3]), std::stod(row[4]), std::stod(row[5])};
    EXPECT_NEAR(loss.loss_db(link, row[1] == "LOS"), std::stod(row[6]), 1e-4) << row[0] << " " << row[3];
    ++compared;
  }
  EXPECT_EQ(compared, 18);
}

TEST(PathLoss, ExactSpeedOfLightMovesTheBreakpoint) {
  const PathLoss exact({}, 5e9), rounded({}, 5e9, kNs3Light);
  EXPECT_NEAR(exact.breakpoint_m(25, 1.5) / rounded.breakpoint_m(25, 1.5), 3.0e8 / 299'792'458.0, 1e-12);
  EXPECT_NEAR(rounded.los_db({2000, 25, 1.5}) - exact.los_db({2000, 25, 1.5}), 0.0054, 1e-4);
  EXPECT_EQ(exact.los_db({100, 25, 1.5}), rounded.los_db({100, 25, 1.5}));
}

TEST(PathLoss, NearerThanTenMetresCountsAsTen) {
  for (const Environment environment : {Environment::kUma, Environment::kUmi, Environment::kRma}) {
    const PathLoss loss({.environment = environment}, 3.5e9);
    for (const bool los : {true, false}) {
      EXPECT_EQ(loss.loss_db({0, 25, 1.5}, los), loss.loss_db({10, 25, 1.5}, los));
      EXPECT_EQ(loss.loss_db({9.9, 25, 1.5}, los), loss.loss_db({10, 25, 1.5}, los));
      EXPECT_LT(loss.loss_db({10, 25, 1.5}, los), loss.loss_db({10.1, 25, 1.5}, los));
    }
  }
}

TEST(PathLoss, LowTerminalHasABreakpoint) {
  const PathLoss loss({}, 3.5e9);
  EXPECT_NEAR(loss.breakpoint_m(25, 0.5), loss.breakpoint_m(25, 1.1), 1e-9);
  EXPECT_TRUE(std::isfinite(loss.los_db({500, 25, 0.0})));
}

TEST(PathLoss, BuildingsAndStreetsCountInRma) {
  const PathLoss plain({.environment = Environment::kRma}, 2e9);
  const PathLoss wide({.environment = Environment::kRma, .street_width_m = 40}, 2e9);
  const PathLoss tall({.environment = Environment::kRma, .building_height_m = 20}, 2e9);
  const LinkGeometry link{1500, 35, 1.5};
  EXPECT_NEAR(plain.nlos_db(link) - wide.nlos_db(link), 7.1 * std::log10(2), 1e-9);
  // Hand-computed from table 7.4.1-1: h = 20 m, hBS = 35 m; d3D = sqrt(1500² + 33.5²) m.
  const double d3d = std::sqrt(1500.0 * 1500 + 33.5 * 33.5);
  const double nlos = 161.04 - 7.1 * std::log10(20) + 7.5 * std::log10(20) -
                      (24.37 - 3.7 * std::pow(20.0 / 35, 2)) * std::log10(35) +
                      (43.42 - 3.1 * std::log10(35)) * (std::log10(d3d) - 3) + 20 * std::log10(2) -
                      (3.2 * std::pow(std::log10(11.75 * 1.5), 2) - 4.97);
  EXPECT_NEAR(tall.nlos_db(link), nlos, 1e-9);
  const double los = 20 * std::log10(40 * M_PI * d3d * 2 / 3) + 0.03 * std::pow(20, 1.72) * std::log10(d3d) -
                     0.044 * std::pow(20, 1.72) + 0.002 * std::log10(20) * d3d;
  EXPECT_NEAR(tall.los_db(link), los, 1e-9);
}

TEST(PathLoss, LineOfSightProbability) {
  // TR 38.901 table 7.4.2-1, worked by hand.
  const PathLoss uma({.environment = Environment::kUma}, 2e9), umi({.environment = Environment::kUmi}, 2e9),
      rma({.environment = Environment::kRma}, 2e9);
  for (const PathLoss* loss : {&uma, &umi}) {
    EXPECT_EQ(loss->los_probability({0, 25, 1.5}), 1);
    EXPECT_EQ(loss->los_probability({18, 25, 1.5}), 1);
  }
  EXPECT_EQ(rma.los_probability({10, 35, 1.5}), 1);
  EXPECT_NEAR(umi.los_probability({100, 10, 1.5}), 0.18 + std::exp(-100.0 / 36) * 0.82, 1e-12);
  EXPECT_NEAR(uma.los_probability({100, 25, 1.5}), 0.18 + std::exp(-100.0 / 63) * 0.82, 1e-12);
  EXPECT_NEAR(
      uma.los_probability({100, 25, 22.5}),
      (0.18 + std::exp(-100.0 / 63) * 0.82) * (1 + std::pow(0.95, 1.5) * 1.25 * std::exp(-100.0 / 150)),
      1e-12);
  EXPECT_NEAR(rma.los_probability({1010, 35, 1.5}), std::exp(-1.0), 1e-12);
}

TEST(PathLoss, ShadowingStatistics) {
  // TR 38.901 tables 7.4.1-1 and 7.5-6.
  const auto expect = [](Environment environment, bool los, double d2d_m, double sigma_db, double m) {
    const PathLoss loss({.environment = environment}, 2e9);
    const Shadowing s = loss.shadowing({d2d_m, 35, 1.5}, los);
    EXPECT_EQ(s.sigma_db, sigma_db);
    EXPECT_EQ(s.correlation_m, m);
  };
  expect(Environment::kUma, true, 100, 4, 37);
  expect(Environment::kUma, false, 100, 6, 50);
  expect(Environment::kUmi, true, 100, 4, 10);
  expect(Environment::kUmi, false, 100, 7.82, 13);
  expect(Environment::kRma, true, 2000, 4, 37);  // breakpoint 2201 m
  expect(Environment::kRma, true, 2300, 6, 37);
  expect(Environment::kRma, false, 2300, 8, 120);
}

}  // namespace
}  // namespace cv2x::radio
