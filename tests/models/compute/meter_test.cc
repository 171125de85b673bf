#include "models/compute/meter.h"

#include <gtest/gtest.h>

namespace cv2x {
namespace {

// 4 cores between 100 and 300 W, 2 GPUs between 10 and 70 W each. Up 100 s,
// down 50 s. Cores: 80 core-seconds = 20 s of the host: 100 · 100 + 200 · 20 =
// 14 kJ. GPUs: 10 · 200 + 60 · 30 = 3.8 kJ.
TEST(HostMeter, EnergyAndCostByHand) {
  HostMeter meter({.cores = 4,
                   .gpus = 2,
                   .power = {.idle_w = 100, .peak_w = 300},
                   .gpu_power = {.idle_w = 10, .peak_w = 70},
                   .price_per_hour = 2.4},
                  50 * kSecond);
  meter.account(110 * kSecond, true, {.cores_ns = 60 * kSecond, .gpus_ns = 30 * kSecond});
  meter.account(160 * kSecond, false, {});
  meter.account(200 * kSecond, true, {.cores_ns = 20 * kSecond, .gpus_ns = 0});
  const HostTotals t = meter.totals();
  EXPECT_EQ(t.up_ns, 100 * kSecond);
  EXPECT_EQ(t.down_ns, 50 * kSecond);
  EXPECT_DOUBLE_EQ(t.energy_j, 14e3 + 3.8e3);
  EXPECT_DOUBLE_EQ(t.task_energy_j, 4e3 + 1.8e3);
  EXPECT_DOUBLE_EQ(t.cost, 0.1);
}

TEST(HostMeter, AMachineWithoutPowerDrawsNothing) {
  HostMeter meter({}, 0);
  meter.account(10 * kSecond, true, {.cores_ns = 5 * kSecond, .gpus_ns = 0});
  EXPECT_EQ(meter.totals().energy_j, 0);
  EXPECT_EQ(meter.totals().busy.cores_ns, 5 * kSecond);
}

}  // namespace
}  // namespace cv2x
