#include "sim/record/reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <hdf5.h>
#include <sys/stat.h>

#include "sim/record/h5.h"
#include "sim/record/recorder.h"
#include "tests/sim/record/folder_for_test.h"

namespace cv2x {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class ResultTest : public FolderTest {
 protected:
  void write(const std::string& file) {
    Recorder r({file}, header_for_test());
    for (std::uint64_t i = 0; i < 20000; ++i)
      r.message(MessageRow{.id = i + 1, .x_m = 0.1f * static_cast<float>(i % 977)}, {});
    r.finish(kSecond, 2);
  }
  std::string error_of(const std::string& file) {
    try {
      const Result result(file);
      result.for_each<MessageRow>([](const MessageRow&) {});
      result.for_each_chunk<MessageRow>([](std::size_t, const std::uint16_t*, const float*) {},
                                        &MessageRow::service, &MessageRow::x_m);
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), HasSubstr(file));
      return error.what();
    }
    return "no error";
  }
};

TEST_F(ResultTest, WhatWasKnownAtTheStart) {
  write(path());
  const Result result(path());
  EXPECT_THAT(result.names("services"), ElementsAre("perception", "wärning"));
  EXPECT_THAT(result.names("sites"), ElementsAre("gnb-1", "mec"));
  EXPECT_THAT(result.names("hosts"), ElementsAre(header_for_test().hosts[0]));
  EXPECT_THAT(result.names("links"), IsEmpty());
  EXPECT_THAT(result.names("budgets"), ElementsAre("fast"));
  EXPECT_THAT(result.deadlines_ns(), ElementsAre(100 * kMillisecond, 20 * kMillisecond));
  EXPECT_EQ(result.scenario_text(), header_for_test().scenario_text);
  EXPECT_EQ(result.scenario_resolved(), header_for_test().scenario_resolved);
  EXPECT_THAT(result.provenance(), ElementsAre(Pair("command", "cv2x-sim run x.yaml"), Pair("empty", ""),
                                               Pair("version", "0.1.0")));
  EXPECT_EQ(result.major_version(), kFormatMajor);
  EXPECT_EQ(result.minor_version(), kFormatMinor);
  EXPECT_THROW(result.names("nothing"), UserError);
}

TEST_F(ResultTest, SomeColumnsChunkByChunkHoweverTheyAreStored) {
  write(path());
  for (const bool stored_otherwise : {false, true}) {
    if (stored_otherwise) {  // as h5repack may: not in chunks, not compressed
      const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
      std::vector<std::uint64_t> ids(20000);
      const hid_t old = H5Dopen2(file, "messages/id", H5P_DEFAULT);
      ASSERT_GE(H5Dread(old, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, ids.data()), 0);
      H5Dclose(old);
      H5Ldelete(file, "messages/id", H5P_DEFAULT);
      const hsize_t size = ids.size();
      const hid_t space = H5Screate_simple(1, &size, nullptr);
      const hid_t made =
          H5Dcreate2(file, "messages/id", H5T_NATIVE_UINT64, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
      ASSERT_GE(H5Dwrite(made, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, ids.data()), 0);
      H5Dclose(made);
      H5Sclose(space);
      H5Fclose(file);
    }
    const Result result(path());
    std::uint64_t rows = 0, chunks = 0;
    result.for_each_chunk<MessageRow>(
        [&](std::size_t n, const std::uint64_t* id, const float* x_m, const std::uint8_t* counted) {
          ++chunks;
          for (std::size_t i = 0; i < n; ++i, ++rows) {
            ASSERT_EQ(id[i], rows + 1);
            ASSERT_EQ(x_m[i], 0.1f * static_cast<float>(rows % 977));
            ASSERT_EQ(counted[i], 0);
          }
        },
        &MessageRow::id, &MessageRow::x_m, &MessageRow::counted);
    EXPECT_EQ(rows, 20000u);
    EXPECT_EQ(chunks, 3u);
  }
}

TEST_F(ResultTest, WhatIsNoResult) {
  EXPECT_THAT(error_of(path("missing.h5")), HasSubstr("there is no such result file"));
  EXPECT_THAT(error_of(folder_.string()), HasSubstr("a folder, not a result file"));
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(error_of(path("pipe")), HasSubstr("not a regular file"));
  std::ofstream(path("text.h5")) << "title: x\n";
  EXPECT_THAT(error_of(path("text.h5")), HasSubstr("not an HDF5 file"));
  std::ofstream(path("empty.h5")) << "";
  EXPECT_THAT(error_of(path("empty.h5")), HasSubstr("not an HDF5 file"));
  H5Fclose(H5Fcreate(path("foreign.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  EXPECT_THAT(error_of(path("foreign.h5")), HasSubstr("not a readable result file"));
}

TEST_F(ResultTest, ATruncatedFileIsAnErrorWhereverItEnds) {
  write(path("whole.h5"));
  const std::string whole = content(path("whole.h5"));
  for (const std::size_t part : {1u, 3u, 10u, 50u, 90u, 99u}) {
    std::ofstream(path("part.h5"), std::ios::binary) << whole.substr(0, whole.size() * part / 100);
    EXPECT_THAT(error_of(path("part.h5")), HasSubstr("not")) << part;
  }
  EXPECT_EQ(error_of(path("whole.h5")), "no error");
}

TEST_F(ResultTest, ADamagedFileIsAnErrorOrReadsButNeverCrashes) {
  write(path("whole.h5"));
  const std::string whole = content(path("whole.h5"));
  for (std::size_t at = 0; at < whole.size(); at += whole.size() / 41) {
    std::string bad = whole;
    for (std::size_t i = at; i < std::min(at + 8, bad.size()); ++i) bad[i] = static_cast<char>(~bad[i]);
    std::ofstream(path("bad.h5"), std::ios::binary) << bad;
    error_of(path("bad.h5"));
  }
}

TEST_F(ResultTest, ValuesThatAreNoIndexOrWordAreRefused) {
  {
    Recorder recorder({path()}, header_for_test());
    recorder.summary({.service = 2});  // there are two
    recorder.stage_summary({.service = 1, .stage = 255});
    recorder.decision({.service = 1, .host = 1});  // there is one
    recorder.decision({.service = 1, .host = -2});
    recorder.budget({.budget = 0, .service = kAnyService});
    recorder.finish(1, 0);
  }
  const Result result(path());
  const auto message = [](const auto& read) -> std::string {
    try {
      read();
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_THAT(message([&] { result.rows<ServiceSummaryRow>(); }),
              HasSubstr("damaged: summary/service holds 2, but there are 2 of them"));
  EXPECT_THAT(message([&] { result.rows<StageSummaryRow>(); }),
              HasSubstr("damaged: stage_summary/stage holds 255"));
  EXPECT_THAT(message([&] { result.rows<DecisionRow>(); }), HasSubstr("damaged: decisions/host holds 1"));
  EXPECT_EQ(message([&] { result.rows<BudgetRow>(); }), "no error");
  EXPECT_EQ(Result(path(), Result::Check::kNone).rows<DecisionRow>().size(), 2u);
}

TEST_F(ResultTest, WithIdealRadioACellIsASite) {
  RecordHeader header = header_for_test();
  header.cells.clear();
  {
    Recorder recorder({path()}, header);
    recorder.message(MessageRow{.id = 1, .cell = 1}, {});
    recorder.message(MessageRow{.id = 2, .cell = -1}, {});
    recorder.finish(1, 0);
  }
  EXPECT_EQ(error_of(path()), "no error");
  {
    Recorder recorder({path()}, header);
    recorder.message(MessageRow{.id = 1, .cell = 2}, {});
    recorder.finish(1, 0);
  }
  EXPECT_THAT(error_of(path()), HasSubstr("damaged: messages/cell holds 2, but there are 2 of them"));
}

TEST_F(ResultTest, WhatIsMissingOrOfAnotherTypeIsRefusedAtOnce) {
  write(path("whole.h5"));
  const std::string whole = content(path("whole.h5"));
  const auto altered = [&](const std::string& name, hid_t type, std::vector<hsize_t> size) -> std::string {
    std::ofstream(path(), std::ios::binary) << whole;
    const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    EXPECT_GE(H5Ldelete(file, name.c_str(), H5P_DEFAULT), 0);
    if (type >= 0) {
      const hid_t space = size.empty()
                              ? H5Screate(H5S_SCALAR)
                              : H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr);
      const hid_t made = H5Dcreate2(file, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
      EXPECT_GE(made, 0);
      H5Dclose(made);
      H5Sclose(space);
    }
    H5Fclose(file);
    try {
      const Result result(path());  // whatever is read of it later
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  };
  const hid_t none = -1;
  EXPECT_THAT(altered("tasks/id", none, {}), HasSubstr("damaged: it has no tasks/id"));
  EXPECT_THAT(altered("tasks", none, {}), HasSubstr("damaged: it has no tasks/id"));
  EXPECT_THAT(altered("names/hosts", none, {}), HasSubstr("damaged: it has no names/hosts"));
  EXPECT_THAT(altered("messages/id", H5T_NATIVE_FLOAT, {20000}),
              HasSubstr("damaged: messages/id holds f32; u64 is needed"));
  EXPECT_THAT(altered("messages/id", H5T_NATIVE_INT64, {20000}),
              HasSubstr("damaged: messages/id holds i64; u64 is needed"));
  EXPECT_THAT(altered("messages/id", H5T_NATIVE_UINT64, {19999}),
              HasSubstr("damaged: messages/id has 19999 rows, but 20000 were written"));
  EXPECT_THAT(altered("messages/id", H5T_NATIVE_UINT64, {20000, 1}),
              HasSubstr("damaged: messages/id is no list"));
  EXPECT_THAT(
      altered("messages/service", H5T_NATIVE_UINT16, {20000}),
      HasSubstr("damaged: messages/service has the attribute index_of ''; 'names/services' is needed"));
  EXPECT_THAT(altered("messages/kind", H5T_NATIVE_UINT8, {20000}),
              HasSubstr("damaged: messages/kind has other words than its version of the format"));
  EXPECT_THAT(altered("provenance/wall_s", H5T_NATIVE_DOUBLE, {1}),
              HasSubstr("damaged: provenance/wall_s is a list; one value is needed"));
  EXPECT_THAT(altered("names/service_deadline_ns", H5T_NATIVE_INT64, {1}),
              HasSubstr("damaged: names: as many deadlines as services are needed"));
}

TEST_F(ResultTest, WordsOfAnOlderVersionGoByTheirNames) {
  constexpr auto kService = static_cast<std::uint8_t>(Stage::kComputeService);
  {
    Recorder recorder({path()}, header_for_test());
    recorder.stage_summary({.service = 1, .stage = 1});
    recorder.stage_summary({.service = 1, .stage = 0});
    recorder.finish(1, 0);
  }
  const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t version = H5Aopen(file, "format_minor", H5P_DEFAULT);
  const int older = kFormatMinor - 1;
  ASSERT_GE(H5Awrite(version, H5T_NATIVE_INT, &older), 0);
  H5Aclose(version);
  const hid_t column = H5Dopen2(file, "stage_summary/stage", H5P_DEFAULT);
  H5Adelete(column, "words");
  const std::array<std::string_view, 2> words = {"given up since", stage_name(Stage::kComputeService)};
  h5::write_attribute(column, "words", words);
  H5Dclose(column);
  H5Fclose(file);
  const Result result(path());
  std::vector<StageSummaryRow> rows;
  result.read_rows(0, 1, rows);
  EXPECT_EQ(rows[0].stage, kService);
  EXPECT_THROW(result.read_rows(1, 1, rows), UserError);
}

TEST_F(ResultTest, ManyValuesWhereOneIsReadAreRefused) {
  write(path());
  const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Adelete(file, "format_minor");
  const hsize_t many = 1000;
  const hid_t space = H5Screate_simple(1, &many, nullptr);
  const hid_t attribute = H5Acreate2(file, "format_minor", H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT);
  const std::vector<int> values(many, kFormatMinor);
  ASSERT_GE(H5Awrite(attribute, H5T_NATIVE_INT, values.data()), 0);
  H5Aclose(attribute);
  H5Sclose(space);
  H5Fclose(file);
  EXPECT_THAT(error_of(path()), HasSubstr("format_minor: one value is needed"));
}

TEST_F(ResultTest, ANewerMajorVersionIsRefused) {
  write(path());
  const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t attribute = H5Aopen(file, "format_major", H5P_DEFAULT);
  const int newer = kFormatMajor + 1;
  ASSERT_GE(H5Awrite(attribute, H5T_NATIVE_INT, &newer), 0);
  H5Aclose(attribute);
  H5Fclose(file);
  EXPECT_THAT(
      error_of(path()),
      HasSubstr(fmt::format("its format is version 2.{}, this program reads version 1.x", kFormatMinor)));
}

}  // namespace
}  // namespace cv2x
