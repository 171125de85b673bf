#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/record/columns.h"
#include "sim/record/compress.h"
#include "sim/record/h5.h"
#include "sim/record/output_file.h"
#include "sim/record/recorder.h"

namespace cv2x {

/// The HDF5 side of the recorder: makes all tables, starts single-writer/multiple-reader mode (SWMR, after
/// which HDF5 allows no new objects), gives the file its name, then takes chunks. What the file holds for
/// sure stands in `flushed`: one row a flush, written after everything it counts. Errors: UserError from the
/// constructor, else h5::Error. One thread at a time; every member function takes h5::lock().
class FileWriter {
 public:
  FileWriter(const std::string& path, const RecordHeader& header);
  /// Closes, as far as that goes.
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  /// Writes chunk `chunk` of a table, of which the first `rows` are used; `columns` points to the arrays of
  /// chunk_rows values each (those beyond `rows` are set to zero here). May be written again with more rows.
  void write_chunk(std::size_t table, std::uint64_t chunk, std::size_t rows,
                   std::span<std::byte* const> columns);
  /// Everything written so far becomes safe.
  void flush(TimeNs now);
  /// Flush, and then the marks: wall-clock seconds, and why the run was stopped, or that it is complete.
  void finish(TimeNs now, double wall_s, const std::string& stopped);
  /// After an error: forgets the file without writing to it any more.
  void abandon();

 private:
  void create(const RecordHeader& header);
  void create_table(const TableInfo& info);
  void flush_file();

  OutputFile output_;
  Deflater deflater_;
  h5::Id file_;
  h5::Id incomplete_, wall_s_, stopped_, flushed_;
  std::vector<std::vector<h5::Id>> columns_;  ///< of table, column
  std::vector<std::uint64_t> rows_;           ///< of table
  std::uint64_t flushes_ = 0;
};

}  // namespace cv2x
