#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/base/error.h"
#include "sim/record/columns.h"

namespace cv2x {

/// A result file, finished or not (also one that is being written). Reads what was safe at the time of
/// opening. Errors are UserError: no such file, not HDF5, truncated, not of this program, a newer major
/// version, something missing or of another type or shape than columns.h says; from reading rows: a value
/// that is no word of its column, or no index into its list of names, so that whoever uses it may index by
/// it.
class Result {
 public:
  /// kNone: values are given as they stand. For rows that mean nothing.
  enum class Check : std::uint8_t { kValues, kNone };
  explicit Result(const std::string& path, Check check = Check::kValues);
  ~Result();
  Result(Result&&) noexcept;

  int major_version() const;
  int minor_version() const;
  /// False: the run was killed or interrupted, or is still going on.
  bool complete() const;
  /// Simulated time of the last flush, −1 before the first.
  TimeNs flushed_ns() const;

  /// "services", "sites", "cells", "links", "hosts", "slices", "areas", "budgets"; empty where an older
  /// version has no such list.
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

  /// Rows of the table of `Row` (columns.h); none where an older version has no such table.
  template <class Row>
  std::uint64_t size() const {
    return size_of(TableOf<Row>::kName);
  }

  /// Calls fn(const Row&) for every row in order; memory is that of one chunk. Columns that an older version
  /// does not have keep the row's defaults.
  template <class Row, class F>
  void for_each(F&& fn) const;

  /// Rows [first, first + count), which are there.
  template <class Row>
  void read_rows(std::uint64_t first, std::uint64_t count, std::vector<Row>& out) const;

  /// Calls fn(rows, columns…) chunk by chunk with some columns of a table, named by the members of its row:
  /// an array each (bool: of std::uint8_t). For the large tables: what is not asked for is not read, and
  /// values are checked as by read_rows. Only columns that every version has.
  template <class Row, class F, class... T>
  void for_each_chunk(F&& fn, T Row::*... members) const;

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
  /// False: the file is of an older version, which has no such column.
  bool has(std::string_view table, std::string_view column) const;
  /// Rows [first, first + count) of a column, as its type.
  void read(std::string_view table, std::string_view column, ColumnType type, std::uint64_t first,
            std::uint64_t count, void* out) const;
  /// The same of one chunk of `chunk_rows`, into room for a whole one.
  void read_chunk(std::string_view table, std::string_view column, ColumnType type, std::uint64_t chunk_rows,
                  std::uint64_t chunk, std::uint64_t count, void* out) const;
  /// Words of another version have other places in the list: puts this version's there, and what is no word
  /// where there is none.
  void translate(std::string_view table, std::string_view column, std::span<const std::string_view> words,
                 std::uint64_t count, std::byte* values) const;
  /// Throws when one of these values of a column is no word or index. With `radio: ideal` names/cells is
  /// empty, and indices into it are sites.
  void check_values(std::string_view table, std::string_view column, std::string_view index_of,
                    std::size_t words, ColumnType type, std::uint64_t count, const void* values) const;

  template <class A, class B>
  static constexpr bool is_same_member(A a, B b) {
    if constexpr (std::is_same_v<A, B>) {
      return a == b;
    } else {
      return false;
    }
  }
  template <class T>
  using Stored = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>;

  std::unique_ptr<Impl> impl_;
};

template <class Row, class F>
void Result::for_each(F&& fn) const {
  constexpr std::uint64_t kChunk = TableOf<Row>::kChunkRows;
  const std::uint64_t n = size<Row>();
  std::vector<Row> rows;
  for (std::uint64_t first = 0; first < n; first += kChunk) {
    read_rows(first, std::min(kChunk, n - first), rows);
    for (const Row& row : rows) fn(row);
  }
}

template <class Row, class F, class... T>
void Result::for_each_chunk(F&& fn, T Row::*... members) const {
  constexpr std::uint64_t kChunk = TableOf<Row>::kChunkRows;
  const std::uint64_t n = size<Row>();
  const auto fill = [&](std::uint64_t chunk, std::uint64_t count, auto member, void* out) {
    for_each_column<Row>([&](const auto& c) {
      if (!is_same_member(c.member, member)) return;
      read_chunk(TableOf<Row>::kName, c.name, c.type(), kChunk, chunk, count, out);
      if (c.words.size() > 0 && minor_version() != kFormatMinor)
        translate(TableOf<Row>::kName, c.name, c.words, count, static_cast<std::byte*>(out));
      check_values(TableOf<Row>::kName, c.name, c.index_of, c.words.size(), c.type(), count, out);
    });
  };
  std::tuple columns{std::vector<Stored<T>>(kChunk)...};
  for (std::uint64_t chunk = 0; chunk * kChunk < n; ++chunk) {
    const std::uint64_t count = std::min(kChunk, n - chunk * kChunk);
    std::apply(
        [&](auto&... column) {
          (fill(chunk, count, members, column.data()), ...);
          fn(static_cast<std::size_t>(count), std::as_const(column).data()...);
        },
        columns);
  }
}

template <class Row>
void Result::read_rows(std::uint64_t first, std::uint64_t count, std::vector<Row>& out) const {
  out.assign(count, Row{});
  std::vector<std::byte> column;
  for_each_column<Row>([&](const auto& c) {
    if (!has(TableOf<Row>::kName, c.name)) return;
    column.resize(count * size_of_type(c.type()));
    read(TableOf<Row>::kName, c.name, c.type(), first, count, column.data());
    if (c.words.size() > 0 && minor_version() != kFormatMinor)
      translate(TableOf<Row>::kName, c.name, c.words, count, column.data());
    check_values(TableOf<Row>::kName, c.name, c.index_of, c.words.size(), c.type(), count, column.data());
    for (std::size_t i = 0; i < count; ++i) c.load(column.data(), i, out[i]);
  });
}

}  // namespace cv2x
