#include "models/sidelink/kernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/base/hash.h"

namespace cv2x::sidelink {
namespace {

struct Places {
  std::vector<float> x, y, travelled;
  std::vector<std::uint32_t> key;
  explicit Places(std::size_t n, float at_m = 100) : x(n, at_m), y(n, 0), travelled(n, 0), key(n) {
    for (std::size_t i = 0; i < n; ++i) key[i] = static_cast<std::uint32_t>(mix64(i + 1));
  }
  ReceiverBlock block(std::size_t from, int n) const {
    return {x.data() + from, y.data() + from, travelled.data() + from, key.data() + from, n};
  }
};

SidelinkChannelParams winner() {
  SidelinkChannelParams p;
  p.model = SidelinkPropagation::kWinnerB1;
  return p;
}

double db(float mw) { return 10 * std::log10(static_cast<double>(mw)); }

std::vector<double> losses(const Kernel& kernel, const Emission& e, const Places& places) {
  std::vector<double> out;
  std::vector<float> mw(kBlock);
  std::vector<std::uint16_t> bin(kBlock);
  for (std::size_t from = 0; from < places.x.size(); from += kBlock) {
    kernel.gains(e, places.block(from, kBlock), mw.data(), bin.data());
    for (const float w : mw) out.push_back(static_cast<double>(e.power_db) - db(w));
  }
  return out;
}

TEST(Kernel, LossIsThatOfTheLaw) {
  auto params = winner();
  params.shadowing_db = 0;
  const Propagation law(params, 5.9e9, 1.5);
  const Kernel kernel(law, 20, 25);
  Places places(kBlock);
  for (std::size_t i = 0; i < kBlock; ++i) places.x[i] = static_cast<float>(3.0 * std::pow(1.03, i));
  const auto found = losses(kernel, {.power_db = 23}, places);
  for (std::size_t i = 0; i < kBlock; ++i)
    EXPECT_NEAR(found[i], law.loss_db(static_cast<double>(places.x[i])), 0.03) << places.x[i];
}

TEST(Kernel, ShadowingHasItsMeanAndDeviation) {
  const Propagation law(winner(), 5.9e9, 1.5);
  const Kernel kernel(law, 20, 25);
  const Places places(kBlock * 400);
  double sum = 0, squares = 0;
  const auto found = losses(kernel, {.key = 77}, places);
  for (const double loss : found) {
    const double s = loss - law.loss_db(100);
    sum += s;
    squares += s * s;
  }
  const auto n = static_cast<double>(found.size());
  EXPECT_NEAR(sum / n, 0, 5 * 3 / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(squares / n), 3, 5 * 3 / std::sqrt(2 * n));
}

TEST(Kernel, ShadowingDecorrelatesExponentially) {
  const Propagation law(winner(), 5.9e9, 1.5);
  const Kernel kernel(law, 20, 25);
  Places places(kBlock * 400);
  const auto n = static_cast<double>(places.x.size());
  const auto before = losses(kernel, {.travelled = 3, .key = 77}, places);
  for (const double apart : {0.1, 0.5, 1.0, 2.0, 4.0}) {
    // Half of the way each.
    for (auto& t : places.travelled) t = static_cast<float>(apart / 2);
    const auto after = losses(kernel, {.travelled = static_cast<float>(3 + apart / 2), .key = 77}, places);
    double product = 0;
    for (std::size_t i = 0; i < before.size(); ++i)
      product += (before[i] - law.loss_db(100)) * (after[i] - law.loss_db(100));
    EXPECT_NEAR(product / n / 9, std::exp(-apart), 5 * std::sqrt(2 / n)) << apart;
  }
}

TEST(Kernel, ALinkIsTheSameBothWays) {
  SidelinkChannelParams params;  // with line of sight and blockage
  const Kernel kernel(Propagation(params, 5.9e9, 1.6), 20, 25);
  Places places(kTile);
  float there[kTile], back[kTile];
  std::uint16_t bin[kTile];
  for (std::uint32_t other = 0; other < 200; ++other) {
    const auto key = static_cast<std::uint32_t>(mix64(1000 + other));
    kernel.gains({.x_m = 300, .travelled = 2, .key = key}, places.block(0, kTile), there, bin);
    Places mirror(kTile, 300);
    for (int i = 0; i < kTile; ++i) {
      mirror.key.assign(kTile, key);
      mirror.travelled.assign(kTile, 2);
      kernel.gains({.x_m = 100, .key = places.key[static_cast<std::size_t>(i)]}, mirror.block(0, kTile), back,
                   bin);
      EXPECT_EQ(there[i], back[0]);
    }
  }
}

TEST(Kernel, AReceiverDoesNotDependOnItsNeighbours) {
  SidelinkChannelParams params;
  params.fading = true;
  const Kernel kernel(Propagation(params, 5.9e9, 1.6), 20, 25);
  const Places places(kBlock);
  std::vector<float> all(kBlock), some(kTile);
  std::vector<std::uint16_t> bin(kBlock);
  const Emission e{.x_m = -50, .key = 5, .draw = 9, .power_db = 23};
  kernel.gains(e, places.block(0, kBlock), all.data(), bin.data());
  for (std::size_t from = 0; from < kBlock; from += kTile) {
    kernel.gains(e, places.block(from, kTile), some.data(), bin.data());
    for (std::size_t i = 0; i < kTile; ++i) EXPECT_EQ(some[i], all[from + i]);
  }
}

TEST(Kernel, BlockageHasItsShareAndMean) {
  SidelinkChannelParams params;
  params.shadowing_db = 0;
  const Propagation law(params, 5.9e9, 1.6);
  const Kernel kernel(law, 20, 25);
  const Places places(kBlock * 400, 300);
  int blocked = 0;
  double excess = 0;
  const auto found = losses(kernel, {.key = 3}, places);
  for (const double loss : found) {
    const double more = loss - law.loss_db(300);
    EXPECT_GT(more, -0.05);
    blocked += more > 0.05;
    excess += more;
  }
  const auto n = static_cast<double>(found.size());
  // max(0, N(5, 4)): positive with P = Φ(1.25) = 0.894, mean 5 Φ(1.25) + 4 φ(1.25) = 5.202.
  const double nlos = 1 - law.los_probability(300);
  EXPECT_NEAR(blocked / n, nlos * 0.894, 0.01);
  EXPECT_NEAR(excess / n, nlos * 5.202, 0.05);
}

TEST(Kernel, FadingHasAMeanPowerOfOne) {
  auto params = winner();
  params.shadowing_db = 0;
  params.fading = true;
  const Propagation law(params, 5.9e9, 1.5);
  const Kernel kernel(law, 20, 25);
  const Places places(kBlock * 100);
  double sum = 0;
  for (std::uint32_t draw = 0; draw < 4; ++draw) {
    for (const double loss : losses(kernel, {.key = 3, .draw = draw * 7919}, places))
      sum += std::pow(10, (law.loss_db(100) - loss) / 10);
  }
  EXPECT_NEAR(sum / (4 * kBlock * 100), 1, 0.01);
}

TEST(Kernel, BinsAreThoseOfTheDistance) {
  const Kernel kernel(Propagation(winner(), 5.9e9, 1.5), 20, 25);
  Places places(kTile, 0);
  const float x[] = {0, 19.9F, 20.1F, 39.9F, 499, 501, 1e9F};
  std::copy(std::begin(x), std::end(x), places.x.begin());
  float mw[kTile];
  std::uint16_t bin[kTile];
  kernel.gains({}, places.block(0, kTile), mw, bin);
  EXPECT_EQ(std::vector<int>(bin, bin + 7), (std::vector<int>{0, 0, 1, 1, 24, 25, 25}));
}

TEST(Kernel, LossesAreTheFirstCauseThatApplies) {
  const Kernel kernel(Propagation(winner(), 5.9e9, 1.5), 20, 25);
  const LinkTable link(LinkCurve::threshold(5));
  const Places places(kTile);
  float mw[kTile] = {}, total[kTile] = {};
  std::uint8_t on_air[kTile] = {}, code[kTile];
  Reception fate[kTile];
  const Decoding d{
      .noise_mw = 1e-10F, .sensitivity_mw = 2e-11F, .control_sinr = 1, .rsrp_share = 0.01F, .link = &link};
  const auto set = [&](int i, float signal, float interference, std::uint8_t sending) {
    mw[i] = signal;
    total[i] = signal + interference + d.noise_mw;
    on_air[i] = sending;
  };
  set(0, 1e-8F, 0, 0);      // 20 dB
  set(1, 1e-8F, 0, 1);      // deaf
  set(2, 1e-11F, 0, 1);     // deaf before weak
  set(3, 1e-11F, 0, 0);     // below the sensitivity
  set(4, 1.5e-10F, 0, 0);   // 1.8 dB: the data is lost, the control information is not
  set(5, 1e-8F, 5e-9F, 0);  // 3 dB by interference
  set(6, 1e-8F, 5e-8F, 0);  // −7 dB: nor the control information
  set(7, 5e-11F, 0, 0);     // −3 dB
  kernel.receive({}, d, places.block(0, kTile), mw, total, on_air, code, fate);
  EXPECT_EQ(fate[0], Reception::kReceived);
  EXPECT_EQ(fate[1], Reception::kHalfDuplex);
  EXPECT_EQ(fate[2], Reception::kHalfDuplex);
  EXPECT_EQ(fate[3], Reception::kSensitivity);
  EXPECT_EQ(fate[4], Reception::kPropagation);
  EXPECT_EQ(fate[5], Reception::kCollision);
  EXPECT_EQ(fate[6], Reception::kCollision);
  EXPECT_EQ(fate[7], Reception::kPropagation);
  EXPECT_EQ(code[0], power_code(1e-10F, kRsrpFirst));
  EXPECT_NE(code[4], kNothing);
  for (const int nothing : {1, 2, 3, 6, 7}) EXPECT_EQ(code[nothing], kNothing) << nothing;
}

TEST(PowerCode, IsEightAnOctave) {
  for (double dbm = -135; dbm < -50; dbm += 0.1) {
    const auto mw = static_cast<float>(std::pow(10, dbm / 10));
    const std::uint8_t code = power_code(mw, kRsrpFirst);
    EXPECT_LE(code_power(code, kRsrpFirst), mw);
    EXPECT_GT(code_power(static_cast<std::uint8_t>(code + 1), kRsrpFirst), mw);
    EXPECT_EQ(power_code(2 * mw, kRsrpFirst), code + 8);
  }
}

}  // namespace
}  // namespace cv2x::sidelink
