#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/base/error.h"
#include "sim/record/columns.h"

namespace cv2x {

/// A result file, finished or not (also one that is being written). Reads what was safe at the time of
/// opening. Errors are UserError: no such file, not HDF5, truncated, not of this program, a newer major
/// version.
class Result {
 public:
  explicit Result(const std::string& path);
  ~Result();
  Result(Result&&) noexcept;

  int major_version() const;
  int minor_version() const;
  /// False: the run was killed or interrupted, or is still going on.
  bool complete() const;
  /// Simulated time of the last flush, −1 before the first.
  TimeNs flushed_ns() const;

  /// "services", "sites", "cells", "links", "hosts", "slices", "budgets".
  std::vector<std::string> names(std::string_view kind) const;
  /// Deadline of each service [ns].
  std::vector<TimeNs> deadlines_ns() const;
  std::string scenario_text() const;
  std::string scenario_resolved() const;
  std::vector<std::pair<std::string, std::string>> provenance() const;
  /// As given to finish(); 0 before.
  double wall_s() const;
  /// Why the run did not come to its end, as given to finish(); empty: it did, is going on, or was killed.
  std::string stopped() const;

  /// Rows of the table of `Row` (columns.h).
  template <class Row>
  std::uint64_t size() const {
    return size_of(TableOf<Row>::kName);
  }

  /// Calls fn(const Row&) for every row in order; memory is that of one chunk.
  template <class Row, class F>
  void for_each(F&& fn) const;

  /// A whole table; for the small ones.
  template <class Row>
  std::vector<Row> rows() const {
    std::vector<Row> out;
    out.reserve(size<Row>());
    for_each<Row>([&](const Row& row) { out.push_back(row); });
    return out;
  }

 private:
  struct Impl;

  std::uint64_t size_of(std::string_view table) const;
  /// Rows [first, first + count) of a column, as its type.
  void read(std::string_view table, std::string_view column, ColumnType type, std::uint64_t first,
            std::uint64_t count, void* out) const;

  std::unique_ptr<Impl> impl_;
};

template <class Row, class F>
void Result::for_each(F&& fn) const {
  using Table = TableOf<Row>;
  const std::uint64_t n = size<Row>();
  std::vector<Row> rows;
  std::vector<std::byte> column;
  for (std::uint64_t first = 0; first < n; first += Table::kChunkRows) {
    rows.assign(std::min<std::uint64_t>(Table::kChunkRows, n - first), Row{});
    for_each_column<Row>([&](const auto& c) {
      column.resize(rows.size() * size_of_type(c.type()));
      read(Table::kName, c.name, c.type(), first, rows.size(), column.data());
      for (std::size_t i = 0; i < rows.size(); ++i) c.load(column.data(), i, rows[i]);
    });
    for (const Row& row : rows) fn(row);
  }
}

}  // namespace cv2x
