#include "models/radio/mcs.h"

#include <gtest/gtest.h>

#include "tests/models/radio/reference.h"

namespace cv2x::radio {
namespace {

TEST(Mcs, TablesAreComplete) {
  EXPECT_EQ(mcs_table(1).size(), 29U);
  EXPECT_EQ(mcs_table(2).size(), 28U);
  EXPECT_EQ(mcs_table(3).size(), 29U);
  for (int table = 1; table <= 3; ++table) {
    int index = 0;
    double before = 0;
    for (const Mcs& mcs : mcs_table(table)) {
      EXPECT_EQ(mcs.index, index++);
      EXPECT_TRUE(mcs.qm == 2 || mcs.qm == 4 || mcs.qm == 6 || mcs.qm == 8);
      EXPECT_GT(mcs.efficiency(), before - 0.01) << table << " " << mcs.index;
      before = mcs.efficiency();
    }
    ASSERT_EQ(cqi_table(table).size(), 15U);
    before = 0;
    index = 1;
    for (const Cqi& cqi : cqi_table(table)) {
      EXPECT_EQ(cqi.index, index++);
      EXPECT_GT(cqi.efficiency(), before);
      before = cqi.efficiency();
    }
  }
}

TEST(Mcs, EfficienciesOfTheStandard) {
  // Column "Spectral efficiency" of TS 38.214 §5.1.3.1 and §5.2.2.1.
  EXPECT_NEAR(mcs_table(1)[0].efficiency(), 0.2344, 5e-5);
  EXPECT_NEAR(mcs_table(1)[17].efficiency(), 2.5664, 5e-5);
  EXPECT_NEAR(mcs_table(1)[28].efficiency(), 5.5547, 5e-5);
  EXPECT_NEAR(mcs_table(2)[20].efficiency(), 5.3320, 5e-5);
  EXPECT_NEAR(mcs_table(2)[27].efficiency(), 7.4063, 5e-5);
  EXPECT_NEAR(mcs_table(3)[0].efficiency(), 0.0586, 5e-5);
  EXPECT_NEAR(mcs_table(3)[28].efficiency(), 4.5234, 5e-5);
  EXPECT_NEAR(cqi_table(2)[14].efficiency(), 7.4063, 5e-5);
  EXPECT_NEAR(cqi_table(3)[0].efficiency(), 0.0586, 5e-5);
}

TEST(Mcs, EqualsReference) {
  const auto mcs_rows = read_reference("nr_mcs_tables.csv"), cqi_rows = read_reference("nr_cqi_tables.csv");
  if (mcs_rows.empty() || cqi_rows.empty()) GTEST_SKIP() << "no ../shared/reference/nr_{mcs,cqi}_tables.csv";
  EXPECT_EQ(mcs_rows.size(), 29U + 28U + 29U);
  for (const auto& row : mcs_rows) {
    const Mcs& mcs = mcs_table(std::stoi(row[0]))[std::stoul(row[1])];
    EXPECT_EQ(mcs.qm, std::stoi(row[2])) << row[0] << " " << row[1];
    EXPECT_EQ(mcs.rate_x1024, std::stod(row[3])) << row[0] << " " << row[1];
  }
  EXPECT_EQ(cqi_rows.size(), 45U);
  for (const auto& row : cqi_rows) {
    const Cqi& cqi = cqi_table(std::stoi(row[0]))[std::stoul(row[1]) - 1];
    EXPECT_EQ(cqi.qm, std::stoi(row[2])) << row[0] << " " << row[1];
    EXPECT_EQ(cqi.rate_x1024, std::stod(row[3])) << row[0] << " " << row[1];
  }
}

}  // namespace
}  // namespace cv2x::radio
