#include "models/base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cv2x {
namespace {

using ::testing::ElementsAre;

TEST(Location, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ((Location{"a.yaml", 3, 7}.text()), "a.yaml:3:7");
  EXPECT_EQ((Location{"a.yaml", 3, 0}.text()), "a.yaml:3");
  EXPECT_EQ((Location{"a.yaml", 0, 7}.text()), "a.yaml");
  EXPECT_EQ(Location{}.text(), "");
}

TEST(Diagnostic, JoinsPlaceKeyAndMessage) {
  EXPECT_EQ((Diagnostic{{"a.yaml", 3, 7}, "radio.delay", "negative"}.text()),
            "a.yaml:3:7: radio.delay: negative");
  EXPECT_EQ((Diagnostic{{"a.yaml", 3, 7}, "", "negative"}.text()), "a.yaml:3:7: negative");
  EXPECT_EQ((Diagnostic{{}, "radio.delay", "negative"}.text()), "radio.delay: negative");
  EXPECT_EQ((Diagnostic{{}, "", "negative"}.text()), "negative");
}

TEST(UserError, CarriesEveryDiagnosticAndALineOfTextForEach) {
  const UserError error({{{"a.yaml", 1, 2}, "x", "one"}, {{"b.yaml", 3, 4}, "y", "two"}});
  ASSERT_EQ(error.diagnostics().size(), 2u);
  EXPECT_EQ(error.diagnostics()[1].key, "y");
  EXPECT_STREQ(error.what(), "a.yaml:1:2: x: one\nb.yaml:3:4: y: two");
  EXPECT_STREQ(UserError("plain").what(), "plain");
  EXPECT_STREQ(UserError({"c.yaml", 5, 6}, "located").what(), "c.yaml:5:6: located");
}

TEST(Nearest, FindsATypingMistake) {
  const std::vector<std::string_view> keys = {"duration", "warm_up", "drain", "seed", "replication"};
  EXPECT_EQ(nearest("duraton", keys), "duration");    // left out
  EXPECT_EQ(nearest("durattion", keys), "duration");  // too many
  EXPECT_EQ(nearest("duratiom", keys), "duration");   // another
  EXPECT_EQ(nearest("warmup", keys), "warm_up");
  EXPECT_EQ(nearest("sead", keys), "seed");
  EXPECT_EQ(nearest("seed", keys), "seed");
}

TEST(Nearest, SaysNothingWhenMoreThanAThirdWouldHaveToChange) {
  EXPECT_EQ(nearest("abcdef", {"abcdxy"}), "abcdxy");  // 2 of 6
  EXPECT_EQ(nearest("abcdef", {"abcxyz"}), "");        // 3 of 6
  EXPECT_EQ(nearest("ab", {"ax"}), "ax");              // one change is always allowed
  EXPECT_EQ(nearest("ab", {"xy"}), "");
  EXPECT_EQ(nearest("abc", {"abcde"}), "");
  EXPECT_EQ(nearest("anything", {}), "");
}

TEST(Nearest, TakesTheNearestAndTheFirstOnATie) {
  EXPECT_EQ(nearest("abcdef", {"abcdxy", "abcdex"}), "abcdex");
  EXPECT_EQ(nearest("cat", {"car", "cap"}), "car");
  EXPECT_EQ(nearest("cat", {"cap", "car"}), "cap");
}

TEST(Nearest, DoesNotSpendTimeOnAbsurdWords) {
  const std::string word(200, 'a');
  const std::string long_word(201, 'a');
  EXPECT_EQ(nearest(word, {word}), word);
  EXPECT_EQ(nearest(long_word, {long_word}), "");
}

TEST(JoinNames, CutsALongList) {
  EXPECT_EQ(join_names({}), "");
  EXPECT_EQ(join_names({"a"}), "a");
  EXPECT_EQ(join_names({"a", "b", "c"}, 3), "a, b, c");
  EXPECT_EQ(join_names({"a", "b", "c", "d"}, 3), "a, b, c, … (4 in all)");
}

}  // namespace
}  // namespace cv2x
