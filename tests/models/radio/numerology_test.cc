#include "models/radio/numerology.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/radio/reference.h"

namespace cv2x::radio {
namespace {

TEST(Numerology, SymbolsSplitASlotWithoutDrift) {
  for (int mu = 0; mu <= 3; ++mu) {
    EXPECT_EQ(slot_ns(mu) * (1 << mu), kMillisecond);
    // Ten years of slots: the end of a slot is the start of the next, to the nanosecond.
    const std::int64_t late = 10LL * 365 * 86'400 * 1000 * (1 << mu);
    EXPECT_EQ(slot_start(late, mu), 10LL * 365 * 86'400 * kSecond);
    for (const std::int64_t slot : {std::int64_t{0}, std::int64_t{1}, std::int64_t{999'999}, late}) {
      EXPECT_EQ(symbol_time(slot, 0, mu), slot_start(slot, mu));
      EXPECT_EQ(symbol_time(slot, 14, mu), slot_start(slot + 1, mu));
      for (int symbol = 0; symbol <= 14; ++symbol) {
        const TimeNs offset = symbol_time(slot, symbol, mu) - slot_start(slot, mu);
        EXPECT_LE(std::abs(static_cast<double>(offset) - symbol * static_cast<double>(slot_ns(mu)) / 14),
                  0.5);
        EXPECT_EQ(offset, symbols_ns(symbol, mu)) << "the same in every slot";
      }
    }
  }
  EXPECT_EQ(symbol_time(2, 1, 1), 1'000'000 + 35'714);
  EXPECT_EQ(symbol_time(0, 7, 3), 62'500);
}

TEST(Numerology, SlotOfATime) {
  EXPECT_EQ(slot_at(499'999, 1), 0);
  EXPECT_EQ(slot_at(500'000, 1), 1);
  EXPECT_EQ(next_slot(500'000, 1), 1);
  EXPECT_EQ(next_slot(500'001, 1), 2);
  EXPECT_EQ(next_slot(0, 1), 0);
}

TEST(Numerology, TransmissionBandwidth) {
  EXPECT_EQ(prbs(20e6, 0, 3.5e9), 106);
  EXPECT_EQ(prbs(20e6, 1, 3.5e9), 51);
  EXPECT_EQ(prbs(20e6, 2, 5.9e9), 24);
  EXPECT_EQ(prbs(100e6, 1, 3.5e9), 273);
  EXPECT_EQ(prbs(100e6, 0, 3.5e9), std::nullopt);
  EXPECT_EQ(prbs(5e6, 2, 3.5e9), std::nullopt);
  EXPECT_EQ(prbs(20e6, 3, 3.5e9), std::nullopt);
  EXPECT_EQ(prbs(400e6, 3, 28e9), 264);
  EXPECT_EQ(prbs(200e6, 2, 28e9), 264);
  EXPECT_EQ(prbs(200e6, 3, 60e9), std::nullopt);
  EXPECT_EQ(prbs(20e6, 1, 10e9), std::nullopt) << "between FR1 and FR2";
  EXPECT_EQ(prbs(21e6, 1, 3.5e9), std::nullopt);
}

TEST(Numerology, WholeTableOfFr1) {
  // TS 38.101-1 table 5.3.2-1 in its own layout; 0 = N/A.
  const int mhz[] = {5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100};
  const int n_rb[3][15] = {{25, 52, 79, 106, 133, 160, 188, 216, 242, 270, 0, 0, 0, 0, 0},
                           {11, 24, 38, 51, 65, 78, 92, 106, 119, 133, 162, 189, 217, 245, 273},
                           {0, 11, 18, 24, 31, 38, 44, 51, 58, 65, 79, 93, 107, 121, 135}};
  for (int mu = 0; mu < 3; ++mu) {
    for (int i = 0; i < 15; ++i) {
      EXPECT_EQ(prbs(mhz[i] * 1e6, mu, 3.5e9).value_or(0), n_rb[mu][i]) << mhz[i] << " MHz, µ " << mu;
    }
  }
}

TEST(Numerology, AllowedBandwidthsAreThoseThatExist) {
  EXPECT_EQ(allowed_bandwidths_hz(3, 28e9), (std::vector<double>{50e6, 100e6, 200e6, 400e6}));
  EXPECT_EQ(allowed_bandwidths_hz(3, 52.6e9), (std::vector<double>{50e6, 100e6, 200e6, 400e6}));
  EXPECT_TRUE(allowed_bandwidths_hz(1, 10e9).empty());
  EXPECT_EQ(allowed_bandwidths_hz(1, 3.5e9).size(), 15U);
  for (int mu = 0; mu <= 3; ++mu) {
    for (const double frequency : {0.7e9, 3.5e9, 28e9, 60e9}) {
      for (const double bandwidth : allowed_bandwidths_hz(mu, frequency)) {
        const auto n = prbs(bandwidth, mu, frequency);
        ASSERT_TRUE(n.has_value());
        // A channel is filled to 70 … 99 %.
        const double filled = *n * prb_bandwidth_hz(mu) / bandwidth;
        EXPECT_GT(filled, 0.70) << bandwidth << " µ " << mu;
        EXPECT_LT(filled, 0.99) << bandwidth << " µ " << mu;
      }
    }
  }
}

TEST(Numerology, ProcessingTimes) {
  EXPECT_EQ(tproc1_ns(0, 1), 570'833);
  EXPECT_EQ(tproc2_ns(1, 2), 196'224);
  EXPECT_EQ(tproc1_ns(3, 2), std::nullopt);
  EXPECT_EQ(tproc2_ns(3, 2), std::nullopt);
  EXPECT_EQ(tproc1_ns(1, 2, true), std::nullopt);
  EXPECT_EQ(tproc1_ns(0, 1, true), 927'604);
}

TEST(Numerology, ProcessingTimesOfReference) {
  const auto rows = read_reference("nr_processing_times.csv");
  if (rows.empty()) GTEST_SKIP() << "no ../shared/reference/nr_processing_times.csv";
  int compared = 0;
  for (const auto& row : rows) {
    const int mu = std::stoi(row[0]), capability = std::stoi(row[2]);
    if (mu > 3) continue;
    EXPECT_NEAR(static_cast<double>(tproc1_ns(mu, capability).value()), std::stod(row[6]) * 1e6, 1);
    EXPECT_NEAR(static_cast<double>(tproc2_ns(mu, capability).value()), std::stod(row[7]) * 1e6, 1);
    if (!row[4].empty()) {
      EXPECT_NEAR(static_cast<double>(tproc1_ns(mu, capability, true).value()),
                  std::stod(row[6]) * 1e6 * std::stod(row[4]) / std::stod(row[3]), 2);
    }
    ++compared;
  }
  EXPECT_EQ(compared, 7);
}

}  // namespace
}  // namespace cv2x::radio
