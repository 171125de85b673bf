#include "sim/record/file_writer.h"

#include <fmt/format.h>

#include <cstring>

namespace cv2x {

namespace {

/// Rows a chunk of `flushed`.
constexpr hsize_t kFlushedChunk = 64;
constexpr hsize_t kFlushedColumns = 1 + kTables;  // time and rows of each table

/// Room for why a run was stopped: in SWMR mode a dataset must be there, with its size, before it is needed.
constexpr std::size_t kStoppedBytes = 1000;

/// A dataset that grows in its first dimension.
h5::Id growing(hid_t place, const char* name, hid_t type, std::span<const hsize_t> chunk, bool compressed) {
  using h5::check;
  h5::Id plist(check(H5Pcreate(H5P_DATASET_CREATE), name), H5Pclose);
  check(H5Pset_obj_track_times(plist, false), name);
  check(H5Pset_chunk(plist, static_cast<int>(chunk.size()), chunk.data()), name);
  if (compressed) {
    if (H5Tget_size(type) > 1) check(H5Pset_shuffle(plist), name);
    check(H5Pset_deflate(plist, kDeflateLevel), name);
  }
  std::vector<hsize_t> size(chunk.begin(), chunk.end()), most = size;
  size[0] = 0;
  most[0] = H5S_UNLIMITED;
  const h5::Id space(check(H5Screate_simple(static_cast<int>(size.size()), size.data(), most.data()), name),
                     H5Sclose);
  // Chunks come from Deflater, whole: a chunk cache would be memory for nothing.
  h5::Id access(check(H5Pcreate(H5P_DATASET_ACCESS), name), H5Pclose);
  if (compressed) check(H5Pset_chunk_cache(access, 0, 0, 1.0), name);
  return {check(H5Dcreate2(place, name, type, space, H5P_DEFAULT, plist, access), name), H5Dclose};
}

/// A scalar whose place in the file is fixed now and that is overwritten in place later.
template <class T>
h5::Id scalar(hid_t place, const char* name, hid_t type, T value, std::string_view unit,
              std::string_view description) {
  h5::Id dataset = h5::make_dataset(place, name, type, h5::scalar_space(), description);
  h5::write_attribute(dataset, "units", unit);
  h5::check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value), name);
  return dataset;
}

}  // namespace

FileWriter::FileWriter(const std::string& path, const RecordHeader& header) : output_(path) {
  const auto held = h5::lock();
  try {
    create(header);
    h5::check(H5Fflush(file_, H5F_SCOPE_LOCAL), "flush");
    h5::check(H5Fstart_swmr_write(file_), "start of SWMR");
  } catch (const h5::Error& error) {
    throw UserError(Location{path}, fmt::format("cannot write the result: {}", error.what()));
  }
  output_.publish();
}

FileWriter::~FileWriter() {
  const auto held = h5::lock();
  for (auto& table : columns_) table.clear();
  incomplete_ = {};
  wall_s_ = {};
  stopped_ = {};
  flushed_ = {};
  file_ = {};
}

void FileWriter::create(const RecordHeader& header) {
  using h5::check;
  h5::Id plist(check(H5Pcreate(H5P_FILE_CREATE), "file"), H5Pclose);
  check(H5Pset_obj_track_times(plist, false), "file");
  file_ = {
      check(H5Fcreate(output_.temporary_path().c_str(), H5F_ACC_TRUNC, plist, h5::access_list()), "file"),
      H5Fclose};
  h5::write_attribute(file_, "format", kFormatName);
  h5::write_attribute(file_, "format_major", kFormatMajor);
  h5::write_attribute(file_, "format_minor", kFormatMinor);

  incomplete_ = scalar<std::uint8_t>(file_, "incomplete", H5T_NATIVE_UINT8, 1, "",
                                     "1: the run is going on, was killed or was interrupted");
  const hsize_t chunk[] = {kFlushedChunk, kFlushedColumns};
  flushed_ = growing(file_, "flushed", H5T_NATIVE_INT64, chunk, false);
  std::vector<std::string_view> columns = {"time_ns"};
  for (const TableInfo& table : all_tables()) columns.push_back(table.name);
  h5::write_attribute(flushed_, "columns", columns);
  h5::write_attribute(
      flushed_, "description",
      "One row a flush: the simulated time, and how many rows of each table are safe. The last row "
      "says what the file holds");

  const h5::Id scenario = h5::make_group(file_, "scenario", "What was simulated");
  h5::write_text(scenario, "text", header.scenario_text, "The scenario as given");
  h5::write_text(scenario, "resolved", header.scenario_resolved,
                 "The scenario with every default filled in, YAML");

  const h5::Id names = h5::make_group(file_, "names", "Names that rows point to by their index");
  std::vector<std::string> services;
  std::vector<TimeNs> deadlines;
  for (const auto& s : header.services) {
    services.push_back(s.name);
    deadlines.push_back(s.deadline_ns);
  }
  h5::write_texts(names, "services", services, "Services, in the order of the scenario");
  h5::write_texts(names, "sites", header.sites, "Sites, in the order of the scenario");
  h5::write_texts(names, "cells", header.cells,
                  "Cells; none without radio: nr, where sites take their place");
  h5::write_texts(names, "links", header.links, "Links, in the order of the scenario");
  h5::write_texts(names, "hosts", header.hosts, "MEC hosts and clouds");
  h5::write_texts(names, "slices", header.slices, "Slices, in the order of the scenario");
  h5::write_texts(names, "areas", header.areas, "Areas, in the order of the scenario");
  h5::write_texts(names, "budgets", header.budgets, "Budgets, in the order of the scenario");
  const h5::Id deadline = h5::make_dataset(names, "service_deadline_ns", H5T_NATIVE_INT64,
                                           h5::list_space(deadlines.size()), "Deadline of each service");
  h5::write_attribute(deadline, "units", "ns");
  if (!deadlines.empty())
    check(H5Dwrite(deadline, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, deadlines.data()), "deadline");

  for (const TableInfo& table : all_tables()) create_table(table);

  // Last, so that what differs between equal runs does not move the rest.
  const h5::Id provenance = h5::make_group(file_, "provenance", "Where the result comes from");
  for (const auto& [key, value] : header.provenance) h5::write_attribute(provenance, key.c_str(), value);
  wall_s_ = scalar<double>(provenance, "wall_s", H5T_NATIVE_DOUBLE, 0, "s",
                           "Wall-clock time of the run; 0: not finished");
  stopped_ =
      h5::make_dataset(provenance, "stopped", h5::text_type(kStoppedBytes), h5::scalar_space(),
                       "Why the run did not come to its end; empty: it did, is going on, or was killed");
}

void FileWriter::create_table(const TableInfo& info) {
  const h5::Id group = h5::make_group(file_, info.name.data(), info.description);
  const hsize_t chunk[] = {info.chunk_rows};
  auto& columns = columns_.emplace_back();
  for (const ColumnInfo& c : info.columns) {
    h5::Id dataset = growing(group, c.name.data(), h5::type_of(c.type), chunk, true);
    h5::write_attribute(dataset, "units", c.unit);
    h5::write_attribute(dataset, "description", c.description);
    if (!c.index_of.empty()) h5::write_attribute(dataset, "index_of", c.index_of);
    if (!c.words.empty()) h5::write_attribute(dataset, "words", c.words);
    columns.push_back(std::move(dataset));
  }
  rows_.push_back(0);
}

void FileWriter::write_chunk(std::size_t table, std::uint64_t chunk, std::size_t rows,
                             std::span<std::byte* const> columns) {
  const auto held = h5::lock();
  const TableInfo& info = all_tables()[table];
  const hsize_t first = chunk * info.chunk_rows;
  const hsize_t size = first + rows;
  for (std::size_t i = 0; i < info.columns.size(); ++i) {
    const std::size_t bytes = size_of_type(info.columns[i].type);
    std::memset(columns[i] + rows * bytes, 0, (info.chunk_rows - rows) * bytes);
    const auto packed = deflater_.compress({columns[i], info.chunk_rows * bytes}, bytes);
    h5::check(H5Dset_extent(columns_[table][i], &size), info.name);
    h5::check(H5Dwrite_chunk(columns_[table][i], H5P_DEFAULT, 0, &first, packed.size(), packed.data()),
              info.name);
  }
  rows_[table] = size;
}

/// HDF5 writes how long the file is going to be before it makes it so, and refuses to open one that is
/// shorter. Keeping it longer than that closes the gap in which a kill would leave such a file; HDF5 cuts it
/// back.
void FileWriter::flush_file() {
  if (!output_.is_in_place()) throw h5::Error("the file was removed or replaced meanwhile");
  constexpr std::int64_t kMargin = 1 << 20;  // more than a flush allocates
  haddr_t end = 0;
  h5::check(H5Fget_eoa(file_, &end), "flush");
  if (const int error = output_.extend(static_cast<std::int64_t>(end) + kMargin)) {
    throw h5::Error(fmt::format("flush: {}", std::strerror(error)));
  }
  h5::check(H5Fflush(file_, H5F_SCOPE_LOCAL), "flush");
}

void FileWriter::flush(TimeNs now) {
  const auto held = h5::lock();
  flush_file();
  std::vector<std::int64_t> row = {now};
  row.insert(row.end(), rows_.begin(), rows_.end());
  const hsize_t size[] = {flushes_ + 1, kFlushedColumns}, first[] = {flushes_, 0},
                count[] = {1, kFlushedColumns};
  h5::check(H5Dset_extent(flushed_, size), "flushed");
  const h5::Id memory = h5::list_space(kFlushedColumns);
  const h5::Id space(h5::check(H5Dget_space(flushed_), "flushed"), H5Sclose);
  h5::check(H5Sselect_hyperslab(space, H5S_SELECT_SET, first, nullptr, count, nullptr), "flushed");
  h5::check(H5Dwrite(flushed_, H5T_NATIVE_INT64, memory, space, H5P_DEFAULT, row.data()), "flushed");
  flush_file();
  ++flushes_;
}

void FileWriter::finish(TimeNs now, double wall_s, const std::string& stopped) {
  const auto held = h5::lock();
  flush(now);
  h5::check(H5Dwrite(wall_s_, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &wall_s), "wall_s");
  std::string why(cut_text(stopped, kStoppedBytes));
  why.resize(kStoppedBytes, '\0');
  h5::check(H5Dwrite(stopped_, h5::text_type(kStoppedBytes), H5S_ALL, H5S_ALL, H5P_DEFAULT, why.data()),
            "stopped");
  const std::uint8_t incomplete = stopped.empty() ? 0 : 1;
  h5::check(H5Dwrite(incomplete_, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, &incomplete),
            "incomplete");
  h5::check(H5Fflush(file_, H5F_SCOPE_LOCAL), "flush");
  // Everything must be closed before the file for its close to be the last.
  for (auto& table : columns_) table.clear();
  incomplete_ = {};
  wall_s_ = {};
  stopped_ = {};
  flushed_ = {};
  h5::check(H5Fclose(file_.leak()), "close");
  haddr_t end = 0;
  {
    const h5::Id closed(
        h5::check(H5Fopen(output_.path().c_str(), H5F_ACC_RDONLY, h5::access_list()), "close"), H5Fclose);
    h5::check(H5Fget_eoa(closed, &end), "close");
  }
  output_.release(static_cast<std::int64_t>(end));
}

void FileWriter::abandon() {
  const auto held = h5::lock();
  for (auto& table : columns_) {
    for (auto& column : table) column.leak();
  }
  incomplete_.leak();
  wall_s_.leak();
  stopped_.leak();
  flushed_.leak();
  file_.leak();
}

}  // namespace cv2x
