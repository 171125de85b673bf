#include "sim/record/structure.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "sim/record/columns.h"
#include "sim/record/h5.h"

namespace cv2x {
namespace {

using h5::check;
using h5::Error;

/// A type as FORMAT.md writes it; in words what none of the format is.
std::string text_of_type(hid_t type) {
  const std::size_t bytes = H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return fmt::format("{}{}", H5Tget_sign(type) == H5T_SGN_NONE ? 'u' : 'i', 8 * bytes);
    case H5T_FLOAT:
      return fmt::format("f{}", 8 * bytes);
    case H5T_STRING:
      return H5Tis_variable_str(type) > 0 ? "text of variable length" : "text";
    default:
      return "neither numbers nor text";
  }
}

class Structure {
 public:
  Structure(hid_t file, int minor)
      : file_(file), older_(minor < kFormatMinor), same_(minor == kFormatMinor) {}

  void scalar(const std::string& name, ColumnType type) const {
    const h5::Id dataset = opened(name);
    if (dataset < 0) return;
    check_type(dataset, name, type, false);
    const h5::Id space(check(H5Dget_space(dataset), name), H5Sclose);
    if (H5Sget_simple_extent_type(space) != H5S_SCALAR)
      throw Error(fmt::format("{} is a list; one value is needed", name));
  }

  /// Of texts as long as they please where the type is kText, unless `cut`: then of kTextBytes.
  hsize_t list(const std::string& name, ColumnType type, bool cut = false) const {
    const h5::Id dataset = opened(name);
    if (dataset < 0) return 0;
    check_type(dataset, name, type, cut);
    return length(dataset, name);
  }

  void typed(const std::string& name, ColumnType type) const {
    const h5::Id dataset = opened(name);
    if (dataset >= 0) check_type(dataset, name, type, false);
  }

  void table(const TableInfo& info, std::int64_t rows) const {
    for (const ColumnInfo& c : info.columns) {
      const std::string name = fmt::format("{}/{}", info.name, c.name);
      const h5::Id dataset = opened(name);
      if (dataset < 0) continue;
      check_type(dataset, name, c.type, true);
      const hsize_t there = length(dataset, name);
      if (there < static_cast<hsize_t>(rows))
        throw Error(fmt::format("{} has {} rows, but {} were written", name, there, rows));
      check_index_of(dataset, name, c.index_of);
      check_words(dataset, name, c.words);
    }
  }

  /// An older version lacks what came later.
  void must_be_there(const std::string& name) const {
    if (!older_) throw Error(fmt::format("it has no {}", name));
  }

 private:
  /// None where an older version has no such dataset.
  h5::Id opened(const std::string& name) const {
    // A path is asked for step by step: H5Lexists fails where one on the way is missing.
    for (std::size_t end = name.find('/');; end = name.find('/', end + 1)) {
      if (H5Lexists(file_, name.substr(0, end).c_str(), H5P_DEFAULT) <= 0) {
        must_be_there(name);
        return {};
      }
      if (end == std::string::npos) break;
    }
    h5::Id dataset(H5Dopen2(file_, name.c_str(), H5P_DEFAULT), H5Dclose);
    if (dataset < 0) throw Error(fmt::format("{} is no dataset", name));
    return dataset;
  }

  static void check_type(hid_t dataset, const std::string& name, ColumnType wanted, bool cut) {
    const h5::Id type(check(H5Dget_type(dataset), name), H5Tclose);
    const bool texts = wanted == ColumnType::kText;
    const bool right = texts ? H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
                                   (!cut || H5Tget_size(type) == kTextBytes)
                             : H5Tequal(type, h5::type_of(wanted)) > 0;
    if (!right)
      throw Error(fmt::format(
          "{} holds {}; {} is needed", name, text_of_type(type),
          cut && texts ? fmt::format("text of {} bytes", kTextBytes) : std::string(name_of_type(wanted))));
  }

  static hsize_t length(hid_t dataset, const std::string& name) {
    const h5::Id space(check(H5Dget_space(dataset), name), H5Sclose);
    if (H5Sget_simple_extent_type(space) != H5S_SIMPLE || H5Sget_simple_extent_ndims(space) != 1)
      throw Error(fmt::format("{} is no list", name));
    hsize_t size = 0;
    check(H5Sget_simple_extent_dims(space, &size, nullptr), name);
    return size;
  }

  static void check_index_of(hid_t dataset, const std::string& name, std::string_view wanted) {
    const bool there = H5Aexists(dataset, "index_of") > 0;
    std::string found;
    try {
      if (there) found = h5::read_text_attribute(dataset, "index_of");
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", name, error.what()));
    }
    if (found != wanted)
      throw Error(fmt::format("{} has the attribute index_of '{}'; '{}' is needed", name, found, wanted));
  }

  /// Another version may have fewer or more of them, elsewhere in the list: the reader goes by their names.
  void check_words(hid_t dataset, const std::string& name, std::span<const std::string_view> wanted) const {
    std::vector<std::string> found;
    if (H5Aexists(dataset, "words") > 0) {
      const h5::Id attribute(check(H5Aopen(dataset, "words", H5P_DEFAULT), name), H5Aclose);
      found = h5::read_texts_of(attribute, name.c_str());
    }
    const bool right = same_ ? std::equal(found.begin(), found.end(), wanted.begin(), wanted.end())
                             : found.empty() == wanted.empty();
    if (!right) throw Error(fmt::format("{} has other words than its version of the format", name));
  }

  hid_t file_;
  bool older_, same_;
};

}  // namespace

void check_structure(hid_t file, int minor, std::span<const std::string> columns,
                     std::span<const std::int64_t> last_row) {
  const Structure structure(file, minor);
  structure.scalar("incomplete", ColumnType::kU8);
  structure.scalar("scenario/text", ColumnType::kText);
  structure.scalar("scenario/resolved", ColumnType::kText);
  structure.scalar("provenance/wall_s", ColumnType::kF64);
  structure.scalar("provenance/stopped", ColumnType::kText);
  for (const char* kind : {"sites", "cells", "links", "hosts", "slices", "areas", "budgets"})
    structure.list(fmt::format("names/{}", kind), ColumnType::kText);
  const hsize_t services = structure.list("names/services", ColumnType::kText);
  if (structure.list("names/service_deadline_ns", ColumnType::kI64) != services)
    throw Error("names: as many deadlines as services are needed");

  structure.typed("flushed", ColumnType::kI64);
  if (columns[0] != "time_ns") throw Error("flushed: its first column is not time_ns");
  for (const TableInfo& table : all_tables()) {
    const auto at = std::find(columns.begin() + 1, columns.end(), table.name);
    if (at == columns.end()) {
      structure.must_be_there(fmt::format("table {}", table.name));
      continue;
    }
    const std::int64_t rows = last_row[static_cast<std::size_t>(at - columns.begin())];
    if (rows < 0) throw Error(fmt::format("flushed: {} rows of {}", rows, table.name));
    structure.table(table, rows);
  }
}

}  // namespace cv2x
