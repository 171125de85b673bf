#include "models/radio/tbs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/models/radio/reference.h"

namespace cv2x::radio {
namespace {

TEST(Tbs, ResourceElements) {
  EXPECT_EQ(resource_elements({.prbs = 10, .symbols = 14, .dmrs_re_per_prb = 12}), 1560);
  EXPECT_EQ(resource_elements({.prbs = 10, .symbols = 14, .dmrs_re_per_prb = 6}), 1560)
      << "at most 156 a PRB";
  EXPECT_EQ(resource_elements({.prbs = 10, .symbols = 13, .dmrs_re_per_prb = 12, .overhead_re_per_prb = 6}),
            1380);
  EXPECT_EQ(resource_elements({.prbs = 10, .symbols = 1, .dmrs_re_per_prb = 12}), 0);
  EXPECT_EQ(transport_block_bits({.prbs = 10, .symbols = 1, .dmrs_re_per_prb = 12}, mcs_table(1)[5]), 0);
}

TEST(Tbs, WorkedByHand) {
  // TS 38.214 §5.1.3.2 step by step.
  const auto bits = [](int prbs, int symbols, int dmrs, int table, int mcs, int layers = 1) {
    return transport_block_bits({prbs, symbols, dmrs, 0, layers}, mcs_table(table)[mcs]);
  };
  // N_RE = 132, N_info = 132 · 2 · 120/1024 = 30.94; n = 3; N'_info = 24 → 24.
  EXPECT_EQ(bits(1, 12, 12, 1, 0), 24);
  // N_RE = 1 · 12 · 4 − 12 = 36, N_info = 8.44 → max(24, 8) → 24.
  EXPECT_EQ(bits(1, 4, 12, 1, 0), 24);
  // N_RE = 1560, N_info = 1560 · 2 · 120/1024 = 365.6; n = 3; N'_info = 360 → 368.
  EXPECT_EQ(bits(10, 14, 12, 1, 0), 368);
  // N_RE = 20 · 144 = 2880, N_info = 2880 · 2 · 602/1024 = 3386.25; n = 11 − 6 = 5; 3360 → 3368.
  EXPECT_EQ(bits(20, 13, 12, 1, 8), 3368);
  // N_RE = 50 · 156 = 7800, N_info = 7800 · 4 · 434/1024 = 13223.4; n = 13 − 5 = 8; round(13199.4/256) = 52;
  // 13312 > 8424, C = ceil(13336/8424) = 2; 16 · ceil(13336/16) − 24 = 13320.
  EXPECT_EQ(bits(50, 14, 12, 1, 12), 13320);
  // R ≤ 1/4: N_RE = 273 · 156 = 42588, N_info = 42588 · 2 · 120/1024 = 9981.6; n = 8; round(9957.6/256) = 39;
  // 9984, C = ceil(10008/3816) = 3; 24 · 417 − 24 = 9984.
  EXPECT_EQ(bits(273, 14, 12, 1, 0), 9984);
  // The largest of one carrier: 273 PRB, 256QAM, R = 948/1024, 4 layers. N_info = 42588 · 8 · 4 · 948/1024 =
  // 1261669.5; n = 20 − 5 = 15; round(1261645.5/32768) = 39 (38.502); 1277952; C = 152; 1216 · 1051 − 24.
  EXPECT_EQ(bits(273, 14, 12, 2, 27, 4), 1277992);
  // N_info just above 3824 (3828 = 1 · 3828/…): at least 3840. N_RE = 29 · 132 = 3828, 2 · 526/1024 → 3932.7;
  // n = 11 − 5 = 6; round(3908.7/64) = 61 → 3904; C = 1; 8 · 491 − 24 = 3904.
  EXPECT_EQ(bits(29, 12, 12, 1, 7), 3904);
  // Half a 1024th counts: N_RE = 1560, 8 · 682.5/1024 → 8318 (682: 8312); n = 8; round(8294/256) = 32; 8192;
  // C = 1; 8 · 1027 − 24 = 8192.
  EXPECT_EQ(bits(10, 14, 12, 2, 20), 8192);
}

/// The same clause once more, in long double and with rounding written as in the text.
std::int64_t straight(int n_re, const Mcs& mcs, int layers, const std::set<std::int64_t>& small) {
  const long double info = static_cast<long double>(n_re) * mcs.qm * layers * mcs.rate_x1024 / 1024.0L;
  if (info <= 3824) {
    const int n = std::max(3, static_cast<int>(std::floor(std::log2(info))) - 6);
    const auto quantised = static_cast<std::int64_t>(
        std::max(24.0L, std::exp2(1.0L * n) * std::floor(info / std::exp2(1.0L * n))));
    return *small.lower_bound(quantised);
  }
  const int n = static_cast<int>(std::floor(std::log2(info - 24))) - 5;
  const auto quantised = static_cast<std::int64_t>(
      std::max(3840.0L, std::exp2(1.0L * n) * std::round((info - 24) / std::exp2(1.0L * n))));
  if (mcs.rate_x1024 <= 256) {
    const std::int64_t c = (quantised + 24 + 3815) / 3816;
    return 8 * c * ((quantised + 24 + 8 * c - 1) / (8 * c)) - 24;
  }
  if (quantised > 8424) {
    const std::int64_t c = (quantised + 24 + 8423) / 8424;
    return 8 * c * ((quantised + 24 + 8 * c - 1) / (8 * c)) - 24;
  }
  return 8 * ((quantised + 24 + 7) / 8) - 24;
}

TEST(Tbs, EqualsReferenceTableAndClause) {
  const auto rows = read_reference("nr_tbs_table_5.1.3.2-1.csv");
  if (rows.empty()) GTEST_SKIP() << "no ../shared/reference/nr_tbs_table_5.1.3.2-1.csv";
  std::set<std::int64_t> small;
  for (const auto& row : rows) small.insert(std::stoll(row[1]));
  ASSERT_EQ(small.size(), 93U);
  std::set<std::int64_t> seen;
  for (int table = 1; table <= 3; ++table) {
    for (const Mcs& mcs : mcs_table(table)) {
      for (int symbols = 2; symbols <= 14; ++symbols) {
        for (int prbs = 1; prbs <= 273; prbs += 1 + prbs / 40) {
          for (const int layers : {1, 2, 4}) {
            const Allocation a{prbs, symbols, 12, 0, layers};
            const std::int64_t bits = transport_block_bits(a, mcs);
            ASSERT_EQ(bits, straight(resource_elements(a), mcs, layers, small))
                << table << " " << mcs.index << " symbols " << symbols << " prbs " << prbs << " layers "
                << layers;
            if (bits <= 3824) seen.insert(bits);
          }
        }
      }
    }
  }
  EXPECT_EQ(seen, small) << "every row of the table was reached";
}

TEST(Tbs, FewestPrbs) {
  for (const int index : {0, 9, 15, 27}) {
    const Mcs& mcs = mcs_table(2)[index];
    for (std::int64_t bytes = 1; bytes < 60'000; bytes += 1 + bytes / 9) {
      Allocation a;
      const int prbs = prbs_for(bytes, a, mcs, 273);
      a.prbs = 273;
      if (prbs == 0) {
        EXPECT_LT(transport_block_bits(a, mcs), 8 * bytes);
        continue;
      }
      a.prbs = prbs;
      EXPECT_GE(transport_block_bits(a, mcs), 8 * bytes);
      for (a.prbs = 1; a.prbs < prbs; ++a.prbs) ASSERT_LT(transport_block_bits(a, mcs), 8 * bytes);
    }
  }
  EXPECT_EQ(prbs_for(300, {}, mcs_table(1)[0], 0), 0);
  EXPECT_EQ(prbs_for(300, {.symbols = 1}, mcs_table(1)[0], 100), 0) << "no room for data at all";
}

TEST(Tbs, Segmentation) {
  // TS 38.212 §7.2.2, §5.2.2, by hand. 292 bit: BG2; 308 bit with CRC; Kb = 8 (≤ 560); Zc ≥ 38.5 → 40.
  Segmentation s = segment(292, 0.9);
  EXPECT_EQ(s.base_graph, 2);
  EXPECT_EQ(s.code_blocks, 1);
  EXPECT_EQ(s.code_block_bits, 308);
  EXPECT_EQ(s.lifting_size, 40);
  EXPECT_EQ(s.padded_bits, 400);
  EXPECT_EQ(segment(304, 0.9).base_graph, 1);
  EXPECT_EQ(segment(304, 0.67).base_graph, 2);
  EXPECT_EQ(segment(3824, 0.67).base_graph, 2);
  EXPECT_EQ(segment(3840, 0.67).base_graph, 1);
  EXPECT_EQ(segment(100'000, 0.25).base_graph, 2);
  // 3824 bit: CRC of 16, 3840 in one block of BG2. 10 · 384.
  s = segment(3824, 0.5);
  EXPECT_EQ(s.code_blocks, 1);
  EXPECT_EQ(s.padded_bits, 3840);
  // 8424 + 24 = 8448: just one block of BG1. One step more needs two.
  s = segment(8424, 0.6);
  EXPECT_EQ(s.code_blocks, 1);
  EXPECT_EQ(s.lifting_size, 384);
  // 13320 + 24 = 13344; C = ceil(13344/8424) = 2; K' = (13344 + 48)/2 = 6696; Zc ≥ 304.4 → 320; K = 7040.
  s = segment(13320, 434.0 / 1024);
  EXPECT_EQ(s.code_blocks, 2);
  EXPECT_EQ(s.code_block_bits, 6696);
  EXPECT_EQ(s.lifting_size, 320);
  EXPECT_EQ(s.padded_bits, 7040);
  // 9984 bit at R = 120/1024: BG2, C = ceil(10008/3816) = 3, K' = (10008 + 72)/3 = 3360, Zc = 336 → 352.
  s = segment(9984, 120.0 / 1024);
  EXPECT_EQ(s.base_graph, 2);
  EXPECT_EQ(s.code_blocks, 3);
  EXPECT_EQ(s.code_block_bits, 3360);
  EXPECT_EQ(s.lifting_size, 352);
  // Kb = 6: 24 + 16 = 40 bit; Zc ≥ 6.67 → 7.
  EXPECT_EQ(segment(24, 0.2).lifting_size, 7);
  // Kb = 9: 576 + 16 = 592; Zc ≥ 65.8 → 72.
  EXPECT_EQ(segment(576, 0.2).lifting_size, 72);
}

TEST(Tbs, EveryTransportBlockDividesIntoEqualCodeBlocks) {
  for (int table = 1; table <= 3; ++table) {
    for (const Mcs& mcs : mcs_table(table)) {
      for (int prbs = 1; prbs <= 273; ++prbs) {
        const std::int64_t bits = transport_block_bits({.prbs = prbs, .layers = 2}, mcs);
        const Segmentation s = segment(bits, mcs.rate());
        const std::int64_t sum = static_cast<std::int64_t>(s.code_block_bits) * s.code_blocks;
        EXPECT_EQ(sum, bits + (bits > 3824 ? 24 : 16) + (s.code_blocks > 1 ? 24 * s.code_blocks : 0));
        EXPECT_LE(s.code_block_bits, s.base_graph == 1 ? 8448 : 3840);
        EXPECT_GE(s.padded_bits, s.code_block_bits);
      }
    }
  }
}

}  // namespace
}  // namespace cv2x::radio
