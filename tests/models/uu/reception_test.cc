#include "models/uu/reception.h"

#include <gtest/gtest.h>

#include <vector>

namespace cv2x::uu {
namespace {

TEST(Interference, OverlapCountsByPrb) {
  Interference interference(3, 51);
  const std::vector<float> gains = {1e-8F, 1e-9F, 2e-9F,   // UE 0 in cell 0
                                    3e-9F, 1e-8F, 0,       // UE 1 in cell 1
                                    4e-9F, 5e-9F, 1e-8F};  // UE 2 in cell 2
  std::vector<Transmission> on_air = {
      {0, 14, 0, 0, 0, 0, 10, 1}, {0, 14, 1, 1, 1, 5, 10, 2}, {0, 14, 2, 2, 2, 9, 29, 4}};
  interference.downlink(on_air, gains);
  EXPECT_FLOAT_EQ(on_air[0].interference_mw, (2e-9F * 5 + 8e-9F * 1) / 10);
  EXPECT_FLOAT_EQ(on_air[1].interference_mw, 3e-9F * 5 / 5);  // cell 2 does not reach UE 1
  EXPECT_FLOAT_EQ(on_air[2].interference_mw, (4e-9F * 1 + 10e-9F * 1) / 20);
  for (Transmission& t : on_air) t.interference_mw = 0;
  interference.uplink(on_air, gains);
  EXPECT_FLOAT_EQ(on_air[0].interference_mw, (2 * 3e-9F * 5 + 4 * 4e-9F * 1) / 10);
  EXPECT_FLOAT_EQ(on_air[1].interference_mw, (1 * 1e-9F * 5 + 4 * 5e-9F * 1) / 5);
  EXPECT_FLOAT_EQ(on_air[2].interference_mw, (1 * 2e-9F * 1) / 20);
}

}  // namespace
}  // namespace cv2x::uu
