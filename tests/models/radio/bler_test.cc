#include "models/radio/bler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "tests/models/radio/reference.h"

namespace cv2x::radio {
namespace {

const BlerTable& table(int number) {
  static const std::array<BlerTable, 3> tables = {BlerTable(1), BlerTable(2), BlerTable(3)};
  return tables[number - 1];
}

TEST(Bler, FallsWithSinr) {
  for (int number = 1; number <= 3; ++number) {
    for (const Mcs& mcs : mcs_table(number)) {
      for (const int bits : {24, 100, 984, 3840, 8448}) {
        double before = 1;
        bool strictly = true;
        for (double sinr_db = -30; sinr_db < 60; sinr_db += 0.05) {
          const double p = table(number).code_block(sinr_db, mcs.index, bits);
          ASSERT_GE(p, 0);
          ASSERT_LE(p, before);
          if (p < 0.999 && p > 1e-12 && !(p < before)) strictly = false;
          before = p;
        }
        EXPECT_TRUE(strictly) << number << " " << mcs.index << " " << bits;
        EXPECT_GT(table(number).code_block(-30, mcs.index, bits), 0.9)
            << number << " " << mcs.index << " " << bits;
        EXPECT_LT(table(number).code_block(60, mcs.index, bits), 1e-9);
      }
    }
  }
}

TEST(Bler, LongerBlocksHaveSteeperCurves) {
  for (const int mcs : {0, 10, 20}) {
    const auto width_db = [&](int bits) {
      return table(1).sinr_db_at(0.01, mcs, bits) - table(1).sinr_db_at(0.5, mcs, bits);
    };
    EXPECT_GT(width_db(100), width_db(1000));
    EXPECT_GT(width_db(1000), width_db(8000));
  }
}

// Where there are no curves: error rates of URLLC, table 3, blocks of a few bytes.
TEST(Bler, SaneOutsideTheFittedRange) {
  for (int number = 1; number <= 3; ++number) {
    for (const Mcs& mcs : mcs_table(number)) {
      double before_db = 100;
      for (const int bits : {24, 40, 64, 100, 200, 400, 1000, 3824, 8448}) {
        const auto at = [&](double target) { return table(number).sinr_db_at(target, mcs.index, bits); };
        // Nothing beats Shannon, and no code of NR is farther from it than this.
        const double shannon_db = 10 * std::log10(std::pow(2, mcs.efficiency()) - 1);
        EXPECT_GT(at(1e-5), shannon_db) << number << " " << mcs.index << " " << bits;
        EXPECT_GT(at(0.1), at(0.9));
        // A decade of error rate costs less than the one before it, and something.
        const double decades_db[] = {at(1e-2) - at(1e-1), at(1e-3) - at(1e-2), at(1e-4) - at(1e-3),
                                     at(1e-5) - at(1e-4)};
        for (int i = 0; i < 4; ++i) {
          EXPECT_GT(decades_db[i], 0.02) << number << " " << mcs.index << " " << bits;
          EXPECT_LT(decades_db[i], 3.5) << number << " " << mcs.index << " " << bits;
          if (i > 0) {
            EXPECT_LT(decades_db[i], 1.02 * decades_db[i - 1]);
          }
        }
        // Longer blocks need less. Not strictly: how many parity columns are sent changes in steps.
        EXPECT_LT(at(1e-5), before_db + 0.6) << number << " " << mcs.index << " " << bits;
        before_db = at(1e-5);
      }
      if (mcs.index > 0 && mcs.efficiency() > 1.05 * mcs_table(number)[mcs.index - 1].efficiency()) {
        for (const int bits : {100, 1000, 8000}) {
          EXPECT_GT(table(number).sinr_db_at(1e-5, mcs.index, bits),
                    table(number).sinr_db_at(1e-5, mcs.index - 1, bits) - 0.3)
              << number << " " << mcs.index << " " << bits;
        }
      }
    }
  }
}

// The core of base graph 2 is punctured at this rate (short block), that of a long one less per bit.
TEST(Bler, ShortBlocksAtHighRatesLackParity) {
  const auto excess_db = [&](int bits, int graph) {
    return table(2).sinr_db_at(0.1, 25, bits, graph) - table(2).sinr_db_at(0.1, 25, 3000, 1);
  };
  EXPECT_GT(excess_db(256, 2), excess_db(336, 1) + 0.5);
}

TEST(Bler, SinrAtIsTheInverse) {
  for (const double target : {0.5, 0.1, 0.01, 1e-5}) {
    for (int mcs = 0; mcs < 28; ++mcs) {
      const double sinr_db = table(2).sinr_db_at(target, mcs, 2000);
      EXPECT_NEAR(table(2).code_block(sinr_db, mcs, 2000) / target, 1, 1e-6);
    }
  }
}

TEST(Bler, OneLostCodeBlockLosesTheTransportBlock) {
  const double sinr_db = table(1).sinr_db_at(0.1, 12, 6696);
  Segmentation s = segment(13320, mcs_table(1)[12].rate());
  ASSERT_EQ(s.code_blocks, 2);
  EXPECT_NEAR(table(1).transport_block(sinr_db, 12, s), 0.19, 1e-6);
  s.code_blocks = 11;
  EXPECT_NEAR(table(1).transport_block(sinr_db, 12, s), 1 - std::pow(0.9, 11), 1e-6);
  s.code_blocks = 1;
  EXPECT_NEAR(table(1).transport_block(sinr_db, 12, s), 0.1, 1e-6);
}

TEST(Bler, SinrAgainstReference) {
  const auto rows = read_reference("nr_bler_5glena.csv");
  if (rows.empty()) GTEST_SKIP() << "no ../shared/reference/nr_bler_5glena.csv";
  struct Curve {
    int table, graph, mcs, bits;
    std::vector<std::pair<double, double>> points;
  };
  std::map<std::array<int, 4>, Curve> curves;
  for (const auto& row : rows) {
    const std::array<int, 4> key = {std::stoi(row[0]), std::stoi(row[1]), std::stoi(row[2]),
                                    std::stoi(row[3])};
    Curve& curve = curves[key];
    curve.table = key[0], curve.graph = key[1], curve.mcs = key[2], curve.bits = key[3];
    curve.points.emplace_back(std::stod(row[4]), std::stod(row[5]));
  }
  for (const double target : {0.1, 0.01}) {
    std::array<double, 2> square{};  // by parity of the MCS index: even were fitted, odd were not
    std::array<int, 2> count{}, near{};
    for (auto& [key, curve] : curves) {
      std::sort(curve.points.begin(), curve.points.end());
      for (std::size_t i = 1; i < curve.points.size(); ++i) {
        const auto [x0, p0] = curve.points[i - 1];
        const auto [x1, p1] = curve.points[i];
        if (!(p0 >= target && p1 < target)) continue;
        const double reference_db = x0 + (x1 - x0) * (p0 - target) / (p0 - p1);  // as 5G-LENA interpolates
        const double off =
            table(curve.table).sinr_db_at(target, curve.mcs, curve.bits, curve.graph) - reference_db;
        square[curve.mcs % 2] += off * off;
        ++count[curve.mcs % 2];
        if (std::abs(off) <= 0.7) ++near[curve.mcs % 2];
        break;
      }
    }
    for (const int odd : {0, 1}) {
      const double rms_db = std::sqrt(square[odd] / count[odd]);
      RecordProperty("rms_db_" + std::to_string(target) + (odd ? "_odd" : "_even"), std::to_string(rms_db));
      EXPECT_GT(count[odd], 1000);
      EXPECT_LT(rms_db, 0.35) << "target " << target << " odd " << odd;
      EXPECT_GT(near[odd], 0.96 * count[odd]) << "target " << target << " odd " << odd;
    }
  }
}

TEST(Bler, ChaseCombiningAddsLinearSinr) {
  EXPECT_NEAR(combined_sinr_db(std::array{3.0}), 3, 1e-12);
  EXPECT_NEAR(combined_sinr_db(std::array{3.0, 3.0}), 6.010299956639812, 1e-9);
  EXPECT_NEAR(combined_sinr_db(std::array{0.0, -10.0, -20.0}), 10 * std::log10(1.11), 1e-9);
}

TEST(McsSelector, PicksTheHighestThatHoldsTheTarget) {
  for (int number = 1; number <= 3; ++number) {
    for (const double target : {0.1, 0.01, 1e-5}) {
      const McsSelector selector(table(number), target, 1000);
      const auto mcs = mcs_table(number);
      int before = 0;
      for (double sinr_db = -15; sinr_db < 40; sinr_db += 0.1) {
        const int chosen = selector.select(sinr_db);
        EXPECT_GE(chosen, before);
        before = chosen;
        int best = 0;
        for (const Mcs& m : mcs) {
          if (table(number).code_block(sinr_db, m.index, 1000) <= target) best = m.index;
        }
        EXPECT_EQ(chosen, best) << "table " << number << " target " << target << " at " << sinr_db;
      }
      EXPECT_EQ(selector.select(-100), 0);
      EXPECT_EQ(selector.select(100), static_cast<int>(mcs.size()) - 1);
      EXPECT_LE(selector.threshold_db(3), selector.threshold_db(4));
    }
  }
}

}  // namespace
}  // namespace cv2x::radio
