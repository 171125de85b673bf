#include "sim/input/sumo.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <stdlib.h>

#include "models/base/error.h"
#include "sim/input/child_process.h"
#include "sim/input/fcd.h"
#include "tests/sim/input/temp_folder.h"

namespace cv2x {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr const char* kA10 = "/usr/share/sumo/tools/game/A10KW.sumocfg";
const std::string kBologna = CV2X_SHARED_DIR "/data/bologna/run.sumocfg";

#define NEEDS_SUMO()                                     \
  if (find_program("sumo").empty() || !fs::exists(kA10)) \
  GTEST_SKIP() << "needs SUMO and its A10 example (Debian: sumo, sumo-tools)"

class Sumo : public ::testing::Test {
 protected:
  Sumo() { setenv("CV2X_CACHE_DIR", folder_.file("cache").c_str(), 1); }
  ~Sumo() override { unsetenv("CV2X_CACHE_DIR"); }

  static MobilityParams params(const std::string& file, TimeNs begin_ns) {
    MobilityParams p;
    p.kind = MobilityKind::kSumo;
    p.file = file;
    p.begin_ns = begin_ns;
    return p;
  }
  static std::string error_of(const MobilityParams& p) {
    try {
      run_sumo(p, 0, kSecond);
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  }
  int files_in_cache() const {
    const auto folder = folder_.path() / "cache/fcd";
    return fs::exists(folder) ? static_cast<int>(std::distance(fs::directory_iterator(folder), {})) : 0;
  }

  TempFolder folder_;
};

/// A straight road and one vehicle on it; written by hand so that a test can spoil it.
constexpr const char* kNet = R"(<net version="1.9">
  <location netOffset="0.00,0.00" convBoundary="0.00,0.00,1000.00,0.00" origBoundary="0,0,1,1" projParameter="!"/>
  <edge id="e" from="a" to="b" priority="-1"><lane id="e_0" index="0" speed="20" length="1000" shape="0,0 1000,0"/></edge>
  <junction id="a" type="dead_end" x="0" y="0" incLanes="" intLanes="" shape="0,0 0,-3"/>
  <junction id="b" type="dead_end" x="1000" y="0" incLanes="e_0" intLanes="" shape="1000,-3 1000,0"/>
</net>)";
constexpr const char* kRoutes =
    R"(<routes><vehicle id="v" depart="2" departSpeed="max"><route edges="e"/></vehicle></routes>)";

TEST_F(Sumo, DrivesTheA10AndFindsItAgainInTheCache) {
  NEEDS_SUMO();
  const auto p = params(kA10, 240 * kSecond);
  int calls = 0;
  TimeNs seen = 0;
  const auto path = run_sumo(p, 0, 5 * kSecond, [&](TimeNs now, TimeNs end) {
    ++calls;
    EXPECT_GE(now, seen);
    EXPECT_LE(now, end);
    seen = now;
    return true;
  });
  EXPECT_GT(calls, 5);
  EXPECT_GT(seen, 200 * kSecond);
  EXPECT_EQ(files_in_cache(), 1) << "nothing is left but the result";

  FcdSource source(path, p.begin_ns);
  TraceStep step;
  ASSERT_TRUE(source.next(step));
  EXPECT_EQ(step.time_ns, 0);
  EXPECT_GT(step.samples.size(), 350U);
  EXPECT_EQ(step.entered.size(), step.samples.size());
  int steps = 1;
  while (source.next(step)) ++steps;
  EXPECT_EQ(steps, 11);  // of 0.5 s
  EXPECT_EQ(step.time_ns, 5 * kSecond);

  const auto written = fs::last_write_time(path);
  EXPECT_EQ(run_sumo(p, 7, 5 * kSecond), path) << "a replication does not change SUMO's seed unless asked";
  EXPECT_EQ(fs::last_write_time(path), written);
}

TEST_F(Sumo, DrivesBolognaFromAFolderThatIsReadOnly) {
  NEEDS_SUMO();
  if (!fs::exists(kBologna)) GTEST_SKIP() << "needs " << kBologna;
  const auto files = std::distance(fs::directory_iterator(fs::path(kBologna).parent_path()), {});
  FcdSource source(run_sumo(params(kBologna, 60 * kSecond), 0, 2 * kSecond), 60 * kSecond);
  TraceStep step;
  ASSERT_TRUE(source.next(step));
  EXPECT_GT(step.samples.size(), 50U);
  EXPECT_EQ(std::distance(fs::directory_iterator(fs::path(kBologna).parent_path()), {}), files);
}

TEST_F(Sumo, LeavesOutOutputsAndTakesAwkwardNames) {
  NEEDS_SUMO();
  folder_.write("in, 1%20ü/net &.net.xml", kNet);
  folder_.write("in, 1%20ü/r.rou.xml", R"(<routes><include href="../more.rou.xml"/></routes>)");
  folder_.write("more.rou.xml", kRoutes);
  folder_.write("in, 1%20ü/det.add.xml",
                R"(<additional><e1Detector id="d" lane="e_0" pos="5" period="10" file="results/d.xml"/>
                <e1Detector id="d2" lane="e_0" pos="5" period="10" file="d.xml"/></additional>)");
  setenv("CV2X_TEST_ROUTES", "r", 1);
  const auto config = folder_.write("in, 1%20ü/run.sumocfg", R"(<sumoConfiguration>
    <net value="net%20&amp;.net.xml"/>
    <input><r>${CV2X_TEST_ROUTES}.rou.xml</r><additional-files v=" det.add.xml "/></input>
    <tripinfo value="trips.xml"/><save-state.period value="1"/><log value="log.txt"/><output-prefix value="x"/>
    <begin value="0:0:2"/><end value="3"/><random value="true"/><seed value="5"/><remote-port value="1"/>
    <human-readable-time value="true"/><device.fcd.probability value="0"/><fcd-output.geo value="true"/>
    <step-length value="0.25"/>
  </sumoConfiguration>)");
  auto p = params(config, 5 * kSecond);
  p.step_ns = 100 * kMillisecond;
  const auto path = run_sumo(p, 0, 10 * kSecond);
  FcdSource source(path, p.begin_ns);
  TraceStep step;
  ASSERT_TRUE(source.next(step));
  EXPECT_EQ(step.time_ns, 0);
  ASSERT_EQ(step.samples.size(), 1U);
  EXPECT_EQ(step.entered[0].name, "v");
  const double x = step.samples[0].x_m;
  ASSERT_TRUE(source.next(step));
  EXPECT_EQ(step.time_ns, 100 * kMillisecond);
  EXPECT_NEAR(step.samples[0].x_m - x, 2.0, 0.7);
  EXPECT_EQ(std::distance(fs::directory_iterator(fs::path(config).parent_path()), {}), 4);

  EXPECT_EQ(run_sumo(p, 1, 10 * kSecond), path);
  p.seed_per_replication = true;
  EXPECT_NE(run_sumo(p, 1, 10 * kSecond), path);
  EXPECT_EQ(run_sumo(p, 0, 10 * kSecond), path);
  EXPECT_NE(run_sumo(p, 0, 11 * kSecond), path);
  folder_.write("more.rou.xml", std::string(kRoutes) + "\n");
  EXPECT_NE(run_sumo(p, 0, 10 * kSecond), path) << "included files count";
  EXPECT_EQ(files_in_cache(), 4);
}

TEST_F(Sumo, SaysWhatIsWrong) {
  NEEDS_SUMO();
  const auto config = [&](const std::string& inside) {
    return folder_.write("run.sumocfg", "<configuration>\n" + inside + "\n</configuration>");
  };
  const auto path = folder_.file("run.sumocfg");
  folder_.write("a.net.xml", kNet);
  const std::string net = "<net-file value=\"a.net.xml\"/>";
  EXPECT_EQ(error_of(params(folder_.file("no.sumocfg"), 0)), folder_.file("no.sumocfg") + ": no such file");
  EXPECT_EQ(error_of(params(config("<end value=\"3\"/>"), 0)),
            path + ": the SUMO configuration names no net-file");
  EXPECT_EQ(error_of(params(config(net + "\n<r value=\"b.xml\"/>\n <a value=\"c.xml,d.xml\"/>"), 0)),
            fmt::format("{0}:3:1: route-files: no such file: {1}/b.xml\n"
                        "{0}:4:2: additional-files: no such file: {1}/c.xml\n"
                        "{0}:4:2: additional-files: no such file: {1}/d.xml",
                        path, folder_.path().string()));
  EXPECT_EQ(error_of(params(config(net + "\n<begin value=\"noon\"/>"), 0)),
            path + ":3:1: begin=\"noon\" is not a time (seconds, or hours:minutes:seconds)");
  EXPECT_EQ(error_of(params(config(net + "<begin value=\"30\"/>"), 10 * kSecond)),
            path + ": mobility.begin is 10 s, but the SUMO configuration begins at 30 s");
  EXPECT_EQ(error_of(params(config(net + "<step-length value=\"0.0005\"/>"), 0)),
            path + ": SUMO's step must be whole milliseconds, not 0.0005 s");
  folder_.write("rerouter.add.xml",
                "<additional>\n<rerouter id=\"r\" edges=\"e\" file=\"gone.xml\"/></additional>");
  EXPECT_EQ(error_of(params(config(net + "<a value=\"rerouter.add.xml\"/>"), 0)),
            fmt::format("{0}/rerouter.add.xml:2:1: names a file that does not exist: {0}/gone.xml",
                        folder_.path().string()));
  folder_.write("bad.rou.xml",
                R"(<routes><vehicle id="v" depart="0"><route edges="nowhere"/></vehicle></routes>)");
  EXPECT_THAT(error_of(params(config(net + "<r value=\"bad.rou.xml\"/>"), 0)),
              ::testing::AllOf(HasSubstr(path + ": SUMO failed (exit code 1):"), HasSubstr("nowhere")));
  EXPECT_EQ(files_in_cache(), 0);

  const std::string search = getenv("PATH");
  setenv("PATH", "/nonexistent", 1);
  EXPECT_THAT(error_of(params(config(net), 0)), HasSubstr("apt-get install sumo"));
  setenv("PATH", search.c_str(), 1);
}

TEST_F(Sumo, StopsWhenProgressSaysSo) {
  NEEDS_SUMO();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(run_sumo(params(kA10, 3000 * kSecond), 0, kSecond, [](TimeNs, TimeNs) { return false; }),
               Interrupted);
  EXPECT_THROW(run_sumo(params(kA10, 3000 * kSecond), 0, kSecond,
                        [](TimeNs, TimeNs) -> bool { throw std::runtime_error("from a callback"); }),
               std::runtime_error);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  EXPECT_EQ(files_in_cache(), 0);
}

}  // namespace
}  // namespace cv2x
