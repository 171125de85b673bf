#include "models/sidelink/pool.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cv2x::sidelink {
namespace {

TEST(Pool, ProcessingLimitsAreThoseOfTheStandard) {
  // TS 38.214 tables 8.1.4-1 and -2; TS 36.213 §14.1.1.6.
  for (const auto& [mu, proc0, proc1] : {std::array{0, 1, 3}, std::array{1, 1, 5}, std::array{2, 2, 9}}) {
    EXPECT_EQ(sensing_slots(SidelinkMode::kNrMode2, mu), proc0);
    EXPECT_EQ(most_t1_slots(SidelinkMode::kNrMode2, mu), proc1);
  }
  EXPECT_EQ(most_t1_slots(SidelinkMode::kLteMode4, 0), 4);
}

TEST(Pool, CounterRangesGoByThePeriod) {
  const auto range = [](TimeNs ms) {
    const CounterRange r = counter_range(ms * kMillisecond);
    return std::pair{r.low, r.high};
  };
  EXPECT_EQ(range(1000), std::pair(std::int64_t{5}, std::int64_t{15}));
  EXPECT_EQ(range(100), std::pair(std::int64_t{5}, std::int64_t{15}));
  EXPECT_EQ(range(50), std::pair(std::int64_t{10}, std::int64_t{30}));
  EXPECT_EQ(range(20), std::pair(std::int64_t{25}, std::int64_t{75}));
  EXPECT_EQ(range(5), std::pair(std::int64_t{25}, std::int64_t{75}));
}

TEST(Pool, LteCarriesItsEfficiency) {
  SidelinkParams p;
  p.mode = SidelinkMode::kLteMode4;
  p.pool.data_prbs = 10;
  p.efficiency = 1.41;
  EXPECT_EQ(packet_format(p, 1).bits, 1520);  // 10 · 12 · 9 · 1.41 = 1522.8
  EXPECT_EQ(packet_format(p, 1).data_prbs, 10);
  p.pool.data_prbs = 0;
  EXPECT_EQ(packet_format(p, 2).data_prbs, 22);  // two of the 24 PRBs for the SCI
  EXPECT_EQ(subchannels_for(p, 190), 1);
  EXPECT_EQ(subchannels_for(p, 191), 2);
  EXPECT_EQ(subchannels_for(p, 100'000), 0);
}

TEST(Pool, NrTransportBlocksGrowWithTheSubchannels) {
  SidelinkParams p;
  p.pool.subchannel_prbs = 50;
  p.mcs = 14;
  // 50 PRBs · 132 elements less PSCCH (360) and 2nd-stage SCI, 16QAM at 553/1024: about the 1774 B of
  // 5G-LENA.
  EXPECT_NEAR(static_cast<double>(packet_format(p, 1).bits) / 8, 1670, 30);
  EXPECT_GT(packet_format(p, 2).bits, 2 * packet_format(p, 1).bits);
}

TEST(Pool, PowerIsTotalOrADensity) {
  SidelinkParams p;
  p.pool.subchannel_prbs = 50;
  p.power_dbm = 23;
  EXPECT_DOUBLE_EQ(power_dbm(p, packet_format(p, 2)), 23);
  p.power_kind = SidelinkPower::kDensity;
  EXPECT_NEAR(power_dbm(p, packet_format(p, 1)), 23 + 10 * std::log10(9), 1e-9);  // 50 · 180 kHz
}

TEST(Pool, NoiseIsThatOfGonzalezMartin) {
  SidelinkParams p;  // noise figure 9 dB: −95 − 10 log10(50/10) dBm on 10 RBs
  EXPECT_NEAR(noise_dbm(p, 10), -102.0, 0.6);
}

TEST(Pool, CarriersAreThoseOfTheStandards) {
  SidelinkParams p;
  p.pool.bandwidth_hz = 10e6;
  EXPECT_EQ(carrier_prbs(p), 52);
  p.pool.numerology = 1;
  EXPECT_EQ(carrier_prbs(p), 24);
  p.pool.bandwidth_hz = 11e6;
  EXPECT_EQ(carrier_prbs(p), 0);
  p.mode = SidelinkMode::kLteMode4;
  p.pool.bandwidth_hz = 10e6;
  EXPECT_EQ(carrier_prbs(p), 50);
}

TEST(Pool, EmissionsFallWithTheDistanceInFrequency) {
  SidelinkParams p;
  p.pool.subchannels = 5;
  p.pool.subchannel_prbs = 10;
  const auto shares = emission_shares(p, 0, 1);
  EXPECT_EQ(shares[0], 1);
  EXPECT_GT(shares[1], shares[2]);
  EXPECT_GT(shares[1], 0.001F);
  EXPECT_LT(shares[1], 0.02F);
  EXPECT_GT(shares[4], shares[3]);  // its IQ image
  // Of the 52 PRBs of the carrier the image of the first ten is the last ten, eight of which are in the pool.
  EXPECT_NEAR(shares[4], 0.8 * std::pow(10, -2.5) + std::pow(10, -2.5) / 5.2, 1e-4);
  p.link.in_band_emission = false;
  EXPECT_EQ(emission_shares(p, 1, 2), (std::vector<float>{0, 1, 1, 0, 0}));
}

}  // namespace
}  // namespace cv2x::sidelink
