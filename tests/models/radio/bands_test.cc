#include "models/radio/bands.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/radio/numerology.h"

namespace cv2x::radio {
namespace {

std::vector<double> mhz(std::initializer_list<double> values) {
  std::vector<double> out;
  for (const double v : values) out.push_back(v * 1e6);
  return out;
}

TEST(Bands, ValuesOfTheStandard) {
  const Band* n78 = find_band("n78");
  ASSERT_NE(n78, nullptr);
  EXPECT_FALSE(n78->fdd);
  EXPECT_EQ(n78->downlink_low_hz, 3.3e9);
  EXPECT_EQ(n78->downlink_high_hz, 3.8e9);
  EXPECT_EQ(n78->bandwidths_hz[0], mhz({10, 15, 20, 25, 30, 40, 50}));
  EXPECT_EQ(n78->bandwidths_hz[1], mhz({10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100}));
  EXPECT_TRUE(n78->bandwidths_hz[3].empty());
  const Band* n20 = find_band("n20");
  ASSERT_NE(n20, nullptr);
  EXPECT_TRUE(n20->fdd);
  EXPECT_EQ(n20->uplink_low_hz, 832e6);
  EXPECT_EQ(n20->downlink_low_hz, 791e6);
  EXPECT_EQ(n20->bandwidths_hz[0], mhz({5, 10, 15, 20}));
  EXPECT_TRUE(n20->bandwidths_hz[2].empty());
  const Band* n257 = find_band("n257");
  ASSERT_NE(n257, nullptr);
  EXPECT_EQ(n257->downlink_low_hz, 26.5e9);
  EXPECT_EQ(n257->bandwidths_hz[3], mhz({50, 100, 200, 400}));
  EXPECT_EQ(find_band("n999"), nullptr);
  EXPECT_EQ(band_names().front(), kAnyBand);
  EXPECT_EQ(band_names().size(), bands().size() + 1);
}

TEST(Bands, TheWholeChannelLiesInside) {
  const Band& n78 = *find_band("n78");
  EXPECT_TRUE(n78.holds(3.5e9, 100e6));
  EXPECT_TRUE(n78.holds(3.35e9, 100e6));
  EXPECT_FALSE(n78.holds(3.34e9, 100e6));
}

// Whatever a band allows has a number of PRBs, somewhere in the band.
TEST(Bands, EveryBandwidthHasPrbs) {
  for (const Band& band : bands()) {
    EXPECT_LT(band.downlink_low_hz, band.downlink_high_hz) << band.name;
    EXPECT_EQ(band.fdd, band.uplink_low_hz != band.downlink_low_hz) << band.name;
    bool any = false;
    for (int mu = 0; mu <= 3; ++mu) {
      const auto& widths = band.bandwidths_hz[static_cast<std::size_t>(mu)];
      EXPECT_TRUE(std::is_sorted(widths.begin(), widths.end()));
      for (const double width : widths) {
        any = true;
        EXPECT_LE(width, band.downlink_high_hz - band.downlink_low_hz) << band.name;
        EXPECT_TRUE(prbs(width, mu, (band.downlink_low_hz + band.downlink_high_hz) / 2))
            << band.name << " " << width << " " << mu;
      }
    }
    EXPECT_TRUE(any) << band.name;
  }
}

}  // namespace
}  // namespace cv2x::radio
