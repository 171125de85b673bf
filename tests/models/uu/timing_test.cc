#include "models/uu/timing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "models/base/error.h"
#include "tests/models/uu/mac_fixture.h"

namespace cv2x::uu {
namespace {

CarrierParams carrier_of(int mu, int capability) {
  CarrierParams carrier = test_carrier();
  carrier.numerology = mu;
  carrier.ue_capability = capability;
  carrier.sr_period_ns = radio::slot_ns(mu);
  carrier.first_grant_bytes = 1000;
  carrier.p0_dbm = -40;  // so strong that nothing is ever lost
  return carrier;
}

constexpr int kArrivals = 400;  // they resolve an arrival to 1/400 of a slot

/// Mean latency [ms] of lone transfers of 100 bytes whose arrivals are spread evenly over a slot.
double mean_ms(const CarrierParams& carrier, Direction direction) {
  const TimeNs slot = radio::slot_ns(static_cast<int>(carrier.numerology));
  Driver driver(carrier);
  driver.add(0, 0, {kGoodGainDb});
  double sum = 0;
  for (std::uint32_t i = 0; i < kArrivals; ++i) {
    const TimeNs at = i * 20 * kMillisecond + (2 * i + 1) * slot / (2 * kArrivals);
    driver.mac.enqueue(direction, 0, i, 100, at);
    driver.run();
    const Done& done = driver.ended.at(i).done;
    EXPECT_EQ(done.outcome, Outcome::kDelivered);
    sum += to_seconds(done.end_ns - at) * 1e3;
  }
  return sum / kArrivals;
}

// Tproc1, Tproc2 [ms] of TS 38.214 tables 5.3-1/-2 and 6.4-1/-2, independent of the code.
double tproc_ms(double symbols, int mu) { return symbols * 2192 * 64 / 480e3 / 4096 * 1e3 / (1 << mu); }

struct Case {
  int mu, capability;
  double n1, n2;
};
const Case kCases[] = {{0, 1, 8, 10}, {1, 1, 10, 12}, {2, 1, 17, 23}, {0, 2, 3, 5}, {1, 2, 4.5, 5.5}};

TEST(Timing, MeanUplinkLatencyEqualsTheClosedForm) {
  for (const Case& c : kCases) {
    const double t1 = tproc_ms(c.n1, c.mu), t2 = tproc_ms(c.n2, c.mu), slot = 1.0 / (1 << c.mu);
    const double n1 = std::ceil((t1 + t2) / 2 / slot), n2 = std::ceil((slot / 14 + t2) / slot);
    const double expected = t1 + slot * (0.5 + 1.0 / 14 + n1 + n2) + slot;
    const CarrierParams carrier = carrier_of(c.mu, c.capability);
    EXPECT_NEAR(mean_ms(carrier, Direction::kUplink), expected, slot / kArrivals)
        << c.mu << " " << c.capability;
    EXPECT_NEAR(to_seconds(Timing(carrier).mean_uplink_ns()) * 1e3, expected, 1e-3);
  }
}

TEST(Timing, MeanDownlinkLatencyEqualsTheClosedForm) {
  for (const Case& c : kCases) {
    const double t1 = tproc_ms(c.n1, c.mu), t2 = tproc_ms(c.n2, c.mu), slot = 1.0 / (1 << c.mu);
    const double expected = t2 / 2 + slot / 2 + slot + t1 / 2;
    const CarrierParams carrier = carrier_of(c.mu, c.capability);
    EXPECT_NEAR(mean_ms(carrier, Direction::kDownlink), expected, slot / kArrivals)
        << c.mu << " " << c.capability;
    EXPECT_NEAR(to_seconds(Timing(carrier).mean_downlink_ns()) * 1e3, expected, 1e-3);
  }
}

std::vector<std::vector<std::string>> rows_of(std::ifstream& file) {
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    auto& row = rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
  }
  rows.erase(rows.begin());  // heading
  return rows;
}

TEST(Timing, MeanUplinkLatencyEqualsTheReference) {
  std::ifstream file(CV2X_SHARED_DIR "/reference/nr_ul_dynamic_grant_latency.csv");
  if (!file) GTEST_SKIP() << "shared reference numbers are not here";
  int compared = 0;
  for (const auto& row : rows_of(file)) {
    if (row[2] != "14") continue;  // shorter PUSCH: not modelled
    const int mu = row[1] == "15" ? 0 : 1;
    EXPECT_NEAR(mean_ms(carrier_of(mu, std::stoi(row[0])), Direction::kUplink), std::stod(row[3]), 2.6e-3);
    ++compared;
  }
  EXPECT_EQ(compared, 4);
}

TEST(Timing, DownlinkAndItsHarqCycleEqualTheReference) {
  std::ifstream file(CV2X_SHARED_DIR "/reference/nr_userplane_latency.csv");
  if (!file) GTEST_SKIP() << "shared reference numbers are not here";
  int compared = 0;
  for (const auto& row : rows_of(file)) {
    if (row[0] != "FDD" || row[2] != "DL" || row[5] != "A" || row[6] != "14" || row[7] != "0") continue;
    const int mu = row[4] == "15" ? 0 : 1;
    const CarrierParams carrier = carrier_of(mu, std::stoi(row[3]));
    EXPECT_NEAR(mean_ms(carrier, Direction::kDownlink), std::stod(row[8]), 3e-3);
    const Timing timing(carrier);
    const Tick start = tick_of(100, 0);
    const Tick again = timing.pdsch_after_assignment(timing.assignment_after_pdsch(start));
    EXPECT_NEAR(to_seconds(timing.time(again) - timing.time(start)) * 1e3, std::stod(row[9]), 1e-4);
    ++compared;
  }
  EXPECT_EQ(compared, 4);
}

TEST(Timing, RequestSlotsOfAPeriod) {
  CarrierParams carrier = test_carrier();
  carrier.sr_period_ns = 5 * kMillisecond;  // 10 slots
  const Timing timing(carrier);
  EXPECT_EQ(timing.sr_period_slots(), 10);
  const TimeNs symbol13 = radio::symbol_time(0, 13, 1);
  EXPECT_EQ(timing.sr_tick(0, 0), tick_of(0, 13));
  EXPECT_EQ(timing.sr_tick(symbol13, 0), tick_of(0, 13));  // just in time
  EXPECT_EQ(timing.sr_tick(symbol13 + 1, 0), tick_of(10, 13));
  EXPECT_EQ(timing.sr_tick(symbol13 + 1, 1), tick_of(1, 13));
  EXPECT_EQ(timing.sr_tick(0, 9), tick_of(9, 13));
  EXPECT_EQ(timing.sr_tick(23 * timing.slot_ns(), 4), tick_of(24, 13));
  EXPECT_EQ(timing.sr_tick(23 * timing.slot_ns(), 2), tick_of(32, 13));
}

TEST(Timing, WhatTheStandardDoesNotHaveIsAUserError) {
  CarrierParams carrier = test_carrier();
  carrier.bandwidth_hz = 21e6;
  try {
    Timing timing(carrier);
    FAIL() << "accepted";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("20 MHz"), std::string::npos) << error.what();
  }
  carrier = test_carrier();
  carrier.frequency_hz = 28e9;
  carrier.bandwidth_hz = 100e6;
  carrier.numerology = 3;
  EXPECT_NO_THROW(Timing{carrier});
  carrier.ue_capability = 2;
  EXPECT_THROW(Timing{carrier}, UserError);
}

}  // namespace
}  // namespace cv2x::uu
