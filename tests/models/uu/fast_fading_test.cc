#include "models/uu/fast_fading.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/uu/mac_fixture.h"

namespace cv2x::uu {
namespace {

CarrierParams fading_carrier() {
  CarrierParams carrier = test_carrier();
  carrier.fading_given = true;
  return carrier;
}

TEST(FastFading, ReportsAreAsOldAsPeriodAndDelayMakeThem) {
  CarrierParams carrier = fading_carrier();
  carrier.fading.csi_period_ns = 10 * kMillisecond;
  carrier.fading.csi_delay_ns = 4 * kMillisecond;
  FastFading fading(carrier, 51, {});
  // 30 m/s: several wavelengths between reports.
  fading.move(0, 1, {.at = {100, 0, 1.5}, .vx_mps = 30});
  const auto known = [&](TimeNs at) { return fading.known(0, Direction::kDownlink, 10, at); };
  const double first = known(5 * kMillisecond);  // measured at 0
  EXPECT_EQ(known(13'999'999), first);           // the one at 10 ms comes at 14 ms
  const double second = known(14 * kMillisecond);
  EXPECT_NE(second, first);
  EXPECT_EQ(known(23 * kMillisecond), second);
}

TEST(FastFading, AReportIsTheMeanRateOverTheCarrier) {
  const CarrierParams carrier = fading_carrier();
  FastFading fading(carrier, 51, {});
  fading.move(3, 7, {.at = {100, 0, 1.5}});
  const radio::Fading law(carrier.fading, carrier.frequency_hz, 4 * 360e3, {}, 7);
  std::vector<float> gains(13);
  law.gains({100, 0, 1.5}, false, 0, gains);
  double bits = 0;
  for (const float g : gains) bits += std::log2(1 + 10 * double{g}) / 13;
  EXPECT_NEAR(fading.known(3, Direction::kUplink, 10, 20 * kMillisecond) * 10, std::exp2(bits) - 1, 1e-6);
}

TEST(FastFading, ABlockSeesItsOwnGroups) {
  const CarrierParams carrier = fading_carrier();
  FastFading fading(carrier, 51, {});
  fading.move(0, 7, {.at = {100, 0, 1.5}, .vx_mps = 10});
  const radio::Fading law(carrier.fading, carrier.frequency_hz, 4 * 360e3, {}, 7);
  std::vector<float> gain(1);
  law.gains({100.2, 0, 1.5}, false, 2, gain);
  EXPECT_NEAR(fading.effective(0, 10, 8, 12, 4, 20 * kMillisecond), 10 * gain[0], 1e-5);
  const double two = fading.effective(0, 10, 6, 12, 4, 20 * kMillisecond);
  law.gains({100.2, 0, 1.5}, false, 1, gain);
  EXPECT_NE(two, 10 * gain[0]);
  // Nobody has told it of this UE: no fading.
  EXPECT_EQ(fading.effective(9, 10, 8, 12, 4, 0), 10);
}

/// Share of first transmissions that fail, of a UE that moves for 20 s and always has something to send.
double error_rate(double speed_mps, TimeNs csi_delay_ns) {
  CarrierParams carrier = fading_carrier();
  carrier.fading.csi_delay_ns = csi_delay_ns;
  carrier.harq_transmissions = 1;
  carrier.rlc_retransmissions = 0;
  Driver driver(carrier);
  driver.add(0, 0, {-120});
  CellLoad load;
  for (TimeNs now = 0; now < 20'000 * kMillisecond; now += 100 * kMillisecond) {
    driver.mac.set_motion(
        0, 7, {.at = {100 + speed_mps * to_seconds(now), 0, 1.5}, .vx_mps = speed_mps, .time_ns = now});
    for (int i = 0; i < 50; ++i)
      driver.mac.enqueue(Direction::kDownlink, 0, static_cast<std::uint32_t>(i), 300,
                         now + i * 2 * kMillisecond),
          driver.run_until(now + (i + 1) * 2 * kMillisecond);
    const CellLoad part = driver.mac.take_load(0);
    load.blocks[1] += part.blocks[1];
    load.nacks[1] += part.nacks[1];
  }
  return static_cast<double>(load.nacks[1]) / load.blocks[1];
}

TEST(FastFading, TheOuterLoopKeepsTheErrorRate) {
  // Slow: reports are good. Fast: they tell nothing, so the loop backs off.
  EXPECT_NEAR(error_rate(1, 0), 0.1, 0.03);
  EXPECT_NEAR(error_rate(30, 10 * kMillisecond), 0.1, 0.03);
}

}  // namespace
}  // namespace cv2x::uu
