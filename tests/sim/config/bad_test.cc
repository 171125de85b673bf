// Every bad/NAME.yaml (with the overrides of NAME.set, a line each) against the messages of NAME.expected.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/base/error.h"
#include "sim/config/load.h"

namespace cv2x {
namespace {

namespace fs = std::filesystem;

const std::string kFolder = CV2X_SOURCE_DIR "/tests/sim/config/bad/";

std::vector<std::string> fixtures() {
  std::vector<std::string> out;
  for (const auto& file : fs::directory_iterator(kFolder)) {
    if (file.path().extension() == ".yaml") out.push_back(file.path().stem().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

/// What loading says, with the folder left out of the names of files.
std::string messages(const std::string& name) {
  LoadOptions options;
  std::istringstream lines(content(kFolder + name + ".set"));
  for (std::string line; std::getline(lines, line);) options.overrides.push_back(line);
  try {
    load_scenario(kFolder + name + ".yaml", options);
  } catch (const UserError& error) {
    std::string out = error.what();
    for (auto at = out.find(kFolder); at != out.npos; at = out.find(kFolder)) out.erase(at, kFolder.size());
    return out + '\n';
  }
  return "loaded without complaint\n";
}

class BadScenario : public testing::TestWithParam<std::string> {};

TEST_P(BadScenario, SaysWhatIsWrong) {
  const std::string expected = content(kFolder + GetParam() + ".expected");
  ASSERT_FALSE(expected.empty()) << "bad/" << GetParam() << ".expected is missing; the messages are\n"
                                 << messages(GetParam());
  EXPECT_EQ(messages(GetParam()), expected);
}

INSTANTIATE_TEST_SUITE_P(Fixtures, BadScenario, testing::ValuesIn(fixtures()),
                         [](const auto& fixture) { return fixture.param; });

TEST(BadScenarios, AreMany) { EXPECT_GE(fixtures().size(), 60u); }

}  // namespace
}  // namespace cv2x
