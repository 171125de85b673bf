#include "sim/record/reader.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <utility>

#include "sim/record/compress.h"
#include "sim/record/h5.h"
#include "sim/record/structure.h"

namespace cv2x {

struct Result::Impl {
  std::string path;
  h5::Id file;
  int major = 0, minor = 0;
  Check check = Check::kValues;
  bool complete = false;
  std::vector<std::string> tables;     ///< the columns of `flushed`
  std::vector<std::int64_t> last_row;  ///< its last row; zeros (time −1) before the first flush

  /// A column that is read chunk by chunk: stays open, with what HDF5 has found out about it.
  struct Chunked {
    h5::Id dataset;
    bool as_recorded = false;  ///< the chunks are what the recorder makes; h5repack may have made others
  };
  std::map<std::string, Chunked> chunked;
  Inflater inflater;
  std::vector<std::byte> packed;
  std::map<std::string_view, std::size_t> name_counts;  ///< of lists of names, as far as asked for

  /// Runs f, turning HDF5's errors into the user's.
  template <class F>
  auto guarded(F&& f) const {
    const auto held = h5::lock();
    try {
      return f();
    } catch (const h5::Error& error) {
      throw UserError(Location{path}, fmt::format("not a readable result file ({})", error.what()));
    }
  }

  /// An older version lacks what came later; in a file of this one it must be there.
  bool lacks(const std::string& path_in_file) const {
    return minor < kFormatMinor && H5Lexists(file, path_in_file.c_str(), H5P_DEFAULT) <= 0;
  }

  const Chunked& open_chunked(const std::string& name, std::size_t size, hsize_t chunk_rows) {
    Chunked& column = chunked[name];
    if (column.dataset < 0) {
      column.dataset = {h5::check(H5Dopen2(file, name.c_str(), H5P_DEFAULT), name), H5Dclose};
      column.as_recorded = chunks_are_as_recorded(column.dataset, size, chunk_rows);
    }
    return column;
  }

  /// Whether values of `size` bytes are stored in chunks of so many, shuffled and deflated.
  static bool chunks_are_as_recorded(const h5::Id& dataset, std::size_t size, hsize_t chunk_rows) {
    const h5::Id plist(h5::check(H5Dget_create_plist(dataset), "chunks"), H5Pclose);
    const h5::Id type(h5::check(H5Dget_type(dataset), "chunks"), H5Tclose);
    hsize_t rows = 0;
    if (H5Tget_size(type) != size || H5Pget_layout(plist) != H5D_CHUNKED ||
        H5Pget_chunk(plist, 1, &rows) != 1 || rows != chunk_rows) {
      return false;
    }
    std::vector<H5Z_filter_t> wanted = {H5Z_FILTER_DEFLATE};
    if (size > 1) wanted.insert(wanted.begin(), H5Z_FILTER_SHUFFLE);
    if (H5Pget_nfilters(plist) != static_cast<int>(wanted.size())) return false;
    for (unsigned i = 0; i < wanted.size(); ++i) {
      unsigned flags = 0;
      std::size_t values = 0;
      if (H5Pget_filter2(plist, i, &flags, &values, nullptr, 0, nullptr, nullptr) != wanted[i]) return false;
    }
    return true;
  }

  void read_flushed() {
    const h5::Id dataset(h5::check(H5Dopen2(file, "flushed", H5P_DEFAULT), "flushed"), H5Dclose);
    const h5::Id attribute(h5::check(H5Aopen(dataset, "columns", H5P_DEFAULT), "flushed"), H5Aclose);
    tables = h5::read_texts_of(attribute, "columns");
    const h5::Id space(h5::check(H5Dget_space(dataset), "flushed"), H5Sclose);
    hsize_t size[2] = {0, 0};
    if (H5Sget_simple_extent_ndims(space) != 2) throw h5::Error("flushed: not a table");
    h5::check(H5Sget_simple_extent_dims(space, size, nullptr), "flushed");
    if (size[1] != tables.size() || tables.empty())
      throw h5::Error("flushed: columns and their names differ");
    last_row.assign(tables.size(), 0);
    last_row[0] = -1;
    if (size[0] == 0) return;
    const hsize_t first[] = {size[0] - 1, 0}, count[] = {1, size[1]};
    h5::check(H5Sselect_hyperslab(space, H5S_SELECT_SET, first, nullptr, count, nullptr), "flushed");
    h5::check(
        H5Dread(dataset, H5T_NATIVE_INT64, h5::list_space(size[1]), space, H5P_DEFAULT, last_row.data()),
        "flushed");
  }
};

Result::Result(const std::string& path, Check check) : impl_(std::make_unique<Impl>()) {
  impl_->path = path;
  impl_->check = check;
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (!std::filesystem::exists(status)) throw UserError(Location{path}, "there is no such result file");
  if (std::filesystem::is_directory(status)) throw UserError(Location{path}, "a folder, not a result file");
  if (!std::filesystem::is_regular_file(status))  // HDF5 would wait for somebody to write into a pipe
    throw UserError(Location{path}, "not a regular file, so not a result of cv2x");
  if (access(path.c_str(), R_OK) != 0)
    throw UserError(Location{path}, fmt::format("cannot be read: {}", std::strerror(errno)));
  impl_->guarded([&] {
    if (H5Fis_hdf5(path.c_str()) <= 0) throw h5::Error("not an HDF5 file");
    // As a reader of a file that may be being written: a killed run left its mark, and a plain open refuses
    // it.
    impl_->file = {
        h5::check(H5Fopen(path.c_str(), H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, h5::access_list()), "file"),
        H5Fclose};
    if (H5Aexists(impl_->file, "format") <= 0 ||
        h5::read_text_attribute(impl_->file, "format") != kFormatName) {
      throw h5::Error("an HDF5 file of something else");
    }
    impl_->major = h5::read_int_attribute(impl_->file, "format_major");
    impl_->minor = h5::read_int_attribute(impl_->file, "format_minor");
  });
  if (impl_->major != kFormatMajor) {
    throw UserError(Location{path},
                    fmt::format("its format is version {}.{}, this program reads version {}.x", impl_->major,
                                impl_->minor, kFormatMajor));
  }
  impl_->guarded([&] {
    std::uint8_t incomplete = 1;
    const h5::Id mark(h5::check(H5Dopen2(impl_->file, "incomplete", H5P_DEFAULT), "incomplete"), H5Dclose);
    h5::check_single(h5::Id(h5::check(H5Dget_space(mark), "incomplete"), H5Sclose), "incomplete");
    h5::check(H5Dread(mark, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, &incomplete), "incomplete");
    impl_->complete = incomplete == 0;
    impl_->read_flushed();
  });
  const auto held = h5::lock();
  try {
    check_structure(impl_->file, impl_->minor, impl_->tables, impl_->last_row);
  } catch (const h5::Error& error) {
    throw UserError(Location{path}, fmt::format("damaged: {}", error.what()));
  }
}

Result::~Result() {
  const auto held = h5::lock();
  impl_.reset();
}

Result::Result(Result&&) noexcept = default;

int Result::major_version() const { return impl_->major; }
int Result::minor_version() const { return impl_->minor; }
bool Result::complete() const { return impl_->complete; }
TimeNs Result::flushed_ns() const { return impl_->last_row[0]; }

std::vector<std::string> Result::names(std::string_view kind) const {
  return impl_->guarded([&] {
    const std::string place = fmt::format("names/{}", kind);
    return impl_->lacks(place) ? std::vector<std::string>{} : h5::read_texts(impl_->file, place.c_str());
  });
}

std::vector<TimeNs> Result::deadlines_ns() const {
  return impl_->guarded([&] {
    const h5::Id dataset(
        h5::check(H5Dopen2(impl_->file, "names/service_deadline_ns", H5P_DEFAULT), "deadlines"), H5Dclose);
    const h5::Id space(h5::check(H5Dget_space(dataset), "deadlines"), H5Sclose);
    std::vector<TimeNs> out(
        static_cast<std::size_t>(h5::check(H5Sget_simple_extent_npoints(space), "deadlines")));
    if (!out.empty())
      h5::check(H5Dread(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()), "deadlines");
    if (out.size() != names("services").size())
      throw h5::Error("names: as many deadlines as services are needed");
    return out;
  });
}

std::string Result::scenario_text() const {
  return impl_->guarded([&] { return h5::read_text(impl_->file, "scenario/text"); });
}

std::string Result::scenario_resolved() const {
  return impl_->guarded([&] { return h5::read_text(impl_->file, "scenario/resolved"); });
}

std::vector<std::pair<std::string, std::string>> Result::provenance() const {
  return impl_->guarded([&] {
    const h5::Id group(h5::check(H5Gopen2(impl_->file, "provenance", H5P_DEFAULT), "provenance"), H5Gclose);
    std::vector<std::pair<std::string, std::string>> out;
    const auto name_of = [](hid_t, const char* name, const H5A_info_t*, void* to) -> herr_t {
      static_cast<decltype(out)*>(to)->emplace_back(name, "");
      return 0;
    };
    h5::check(H5Aiterate2(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, name_of, &out), "provenance");
    std::erase_if(out, [](const auto& entry) { return entry.first == "description"; });
    for (auto& [key, value] : out) value = h5::read_text_attribute(group, key.c_str());
    return out;
  });
}

double Result::wall_s() const {
  return impl_->guarded([&] {
    double value = 0;
    const h5::Id dataset(h5::check(H5Dopen2(impl_->file, "provenance/wall_s", H5P_DEFAULT), "wall_s"),
                         H5Dclose);
    h5::check_single(h5::Id(h5::check(H5Dget_space(dataset), "wall_s"), H5Sclose), "wall_s");
    h5::check(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value), "wall_s");
    return value;
  });
}

std::string Result::stopped() const {
  return impl_->guarded([&]() -> std::string {
    if (H5Lexists(impl_->file, "provenance/stopped", H5P_DEFAULT) <= 0) return {};  // format 1.0
    return h5::read_text(impl_->file, "provenance/stopped");
  });
}

std::uint64_t Result::size_of(std::string_view table) const {
  const auto at = std::find(impl_->tables.begin() + 1, impl_->tables.end(), table);
  if (at == impl_->tables.end() && impl_->minor < kFormatMinor) return 0;
  if (at == impl_->tables.end())
    throw UserError(Location{impl_->path}, fmt::format("it has no table {}", table));
  return static_cast<std::uint64_t>(impl_->last_row[static_cast<std::size_t>(at - impl_->tables.begin())]);
}

bool Result::has(std::string_view table, std::string_view column) const {
  return impl_->guarded([&] { return !impl_->lacks(fmt::format("{}/{}", table, column)); });
}

void Result::read(std::string_view table, std::string_view column, ColumnType type, std::uint64_t first,
                  std::uint64_t count, void* out) const {
  const std::string name = fmt::format("{}/{}", table, column);
  impl_->guarded([&] {
    const h5::Id dataset(h5::check(H5Dopen2(impl_->file, name.c_str(), H5P_DEFAULT), name), H5Dclose);
    const h5::Id space(h5::check(H5Dget_space(dataset), name), H5Sclose);
    const hsize_t start = first, size = count;
    h5::check(H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, nullptr, &size, nullptr), name);
    h5::check(H5Dread(dataset, h5::type_of(type), h5::list_space(count), space, H5P_DEFAULT, out), name);
  });
}

void Result::read_chunk(std::string_view table, std::string_view column, ColumnType type,
                        std::uint64_t chunk_rows, std::uint64_t chunk, std::uint64_t count, void* out) const {
  const std::string name = fmt::format("{}/{}", table, column);
  const std::size_t size = size_of_type(type);
  const bool packed = impl_->guarded([&] {
    const auto& [dataset, as_recorded] = impl_->open_chunked(name, size, chunk_rows);
    const hsize_t first = chunk * chunk_rows;
    hsize_t bytes = 0;
    if (!as_recorded || H5Dget_chunk_storage_size(dataset, &first, &bytes) < 0 || bytes == 0) return false;
    impl_->packed.resize(bytes);
    std::uint32_t skipped_filters = 0;
    h5::check(H5Dread_chunk(dataset, H5P_DEFAULT, &first, &skipped_filters, impl_->packed.data()), name);
    return skipped_filters == 0;
  });
  if (!packed) return read(table, column, type, chunk * chunk_rows, count, out);
  if (!impl_->inflater.expand(impl_->packed, size, {static_cast<std::byte*>(out), chunk_rows * size}))
    throw UserError(Location{impl_->path}, fmt::format("not a readable result file ({}: damaged)", name));
}

void Result::translate(std::string_view table, std::string_view column,
                       std::span<const std::string_view> words, std::uint64_t count,
                       std::byte* values) const {
  constexpr std::uint8_t kNone = 255;
  assert(words.size() < kNone);  // words are of columns of one byte
  std::array<std::uint8_t, 256> ours;
  ours.fill(kNone);
  impl_->guarded([&] {
    const std::string name = fmt::format("{}/{}", table, column);
    const h5::Id dataset(h5::check(H5Dopen2(impl_->file, name.c_str(), H5P_DEFAULT), name), H5Dclose);
    const h5::Id attribute(h5::check(H5Aopen(dataset, "words", H5P_DEFAULT), name), H5Aclose);
    const auto theirs = h5::read_texts_of(attribute, name.c_str());
    for (std::size_t i = 0; i < std::min<std::size_t>(theirs.size(), kNone); ++i) {
      const auto at = std::find(words.begin(), words.end(), theirs[i]);
      if (at != words.end()) ours[i] = static_cast<std::uint8_t>(at - words.begin());
    }
  });
  std::transform(values, values + count, values,
                 [&](std::byte value) { return std::byte{ours[static_cast<std::uint8_t>(value)]}; });
}

void Result::check_values(std::string_view table, std::string_view column, std::string_view index_of,
                          std::size_t words, ColumnType type, std::uint64_t count, const void* values) const {
  constexpr std::string_view kNames = "names/";
  const bool index = index_of.starts_with(kNames);
  if (impl_->check == Check::kNone || (words == 0 && !index)) return;
  std::size_t limit = words;
  if (index) {
    const auto [found, is_new] = impl_->name_counts.try_emplace(index_of);
    if (is_new) {
      found->second = names(index_of.substr(kNames.size())).size();
      if (index_of == "names/cells" && found->second == 0) found->second = names("sites").size();
    }
    limit = found->second;
  }
  const auto check = [&]<class T>(const T* begin) {
    for (std::uint64_t i = 0; i < count; ++i) {
      if (std::cmp_less(begin[i], limit) && (index || begin[i] >= 0)) continue;
      if (std::cmp_equal(begin[i], kAnyService) && table == TableOf<BudgetRow>::kName) continue;
      throw UserError(Location{impl_->path},
                      fmt::format("damaged: {}/{} holds {}, but there are {} of them", table, column,
                                  static_cast<std::int64_t>(begin[i]), limit));
    }
  };
  switch (type) {
    case ColumnType::kU8:
      return check(static_cast<const std::uint8_t*>(values));
    case ColumnType::kU16:
      return check(static_cast<const std::uint16_t*>(values));
    case ColumnType::kI32:
      return check(static_cast<const std::int32_t*>(values));
    default:
      assert(false);  // no other type is used for words and indices into names
  }
}

}  // namespace cv2x
