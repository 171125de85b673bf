#include "models/sidelink/link_curve.h"

#include <gtest/gtest.h>

#include "models/radio/bler.h"

namespace cv2x::sidelink {
namespace {

/// The SINR at which a falling function passes a level.
template <class F>
double crossing(F&& f, double level) {
  double low = -40, high = 45;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (f(middle) > level ? low : high) = middle;
  }
  return low;
}

TEST(LinkCurve, IsLinearBetweenItsPointsAndHoldsTheEndValues) {
  const auto curve = LinkCurve::points({{0, 0.9}, {2, 0.5}, {6, 0.1}});
  EXPECT_DOUBLE_EQ(curve.error_rate(-5), 0.9);
  EXPECT_DOUBLE_EQ(curve.error_rate(0), 0.9);
  EXPECT_DOUBLE_EQ(curve.error_rate(1), 0.7);
  EXPECT_DOUBLE_EQ(curve.error_rate(5), 0.2);
  EXPECT_DOUBLE_EQ(curve.error_rate(50), 0.1);
}

TEST(LinkCurve, AThresholdIsAStep) {
  const auto curve = LinkCurve::threshold(8.47);
  EXPECT_EQ(curve.error_rate(8.4699), 1);
  EXPECT_EQ(curve.error_rate(8.4701), 0);
}

TEST(LinkTable, IsWithinATenthOfADbOfItsCurve) {
  const auto steep = LinkCurve::points({{3, 1}, {4, 0.6}, {5, 0.02}, {8, 0.001}});
  const LinkTable table(steep);
  for (const double level : {0.9, 0.7, 0.5, 0.3, 0.1, 0.03, 0.01}) {
    EXPECT_NEAR(crossing([&](double x) { return table.error_rate(x); }, level),
                crossing([&](double x) { return steep.error_rate(x); }, level), 0.1)
        << level;
  }
  for (double threshold = -9; threshold < 30; threshold += 0.37) {
    const LinkTable step(LinkCurve::threshold(threshold));
    EXPECT_NEAR(crossing([&](double x) { return step.error_rate(x); }, 0.5), threshold, 0.1);
  }
}

TEST(LinkTable, HoldsTheEndValuesBeyondItself) {
  const LinkTable table(LinkCurve::points({{0, 0.75}, {10, 0.25}}));
  EXPECT_NEAR(table.error_rate(-90), 0.75, 1e-9);
  EXPECT_NEAR(table.error_rate(60), 0.25, 1e-9);
}

TEST(LinkCurve, NrIsThatOfTheRadio) {
  const radio::BlerTable bler(1);
  const auto segments = radio::segment(2408, radio::mcs_table(1)[11].rate());
  const auto curve = LinkCurve::nr(bler, 11, 2408);
  for (double sinr = -5; sinr < 20; sinr += 0.63)
    EXPECT_NEAR(curve.error_rate(sinr), bler.transport_block(sinr, 11, segments), 0.01) << sinr;
}

}  // namespace
}  // namespace cv2x::sidelink
