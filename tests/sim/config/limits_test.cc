// Inputs that are too large, too deep, too many, or no files at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>

#include "models/base/error.h"
#include "sim/config/load.h"

namespace cv2x {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const std::string kSmall =
    "simulation: {duration: 10 s}\nmobility: {kind: static}\nsites: {gnb: {kind: gnb}}\nradio: {kind: "
    "ideal}\n";

std::string error_of(const std::string& text) {
  try {
    load_scenario_text(text, "text");
  } catch (const UserError& e) {
    return e.what();
  }
  return "loaded";
}

std::string error_of_file(const std::string& path) {
  try {
    load_scenario(path);
  } catch (const UserError& e) {
    return e.what();
  }
  return "loaded";
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("cv2x_config_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  fs::path folder_;
};

TEST_F(Files, ThatAreNone) {
  EXPECT_THAT(error_of_file((folder_ / "x.yaml").string()), HasSubstr("there is no file"));
  EXPECT_THAT(error_of_file(""), HasSubstr("there is no file ''"));
  EXPECT_THAT(error_of_file((folder_ / std::string(5000, 'x')).string()), HasSubstr("cannot read"));
  EXPECT_THAT(error_of_file(folder_.string()), HasSubstr("is a folder; a scenario file is needed"));
  const std::string pipe = (folder_ / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(error_of_file(pipe), HasSubstr("is not a regular file"));
  EXPECT_THAT(error_of_file("/dev/zero"), HasSubstr("is not a regular file"));
  EXPECT_THAT(error_of_file(write("file", "a: 1") + "/below"), HasSubstr("file/below'"));
}

TEST_F(Files, ThatCannotBeRead) {
  const std::string path = write("secret.yaml", kSmall);
  fs::permissions(path, fs::perms::none);
  if (access(path.c_str(), R_OK) == 0) GTEST_SKIP() << "this user may read everything";
  EXPECT_THAT(error_of_file(path), HasSubstr("Permission denied"));
}

TEST_F(Files, OfSixteenMegabytesAndMore) {
  const std::string filler = "#" + std::string(15'999'998 - kSmall.size(), 'x') + "\n";
  EXPECT_EQ(error_of_file(write("large.yaml", filler + kSmall)), "loaded");
  EXPECT_THAT(error_of_file(write("larger.yaml", filler + kSmall + "# one more\n")),
              HasSubstr("is larger than 16 MB"));
}

TEST_F(Files, LongChainsAndManyBases) {
  // A hundred files that each extend the next: too many.
  for (int i = 0; i < 100; ++i)
    write("chain" + std::to_string(i) + ".yaml", "extends: chain" + std::to_string(i + 1) + ".yaml\n");
  EXPECT_THAT(error_of_file((folder_ / "chain0.yaml").string()), HasSubstr("more than 64 files that extend"));
  // Each extends the next one twice: 2^40 ways, but forty files.
  for (int i = 0; i < 40; ++i) {
    const std::string next = "twice" + std::to_string(i + 1) + ".yaml";
    write("twice" + std::to_string(i) + ".yaml", "extends: [" + next + ", " + next + "]\n");
  }
  write("twice40.yaml", kSmall);
  EXPECT_EQ(load_scenario((folder_ / "twice0.yaml").string()).files.size(), 41u);
}

TEST(Limits, AliasBombs) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(alias + ", ", 9) + alias +
            "]\n";
  }
  EXPECT_THAT(error_of(bomb), HasSubstr("more than 1000000 keys and values, aliases written out"));
  std::string deep = "a0: &a0 x\n";
  for (int i = 1; i < 100; ++i)
    deep += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_THAT(error_of(deep), HasSubstr("nested more than 64 deep"));
}

TEST(Limits, Depth) {
  EXPECT_THAT(error_of(repeated("[", 100'000)), HasSubstr("nested more than 64 deep"));
  EXPECT_THAT(error_of("a: " + repeated("[", 100'000) + repeated("]", 100'000)),
              HasSubstr("nested more than 64 deep"));
  EXPECT_THAT(error_of(repeated("{a: ", 100'000)), HasSubstr("nested more than 64 deep"));
  EXPECT_THAT(error_of(repeated("- ", 100'000)), HasSubstr("nested more than 64 deep"));
  EXPECT_THAT(error_of(repeated("? ", 100'000)), HasSubstr("nested more than 64 deep"));
  std::string indented;
  for (int i = 0; i < 1000; ++i) indented += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_THAT(error_of(indented), HasSubstr("nested more than 64 deep"));
  try {
    load_scenario_text(kSmall, "text", {}, {{repeated("a.", 100'000) + "a=1"}});
    FAIL() << "it loaded";
  } catch (const UserError& e) {
    EXPECT_THAT(e.diagnostics().at(0).message, HasSubstr("more than 64 keys in each other"));
  }
}

TEST(Limits, ManyMistakesAreCounted) {
  std::string text = kSmall;
  for (int i = 0; i < 20'000; ++i) text += "unknown" + std::to_string(i) + ": 1\n";
  try {
    load_scenario_text(text, "text");
    FAIL() << "it loaded";
  } catch (const UserError& e) {
    EXPECT_EQ(e.diagnostics().size(), 1001u);
    EXPECT_EQ(e.diagnostics().back().message, "… and 19000 more mistakes");
  }
}

TEST(Limits, ALongTextIsShortenedInMessages) {
  const std::string message =
      error_of("title: {a: 1}\nsimulation: {duration: " + std::string(100'000, '9') + "}\n");
  EXPECT_LT(message.size(), 3000u);
  EXPECT_THAT(message, HasSubstr("999…'"));
}

/// Processor time to load so many sites and links. It must grow as they do.
double seconds_to_load(int sites) {
  std::string text = "simulation: {duration: 10 s}\nmobility: {kind: static}\nradio: {kind: ideal}\nsites:\n";
  for (int i = 0; i < sites; ++i)
    text += "  site" + std::to_string(i) + ": {kind: gnb, x: " + std::to_string(i) +
            " m, y: 3.5 m, height: 20 m}\n";
  text += "links:\n";
  for (int i = 1; i < sites; ++i)
    text += "  link" + std::to_string(i) + ": {from: site" + std::to_string(i - 1) + ", to: site" +
            std::to_string(i) + ", delay: 1 us}\n";
  const std::clock_t begin = std::clock();
  EXPECT_EQ(load_scenario_text(text, "text").scenario.sites.size(), static_cast<std::size_t>(sites));
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST(Limits, TimeIsLinear) {
  seconds_to_load(100);
  const double small = seconds_to_load(1000), large = seconds_to_load(10'000);
  RecordProperty("seconds_10000_sites", std::to_string(large));
  EXPECT_LT(large, 40 * small) << "10 times the sites took " << large / small << " times as long";
}

}  // namespace
}  // namespace cv2x
