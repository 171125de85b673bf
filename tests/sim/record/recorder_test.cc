#include "sim/record/recorder.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include "models/base/random.h"
#include "sim/record/reader.h"
#include "tests/sim/record/folder_for_test.h"
#include "tests/sim/record/rows_for_test.h"

namespace cv2x {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class RecorderTest : public FolderTest {};

/// Every table with a full chunk and a bit of the next, flushed here and there.
void record_everything(Recorder& r) {
  for_each_table([&](const auto& type) {
    using Row = std::decay_t<decltype(type)>;
    for (std::uint64_t i = 0; i < TableOf<Row>::kChunkRows + 7; ++i) {
      record(r, made_up_row<Row>(i));
      if (i % 9001 == 3) r.flush(static_cast<TimeNs>(i));
    }
  });
}

TEST_F(RecorderTest, EveryColumnComesBack) {
  {
    Recorder r({path()}, header_for_test());
    record_everything(r);
    r.finish(30 * kSecond, 1.25);
  }
  EXPECT_EQ(files(), 1u);  // nothing beside the result
  const Result result(path(), Result::Check::kNone);
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.flushed_ns(), 30 * kSecond);
  EXPECT_EQ(result.wall_s(), 1.25);
  for_each_table([&](const auto& type) {
    using Row = std::decay_t<decltype(type)>;
    std::uint64_t n = 0, wrong = 0;
    result.for_each<Row>([&](const Row& row) { wrong += !same(row, made_up_row<Row>(n++)); });
    EXPECT_EQ(wrong, 0u) << TableOf<Row>::kName;
    EXPECT_EQ(n, TableOf<Row>::kChunkRows + 7) << TableOf<Row>::kName;
  });
}

TEST_F(RecorderTest, EqualRunsGiveEqualFiles) {
  for (const char* name : {"a.h5", "b.h5"}) {
    Recorder r({path(name)}, header_for_test());
    record_everything(r);
    r.finish(1, 0);
  }
  EXPECT_TRUE(content(path("a.h5")) == content(path("b.h5")));
}

TEST_F(RecorderTest, StagesMayBeShared) {
  const std::array<StageEntry, 4> all = {
      {{Stage::kDecision, 1}, {Stage::kAccessUp, 2}, {Stage::kComputeService, 5}, {Stage::kAccessDown, 9}}};
  {
    Recorder r({path()}, {});
    r.message(MessageRow{.id = 7}, std::span(all).first(1));
    const std::uint64_t first = r.stages(all);
    TaskRow task{.id = 8};
    task.first_stage = first;
    task.stages = 4;
    r.task(task);
    MessageRow input{.id = 9, .parent_id = 8};
    input.first_stage = first + 1;
    input.stages = 1;
    r.message(input);
    r.task(TaskRow{.id = 10}, {});
    r.finish(0, 0);
  }
  const Result result(path(), Result::Check::kNone);
  const auto stages = result.rows<StageRow>();
  const auto messages = result.rows<MessageRow>();
  const auto tasks = result.rows<TaskRow>();
  ASSERT_EQ(stages.size(), 5u);
  EXPECT_EQ(messages[0].first_stage, 0u);
  EXPECT_EQ(messages[0].stages, 1);
  EXPECT_EQ(tasks[0].first_stage, 1u);
  EXPECT_EQ(stages[messages[1].first_stage].enter_ns, 2);
  EXPECT_EQ(tasks[1].stages, 0);
}

TEST_F(RecorderTest, ThinningKeepsFamiliesByTheirRoot) {
  const Recorder full({path("full.h5")}, {});
  const Recorder none({path("none.h5"), Thinning::kHistogram}, {});
  const Recorder tenth({path("tenth.h5"), Thinning::kSampled, 0.1}, {});
  const Recorder fifth({path("fifth.h5"), Thinning::kSampled, 0.2}, {});
  int kept = 0;
  for (std::uint64_t id = 1; id <= 100000; ++id) {
    EXPECT_TRUE(full.wants(id));
    EXPECT_FALSE(none.wants(id));
    kept += tenth.wants(id);
    if (tenth.wants(id)) {
      EXPECT_TRUE(fifth.wants(id));
    }
  }
  EXPECT_NEAR(kept, 10000, 400);
  const Recorder all({path("all.h5"), Thinning::kSampled, 1.0}, {});
  EXPECT_TRUE(all.wants(12345));
}

TEST_F(RecorderTest, WithoutFinishTheRowsAreThereAndIncomplete) {
  {
    Recorder r({path()}, {});
    r.event({.time_ns = 5});
    r.flush(6);
    r.event({.time_ns = 7});
  }
  {
    Recorder r({path("interrupted.h5")}, {});
    r.event({.time_ns = 5});
    r.finish(8, 1, std::string(999, 'x') + "ä");
  }
  EXPECT_FALSE(Result(path()).complete());
  EXPECT_EQ(Result(path(), Result::Check::kNone).rows<EventRow>().size(), 2u);
  EXPECT_FALSE(Result(path("interrupted.h5")).complete());
  EXPECT_EQ(Result(path("interrupted.h5")).flushed_ns(), 8);
  EXPECT_EQ(Result(path("interrupted.h5")).stopped(), std::string(999, 'x'));
}

TEST_F(RecorderTest, LongNamesAreCutBetweenCharacters) {
  {
    Recorder r({path()}, {});
    r.vehicle_name({std::string(63, 'a') + "ä", std::string(64, 'b')});
    r.finish(0, 0);
  }
  const auto names = Result(path()).rows<VehicleNameRow>();
  EXPECT_EQ(names[0].name, std::string(63, 'a'));
  EXPECT_EQ(names[0].type, std::string(64, 'b'));
}

std::string error_of(const std::string& path) {
  try {
    Recorder r({path}, {});
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(RecorderTest, WhereItCannotWrite) {
  EXPECT_THAT(error_of(path("missing/out.h5")), HasSubstr("there is no folder"));
  EXPECT_THAT(error_of(folder_.string()), HasSubstr("it is a folder"));
  EXPECT_THAT(error_of("/dev/null"), HasSubstr("not a file"));
  EXPECT_THAT(error_of(""), HasSubstr("no path given"));
  EXPECT_THAT(error_of("/proc/out.h5"), HasSubstr("/proc/out.h5"));
  EXPECT_THAT(error_of(path(std::string(300, 'x'))), HasSubstr("File name too long"));
  EXPECT_EQ(files(), 0u);
}

TEST_F(RecorderTest, TwoRunsDoNotWriteTheSameFile) {
  Recorder first({path()}, {});
  EXPECT_THAT(error_of(path()), HasSubstr("another run is writing this file"));
  fs::create_symlink(path(), path("link.h5"));
  EXPECT_THAT(error_of(path("link.h5")), HasSubstr("another run is writing this file"));
  EXPECT_FALSE(Result(path()).complete());  // but it can be read meanwhile
  first.finish(0, 0);
  EXPECT_EQ(error_of(path()), "no error");
}

TEST_F(RecorderTest, AnOldFileStaysUntilTheNewOneIsThere) {
  std::ofstream(path()) << "old";
  {
    RecordHeader bad = header_for_test();
    bad.provenance.emplace_back("version", "twice");  // HDF5 refuses the second attribute of that name
    EXPECT_THROW(Recorder({path()}, bad), UserError);
  }
  EXPECT_EQ(content(path()), "old");
  EXPECT_EQ(files(), 1u);
  Recorder r({path()}, header_for_test());
  EXPECT_EQ(Result(path()).flushed_ns(), -1);
}

TEST_F(RecorderTest, AFileThatGoesAwayIsNoticedAtTheNextFlush) {
  for (const bool replaced : {false, true}) {
    Recorder r({path()}, header_for_test());
    r.flush(1);
    while (r.flushed_ns() < 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    fs::remove(path());
    if (replaced) std::ofstream(path()) << "of somebody else";
    r.flush(2);
    try {
      for (;;) r.message(MessageRow{.id = 1}, {});
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), HasSubstr("the file was removed or replaced meanwhile"));
    }
    EXPECT_EQ(replaced, fs::exists(path()));
    fs::remove(path());
  }
}

constexpr TimeNs enter(std::uint64_t id, std::size_t stage) { return static_cast<TimeNs>(id * 1000 + stage); }

/// Messages and tasks in turn, 3 stages each, until killed or until an error.
void record_for_ever(Recorder& r, std::uint64_t flush_every) {
  for (std::uint64_t id = 1;; ++id) {
    std::array<StageEntry, 3> stages{};
    for (std::size_t i = 0; i < 3; ++i) stages[i] = {Stage::kSrWait, enter(id, i)};
    if (id % 5 == 0) {
      r.task(TaskRow{.id = id, .end_ns = enter(id, 3)}, stages);
    } else {
      r.message(MessageRow{.id = id, .end_ns = enter(id, 3)}, stages);
    }
    if (id % flush_every == 0) r.flush(static_cast<TimeNs>(id));
  }
}

/// The file holds the ids 1 … n of record_for_ever, n at least that of the last flush, each with its stages.
void expect_whole(const std::string& path) {
  const Result result(path, Result::Check::kNone);
  EXPECT_FALSE(result.complete());
  const auto stages = result.rows<StageRow>();
  std::uint64_t ids = 0, wrong = 0;
  const auto check = [&](const auto& row) {
    ++ids;
    wrong += row.end_ns != enter(row.id, 3) || row.stages != 3;
    for (std::size_t i = 0; i < 3; ++i) {
      wrong +=
          row.first_stage + i >= stages.size() || stages[row.first_stage + i].enter_ns != enter(row.id, i);
    }
  };
  result.for_each<MessageRow>(check);
  result.for_each<TaskRow>(check);
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(ids, static_cast<std::uint64_t>(std::max<TimeNs>(0, result.flushed_ns())));
  EXPECT_EQ(stages.size(), 3 * ids);
}

TEST_F(RecorderTest, KilledAtAnyMoment) {
  Stream random({}, "kill", 0);
  for (int run = 0; run < 20; ++run) {
    const std::string file = path(std::to_string(run));
    const pid_t child = fork();
    if (child == 0) {
      Recorder r({file}, header_for_test());
      record_for_ever(r, 700);
    }
    while (!fs::exists(file)) std::this_thread::sleep_for(std::chrono::microseconds(200));
    // Every other run lives until somebody who watches it has seen a flush.
    while (run % 2 == 1 && Result(file).flushed_ns() < 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(static_cast<int>(random.uniform() * 30000)));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    expect_whole(file);
    if (run % 2 == 1) {
      EXPECT_GT(Result(file).flushed_ns(), 0);
    }
    fs::remove(file);
  }
}

TEST_F(RecorderTest, AKilledRunsFileCanBeReplaced) {
  const pid_t child = fork();
  if (child == 0) {
    Recorder r({path()}, header_for_test());
    raise(SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(Result(path()).flushed_ns(), -1);
  EXPECT_EQ(error_of(path()), "no error");
}

TEST_F(RecorderTest, DiskFull) {
  // Often flushed, the flush finds out; rarely, the write of a chunk does.
  for (const std::uint64_t flush_every : {700u, 20'000u, 1'000'000'000u}) {
    const std::string file = path(std::to_string(flush_every));
    const rlim_t bytes = 1'500'000;
    const pid_t child = fork();
    if (child == 0) {
      signal(SIGXFSZ, SIG_IGN);
      const rlimit limit = {bytes, bytes};
      setrlimit(RLIMIT_FSIZE, &limit);
      alarm(20);
      int code = 1;
      try {
        Recorder r({file}, header_for_test());
        record_for_ever(r, flush_every);
      } catch (const UserError& error) {
        const std::string what = error.what();
        code = what.find(file) != what.npos && what.find("File too large") != what.npos ? 0 : 2;
        if (code == 2) fprintf(stderr, "%s\n", error.what());
      }
      std::exit(code);  // with HDF5's own handlers at exit
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    expect_whole(file);
    EXPECT_EQ(Result(file).flushed_ns() > 0, flush_every < 1'000'000) << flush_every;
  }
}

}  // namespace
}  // namespace cv2x
