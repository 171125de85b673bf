#include "sim/input/fcd.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <malloc.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "models/base/error.h"
#include "tests/sim/input/temp_folder.h"

namespace cv2x {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Row {
  double x, y, angle, speed;
  bool operator==(const Row&) const = default;
};
/// What a file says: time in ms → vehicle → row.
using Trace = std::map<std::int64_t, std::map<std::string, Row>>;

std::string to_fcd(const Trace& trace) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- by a test -->\n<fcd-export>\n";
  for (const auto& [ms, rows] : trace) {
    out += fmt::format("  <timestep time=\"{}.{:03}\">\n", ms / 1000, ms % 1000);
    for (const auto& [name, r] : rows)
      out += fmt::format(
          "    <vehicle id=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" angle=\"{}\" type=\"t\" speed=\"{}\" "
          "pos=\"1\"/>\n",
          name, r.x, r.y, r.angle, r.speed);
    out += "    <person id=\"p\" x=\"0\" y=\"0\" angle=\"0\" speed=\"1\"/>\n  </timestep>\n";
  }
  return out + "</fcd-export>\n";
}

Trace random_trace(unsigned seed) {
  std::mt19937 random(seed);
  Trace trace;
  for (int k = 0; k < 40; ++k) {
    auto& rows = trace[1000 + 100 * k];
    for (int i = 0; i < 25; ++i) {
      if (random() % 3 == 0) continue;  // vehicles come and go, and come again
      rows[fmt::format("veh&amp;{}", i)] = {
          static_cast<double>(random() % 100000) / 100, static_cast<double>(random() % 100000) / 100,
          static_cast<double>(random() % 360), static_cast<double>(random() % 4000) / 100};
    }
  }
  return trace;
}

TEST(Fcd, GivesEveryVehicleAtEverySampleTimeExactlyUnderAnyComingAndGoing) {
  const TempFolder folder;
  for (unsigned seed = 0; seed < 5; ++seed) {
    const Trace trace = random_trace(seed);
    const std::string text = to_fcd(trace);
    FcdSource plain(folder.write("a.xml", text), 1000 * kMillisecond);
    FcdSource zipped(folder.write_gz("a.xml.gz", text), 1000 * kMillisecond);
    std::map<std::uint32_t, std::string> present;
    TraceStep step, same;
    for (const auto& [ms, rows] : trace) {
      ASSERT_TRUE(plain.next(step));
      ASSERT_TRUE(zipped.next(same));
      EXPECT_EQ(step.time_ns, (ms - 1000) * kMillisecond);
      EXPECT_EQ(step.time_ns, same.time_ns);
      EXPECT_EQ(step.left, same.left);
      std::set<std::uint32_t> gone(step.left.begin(), step.left.end());
      for (const auto slot : step.left) EXPECT_EQ(present.erase(slot), 1U);
      for (const auto& entry : step.entered) {
        EXPECT_EQ(entry.type, "t");
        EXPECT_FALSE(gone.contains(entry.slot)) << "reused within the step";
        EXPECT_TRUE(present.emplace(entry.slot, entry.name).second);
      }
      ASSERT_EQ(step.samples.size(), rows.size());
      ASSERT_EQ(present.size(), rows.size());
      ASSERT_EQ(same.samples.size(), rows.size());
      for (std::size_t i = 0; i < step.samples.size(); ++i) {
        const auto& s = step.samples[i];
        if (i > 0) {
          EXPECT_LT(step.samples[i - 1].slot, s.slot);
        }
        EXPECT_LT(s.slot, 50U) << "slots stay small";
        std::string name = present.at(s.slot);
        name.replace(name.find('&'), 1, "&amp;");
        const Row& row = rows.at(name);
        EXPECT_EQ(s.x_m, row.x);
        EXPECT_EQ(s.y_m, row.y);
        EXPECT_NEAR(s.vx_mps, row.speed * std::sin(row.angle * M_PI / 180), 1e-9);
        EXPECT_NEAR(s.vy_mps, row.speed * std::cos(row.angle * M_PI / 180), 1e-9);
        EXPECT_EQ(s.x_m, same.samples[i].x_m);
        EXPECT_EQ(s.vy_mps, same.samples[i].vy_mps);
      }
    }
    EXPECT_FALSE(plain.next(step));
    EXPECT_FALSE(plain.next(step));
    EXPECT_FALSE(zipped.next(same));
  }
}

TEST(Fcd, VelocityPointsAlongTheAngleClockwiseFromNorth) {
  const TempFolder folder;
  FcdSource source(
      folder.write("a.xml", to_fcd({{0, {{"east", {0, 0, 90, 10}}, {"south", {0, 0, 180, 5}}}}})));
  TraceStep step;
  ASSERT_TRUE(source.next(step));
  EXPECT_NEAR(step.samples[0].vx_mps, 10, 1e-12);
  EXPECT_NEAR(step.samples[0].vy_mps, 0, 1e-12);
  EXPECT_NEAR(step.samples[1].vx_mps, 0, 1e-12);
  EXPECT_NEAR(step.samples[1].vy_mps, -5, 1e-12);
}

TEST(Fcd, BeginsWithTheLastStepAtOrBeforeBegin) {
  const TempFolder folder;
  Trace trace;
  for (int k = 0; k < 10; ++k) {
    trace[1000 * k]["a"] = {10.0 * k, 0, 90, 10};
    if (k >= 5) trace[1000 * k]["b"] = {0, 0, 0, 0};
  }
  const auto path = folder.write("a.xml", to_fcd(trace));
  TraceStep step;
  for (const TimeNs begin : {4'500'000'000, 4'999'999'999, 4'000'000'000}) {
    FcdSource source(path, begin);
    ASSERT_TRUE(source.next(step));
    EXPECT_EQ(step.time_ns, 4 * kSecond - begin);
    EXPECT_EQ(step.samples.front().x_m, 40);
    EXPECT_EQ(step.entered.size(), 1U);
    ASSERT_TRUE(source.next(step));
    EXPECT_EQ(step.time_ns, 5 * kSecond - begin);
    EXPECT_EQ(step.entered.size(), 1U);
    EXPECT_EQ(step.entered.front().name, "b");
  }
  FcdSource early(folder.write("late.xml", to_fcd({{7000, {{"a", {0, 0, 0, 0}}}}})), 2 * kSecond);
  ASSERT_TRUE(early.next(step)) << "no step before begin: the first of all";
  EXPECT_EQ(step.time_ns, 5 * kSecond);
  FcdSource last(path, 9 * kSecond);
  ASSERT_TRUE(last.next(step));
  EXPECT_EQ(step.time_ns, 0);
  EXPECT_FALSE(last.next(step));
}

std::string error_of(const std::string& path, TimeNs begin = 0) {
  try {
    FcdSource source(path, begin);
    TraceStep step;
    while (source.next(step)) {
    }
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

/// tests/sim/input/bad: *.xml beside *.expected, which holds the message after the name of the file. Begin is
/// 3 s in all of them.
TEST(Fcd, NamesThePlaceOfEveryMistake) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(CV2X_SOURCE_DIR "/tests/sim/input/bad")) {
    if (entry.path().extension() != ".xml") continue;
    ++files;
    fs::path expected_path = entry.path();
    std::ifstream in(expected_path.replace_extension(".expected"));
    std::string expected;
    ASSERT_TRUE(std::getline(in, expected)) << expected_path;
    EXPECT_EQ(error_of(entry.path().string(), 3 * kSecond), entry.path().string() + expected);
  }
  EXPECT_GE(files, 20);
}

TEST(Fcd, RefusesWhatIsNotAFile) {
  const TempFolder folder;
  EXPECT_EQ(error_of(folder.file("none.xml")), folder.file("none.xml") + ": no such file");
  EXPECT_EQ(error_of(folder.path().string()), folder.path().string() + ": is a folder; a file is needed");
  EXPECT_THAT(error_of(folder.file(std::string(5000, 'x'))), HasSubstr(": cannot be read: "));
}

TEST(Fcd, NoticesWhereverTheFileIsCutOff) {
  const TempFolder folder;
  const std::string text = to_fcd(random_trace(1));
  for (std::size_t at = 150; at < text.size() - 2; at += 977)
    EXPECT_THAT(error_of(folder.write("cut.xml", text.substr(0, at))), HasSubstr("cut off")) << at;
  const auto path = folder.write_gz("cut.xml.gz", text);
  const auto size = fs::file_size(path);
  for (auto left = size - 1; left > 30; left -= std::min<std::uintmax_t>(left, 613)) {
    fs::resize_file(path, left);
    EXPECT_THAT(error_of(path), HasSubstr("cut off")) << left;
  }
}

TEST(Fcd, NoticesDamagedGzip) {
  const TempFolder folder;
  const auto path = folder.write_gz("a.xml.gz", to_fcd(random_trace(2)));
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(fs::file_size(path)) - 6);  // within the checksum
  file.put('\x55');
  file.close();
  EXPECT_THAT(error_of(path), HasSubstr("compressed data are damaged"));
}

TEST(Fcd, RefusesATagWithoutEnd) {
  const TempFolder folder;
  const auto path = folder.write_gz(
      "a.xml.gz", "<fcd-export><timestep time=\"" + std::string(40'000'000, '1') + "\"/></fcd-export>");
  EXPECT_THAT(error_of(path), HasSubstr("is longer than 1048576 bytes"));
}

TEST(Fcd, MemoryDoesNotGrowWithTheTrace) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer's allocator does not count";
#endif
  const TempFolder folder;
  const auto pipe = folder.file("pipe.xml");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  constexpr int kSteps = 100'000;
  std::thread writer([&] {
    std::ofstream out(pipe, std::ios::binary);
    out << "<fcd-export>";
    for (int k = 0; k < kSteps; ++k)
      out << "<timestep time=\"" << k << "\"><vehicle id=\"name-of-vehicle-number-" << k / 2
          << "\" x=\"1\" y=\"2\" angle=\"3\" speed=\"4\"/></timestep>\n";
    out << "</fcd-export>";
  });
  FcdSource source(pipe);
  TraceStep step;
  int seen = 0;
  std::size_t in_use_early = 0, in_use_most = 0;  // of this thread's (the main) heap
  while (source.next(step)) {
    seen += static_cast<int>(step.samples.size());
    EXPECT_LE(step.samples.front().slot, 1U);
    const auto heap = mallinfo2();
    if (seen == 1000) in_use_early = heap.uordblks + heap.hblkhd;
    in_use_most = std::max(in_use_most, heap.uordblks + heap.hblkhd);
  }
  writer.join();
  EXPECT_EQ(seen, kSteps);
  EXPECT_GT(in_use_early, 100'000U);
  EXPECT_LT(in_use_most, in_use_early + 100'000);
}

TEST(Fcd, ManyVehiclesInOneStep) {
  constexpr std::size_t kMany = 100'000;
  const TempFolder folder;
  std::string text = "<fcd-export><timestep time=\"0\">";
  for (std::size_t i = 0; i < kMany; ++i)
    fmt::format_to(std::back_inserter(text), "<vehicle id=\"{}\" x=\"{}\" y=\"2\" angle=\"3\" speed=\"4\"/>",
                   i, i % 10000);
  FcdSource source(folder.write("many.xml", text + "</timestep></fcd-export>"));
  TraceStep step;
  EXPECT_TRUE(source.next(step));
  ASSERT_EQ(step.samples.size(), kMany);
  EXPECT_EQ(step.samples.back().slot, kMany - 1);
  EXPECT_FALSE(source.next(step));
}

}  // namespace
}  // namespace cv2x
