#include "models/base/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cv2x {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Csv, LeavesOutCommentsAndTheHeading) {
  EXPECT_THAT(csv_rows("# source, of it\na,b\n\n1,2\n# in between\n3,\n"),
              ElementsAre(ElementsAre("1", "2"), ElementsAre("3", "")));
  EXPECT_THAT(csv_rows("a,b\n1,2"), ElementsAre(ElementsAre("1", "2")));
  EXPECT_THAT(csv_rows("a,b\n"), IsEmpty());
  EXPECT_THAT(csv_rows(""), IsEmpty());
}

TEST(Csv, ACellInQuotesHoldsCommas) {
  EXPECT_THAT(csv_rows("h\n\"one, two\",3,\"\",\"last, one\"\n"),
              ElementsAre(ElementsAre("one, two", "3", "", "last, one")));
}

TEST(Csv, ReadsNumbers) {
  EXPECT_EQ(csv_number("-1.5e3"), -1500);
  EXPECT_EQ(csv_number("7"), 7);
}

}  // namespace
}  // namespace cv2x
