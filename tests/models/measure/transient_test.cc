#include "models/measure/transient.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/base/random.h"

namespace cv2x {
namespace {

/// Means of `n` blocks: e to the power of a normal process whose memory is `memory` blocks.
std::vector<double> process(std::uint64_t seed, std::size_t n, double memory) {
  Stream random({seed}, "blocks", 0);
  const double keep = memory > 0 ? std::exp(-1 / memory) : 0;
  double x = random.normal();
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i) {
    out.push_back(std::exp(x));
    x = keep * x + std::sqrt(1 - keep * keep) * random.normal();
  }
  return out;
}

TEST(Transient, OneInAHundredSteadyRunsIsSuspected) {
  for (const double memory : {0.0, 3.0}) {
    int suspected = 0;
    for (std::uint64_t run = 0; run < 2000; ++run) suspected += looks_transient(process(run, 400, memory));
    EXPECT_LE(suspected, 50) << memory;  // 2.5 %
  }
  // Without memory the tests share 1 %; they overlap, so it is less, but not nothing.
  int suspected = 0;
  for (std::uint64_t run = 0; run < 4000; ++run) suspected += looks_transient(process(run, 400, 0));
  EXPECT_GE(suspected, 4);
}

TEST(Transient, SeesShortAndLongBeginningsOfEitherSign) {
  struct Case {
    std::size_t blocks;
    double factor;
  };
  for (const auto& [blocks, factor] : {Case{15, 20}, Case{50, 5}, Case{100, 3}, Case{100, 1 / 3.0}}) {
    int seen = 0;
    for (std::uint64_t run = 0; run < 100; ++run) {
      auto means = process(run, 400, 1);
      for (std::size_t i = 0; i < blocks; ++i) means[i] *= factor;
      seen += looks_transient(means);
    }
    EXPECT_GE(seen, 90) << blocks << " of 400 blocks, × " << factor;
  }
}

TEST(Transient, SaysNothingOfLittle) {
  std::vector<double> means = process(1, 63, 0);
  for (std::size_t i = 0; i < 15; ++i) means[i] *= 1000;
  EXPECT_FALSE(looks_transient(means));
  EXPECT_FALSE(looks_transient({}));
  means = process(1, 400, 0);
  means[0] = 0;
  EXPECT_FALSE(looks_transient(means));
  EXPECT_FALSE(looks_transient(std::vector<double>(400, 5.0)));  // always the same
}

}  // namespace
}  // namespace cv2x
