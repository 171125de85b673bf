#include "models/base/hash.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace cv2x {
namespace {

// SplitMix64 seeded with 0 returns mix64(0), mix64(γ), mix64(2γ), …: the published first outputs.
TEST(Hash, Mix64IsSplitMix64) {
  constexpr std::uint64_t kGamma = 0x9e3779b97f4a7c15ULL;
  EXPECT_EQ(mix64(0), 0xe220a8397b1dcdafULL);
  EXPECT_EQ(mix64(kGamma), 0x6e789e6aa1b965f4ULL);
  EXPECT_EQ(mix64(2 * kGamma), 0x06c45d188009454fULL);
}

// The published FNV-1a test values, finished by mix64.
TEST(Hash, NamesAreFnv1a) {
  EXPECT_EQ(hash_name(""), mix64(0xcbf29ce484222325ULL));
  EXPECT_EQ(hash_name("a"), mix64(0xaf63dc4c8601ec8cULL));
  EXPECT_EQ(hash_name("foobar"), mix64(0x85944171f73967e8ULL));
  EXPECT_EQ(hash_name("\xff"),
            mix64((0xcbf29ce484222325ULL ^ 0xff) * 0x100000001b3ULL));  // bytes are unsigned
}

TEST(Hash, CombineDependsOnTheOrder) {
  EXPECT_NE(combine(1, 2), combine(2, 1));
  EXPECT_NE(combine(combine(1, 2), 3), combine(1, combine(2, 3)));
  EXPECT_NE(combine(0, 0), 0u);
}

TEST(Hash, NamesOfAFleetDoNotCollideAndSpreadOverAllBits) {
  std::set<std::uint64_t> seen;
  std::array<int, 64> ones{};
  constexpr int kNames = 50'000;
  for (int i = 0; i < kNames; ++i) {
    const std::uint64_t h = hash_name("veh" + std::to_string(i));
    seen.insert(h);
    for (int bit = 0; bit < 64; ++bit) ones[bit] += static_cast<int>(h >> bit & 1);
  }
  EXPECT_EQ(seen.size(), kNames);
  for (int bit = 0; bit < 64; ++bit) EXPECT_NEAR(ones[bit], kNames / 2, 5 * 112) << bit;  // 5 σ
}

}  // namespace
}  // namespace cv2x
