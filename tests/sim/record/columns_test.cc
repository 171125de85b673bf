#include "sim/record/columns.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <hdf5.h>

#include "models/base/relocation_params.h"
#include "models/measure/blame.h"
#include "models/measure/budget.h"
#include "models/topology/params.h"
#include "sim/record/recorder.h"
#include "tests/sim/record/folder_for_test.h"

namespace cv2x {
namespace {

using testing::HasSubstr;

/// A line of FORMAT.md.
std::string line_of(const ColumnInfo& c) {
  std::string text(c.description);
  if (!c.index_of.empty()) text += fmt::format(" → `{}`", c.index_of);
  if (!c.words.empty()) text += " (words)";
  return fmt::format("| `{}` | {} | {} | {} |\n", c.name, name_of_type(c.type), c.unit, text);
}

TEST(Columns, FormatListsThemAll) {
  const std::string format = content(std::string(CV2X_SOURCE_DIR) + "/sim/record/FORMAT.md");
  EXPECT_THAT(format, HasSubstr(fmt::format("version {}.{}", kFormatMajor, kFormatMinor)));
  for (const TableInfo& table : all_tables()) {
    std::string section =
        fmt::format("### `{}`\n\n{}.\n\n| column | type | unit | meaning |\n|---|---|---|---|\n", table.name,
                    table.description);
    for (const ColumnInfo& column : table.columns) section += line_of(column);
    EXPECT_THAT(format, HasSubstr(section + "\n"));
  }
}

TEST(Columns, IndicesPointToWhatThereIs) {
  for (const TableInfo& table : all_tables()) {
    for (const ColumnInfo& c : table.columns) {
      if (c.index_of.empty() || c.index_of.starts_with("names/")) continue;
      EXPECT_TRUE(std::any_of(all_tables().begin(), all_tables().end(), [&](const auto& t) {
        return t.name == c.index_of;
      })) << c.index_of;
    }
  }
}

TEST(Columns, WordsAreThoseOfTheModels) {
  EXPECT_EQ(kMetricColumnNames, kBudgetMetricNames);
  EXPECT_EQ(kVerdictColumnNames, kVerdictNames);
  EXPECT_EQ(kSiteColumnNames, kSiteKindNames);
  EXPECT_EQ(kRelocationColumnNames, kRelocationModeNames);
  EXPECT_EQ(kCauseColumnNames, kCauseNames);
}

class ColumnsInFile : public FolderTest {};

std::string attribute(hid_t object, const char* name) {
  const hid_t a = H5Aopen(object, name, H5P_DEFAULT);
  const hid_t type = H5Aget_type(a);
  std::string text(H5Tget_size(type), '\0');
  EXPECT_EQ(H5Tget_cset(type), H5T_CSET_UTF8);
  EXPECT_GE(H5Aread(a, type, text.data()), 0);
  H5Tclose(type);
  H5Aclose(a);
  return text.c_str();
}

TEST_F(ColumnsInFile, SayWhatTheyAre) {
  { Recorder(RecorderOptions{path()}, header_for_test()).finish(0, 0); }
  const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  for (const TableInfo& table : all_tables()) {
    for (const ColumnInfo& c : table.columns) {
      const hid_t d = H5Dopen2(file, fmt::format("{}/{}", table.name, c.name).c_str(), H5P_DEFAULT);
      ASSERT_GE(d, 0) << table.name << '/' << c.name;
      EXPECT_EQ(attribute(d, "units"), c.unit);
      EXPECT_EQ(attribute(d, "description"), c.description);
      if (!c.index_of.empty()) {
        EXPECT_EQ(attribute(d, "index_of"), c.index_of);
      }
      EXPECT_EQ(H5Aexists(d, "words") > 0, !c.words.empty());
      const hid_t type = H5Dget_type(d);
      EXPECT_EQ(H5Tget_size(type), size_of_type(c.type));
      H5Tclose(type);
      H5Dclose(d);
    }
  }
  H5Fclose(file);
}

}  // namespace
}  // namespace cv2x
