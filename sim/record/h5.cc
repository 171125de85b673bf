#include "sim/record/h5.h"

#include <algorithm>

namespace cv2x::h5 {

std::unique_lock<std::recursive_mutex> lock() {
  // A file that could not be written any more (disk full) stays open; HDF5's attempt to close it when the
  // process exits would fail again, and 1.10 crashes then. Files that are whole have been closed by then.
  static const bool kNotAtExit = H5dont_atexit() >= 0;
  (void)kNotAtExit;
  static std::recursive_mutex mutex;
  std::unique_lock<std::recursive_mutex> held(mutex);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  return held;
}

std::string last_error() {
  std::string text = "HDF5 error";
  // Upward: the first one visited is where it happened.
  const auto take_first = [](unsigned n, const H5E_error2_t* error, void* out) -> herr_t {
    if (n == 0 && error->desc) *static_cast<std::string*>(out) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &text);
  // "file write failed: time = …, errno = 28, error message = 'No space left on device', buf = 0x…"
  constexpr std::string_view kMark = "error message = '";
  const std::size_t from = text.find(kMark);
  if (from == text.npos) return text;
  const std::size_t to = text.find('\'', from + kMark.size());
  return text.substr(from + kMark.size(), to - from - kMark.size());
}

hid_t check(hid_t value, std::string_view what) {
  if (value < 0) throw Error(std::string(what) + ": " + last_error());
  return value;
}

Id access_list() {
  Id fapl(check(H5Pcreate(H5P_FILE_ACCESS), "access list"), H5Pclose);
  check(H5Pset_libver_bounds(fapl, H5F_LIBVER_V110, H5F_LIBVER_V110), "format version");
  check(H5Pset_fclose_degree(fapl, H5F_CLOSE_STRONG), "close degree");
  check(H5Pset_file_locking(fapl, false, true), "file locking");
  // A reader that meets half-written metadata waits 1, 2, 4, … ns and reads again: 8 ms in all. HDF5's
  // default of 100 times would be for ever with a damaged file.
  check(H5Pset_metadata_read_attempts(fapl, 22), "attempts");
  return fapl;
}

Id text_type(std::size_t bytes) {
  Id type(check(H5Tcopy(H5T_C_S1), "text type"), H5Tclose);
  check(H5Tset_size(type, std::max<std::size_t>(1, bytes)), "text size");
  check(H5Tset_strpad(type, H5T_STR_NULLPAD), "text padding");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "text encoding");
  return type;
}

namespace {

Id copy_of(hid_t type) { return {check(H5Tcopy(type), "type"), H5Tclose}; }

/// Texts side by side, each filled up to the longest; the length of one in `bytes`.
template <class Texts>
std::string side_by_side(const Texts& texts, std::size_t& bytes) {
  bytes = 1;
  for (const auto& t : texts) bytes = std::max(bytes, t.size());
  std::string all;
  for (const auto& t : texts) {
    all += t;
    all.append(bytes - t.size(), '\0');
  }
  return all;
}

std::size_t bytes_of_text(hid_t type, const char* name) {
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0)
    throw Error(std::string(name) + ": no text");
  return H5Tget_size(type);
}

std::vector<std::string> split(const std::string& all, std::size_t bytes) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i + bytes <= all.size(); i += bytes) {
    const std::string one = all.substr(i, bytes);
    out.push_back(one.substr(0, one.find_last_not_of('\0') + 1));
  }
  return out;
}

}  // namespace

Id scalar_space() { return {check(H5Screate(H5S_SCALAR), "space"), H5Sclose}; }

Id list_space(std::size_t n) {
  const hsize_t size = n;
  return {check(H5Screate_simple(1, &size, nullptr), "space"), H5Sclose};
}

Id make_dataset(hid_t place, const char* name, hid_t type, hid_t space, std::string_view description) {
  Id plist(check(H5Pcreate(H5P_DATASET_CREATE), name), H5Pclose);
  check(H5Pset_obj_track_times(plist, false), name);
  Id dataset(check(H5Dcreate2(place, name, type, space, H5P_DEFAULT, plist, H5P_DEFAULT), name), H5Dclose);
  write_attribute(dataset, "description", description);
  return dataset;
}

Id make_group(hid_t place, const char* name, std::string_view description) {
  Id plist(check(H5Pcreate(H5P_GROUP_CREATE), name), H5Pclose);
  check(H5Pset_obj_track_times(plist, false), name);
  Id group(check(H5Gcreate2(place, name, H5P_DEFAULT, plist, H5P_DEFAULT), name), H5Gclose);
  write_attribute(group, "description", description);
  return group;
}

Id type_of(ColumnType type) {
  switch (type) {
    case ColumnType::kU8:
      return copy_of(H5T_NATIVE_UINT8);
    case ColumnType::kU16:
      return copy_of(H5T_NATIVE_UINT16);
    case ColumnType::kU32:
      return copy_of(H5T_NATIVE_UINT32);
    case ColumnType::kU64:
      return copy_of(H5T_NATIVE_UINT64);
    case ColumnType::kI32:
      return copy_of(H5T_NATIVE_INT32);
    case ColumnType::kI64:
      return copy_of(H5T_NATIVE_INT64);
    case ColumnType::kF32:
      return copy_of(H5T_NATIVE_FLOAT);
    case ColumnType::kF64:
      return copy_of(H5T_NATIVE_DOUBLE);
    case ColumnType::kText:
      break;
  }
  return text_type(kTextBytes);
}

void write_attribute(hid_t object, const char* name, std::string_view text) {
  const Id type = text_type(text.size());
  const Id attribute(check(H5Acreate2(object, name, type, scalar_space(), H5P_DEFAULT, H5P_DEFAULT), name),
                     H5Aclose);
  check(H5Awrite(attribute, type, text.empty() ? "" : text.data()), name);
}

void write_attribute(hid_t object, const char* name, std::span<const std::string_view> texts) {
  std::size_t bytes = 0;
  const std::string all = side_by_side(texts, bytes);
  const Id type = text_type(bytes);
  const Id attribute(
      check(H5Acreate2(object, name, type, list_space(texts.size()), H5P_DEFAULT, H5P_DEFAULT), name),
      H5Aclose);
  check(H5Awrite(attribute, type, all.data()), name);
}

void write_attribute(hid_t object, const char* name, int value) {
  const Id attribute(
      check(H5Acreate2(object, name, H5T_STD_I32LE, scalar_space(), H5P_DEFAULT, H5P_DEFAULT), name),
      H5Aclose);
  check(H5Awrite(attribute, H5T_NATIVE_INT, &value), name);
}

std::vector<std::string> read_texts_of(hid_t attribute, const char* name) {
  const Id type(check(H5Aget_type(attribute), name), H5Tclose);
  const Id space(check(H5Aget_space(attribute), name), H5Sclose);
  const std::size_t bytes = bytes_of_text(type, name);
  std::string all(bytes * static_cast<std::size_t>(check(H5Sget_simple_extent_npoints(space), name)), '\0');
  check(H5Aread(attribute, text_type(bytes), all.data()), name);
  return split(all, bytes);
}

std::string read_text_attribute(hid_t object, const char* name) {
  const Id attribute(check(H5Aopen(object, name, H5P_DEFAULT), name), H5Aclose);
  const auto texts = read_texts_of(attribute, name);
  return texts.empty() ? "" : texts.front();
}

void check_single(hid_t space, const char* name) {
  if (check(H5Sget_simple_extent_npoints(space), name) != 1)
    throw Error(std::string(name) + ": one value is needed");
}

int read_int_attribute(hid_t object, const char* name) {
  const Id attribute(check(H5Aopen(object, name, H5P_DEFAULT), name), H5Aclose);
  check_single(Id(check(H5Aget_space(attribute), name), H5Sclose), name);
  int value = 0;
  check(H5Aread(attribute, H5T_NATIVE_INT, &value), name);
  return value;
}

void write_text(hid_t place, const char* name, std::string_view text, std::string_view description) {
  const Id type = text_type(text.size());
  const Id dataset = make_dataset(place, name, type, scalar_space(), description);
  check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.empty() ? "" : text.data()), name);
}

void write_texts(hid_t place, const char* name, std::span<const std::string> texts,
                 std::string_view description) {
  std::size_t bytes = 0;
  const std::string all = side_by_side(texts, bytes);
  const Id type = text_type(bytes);
  const Id dataset = make_dataset(place, name, type, list_space(texts.size()), description);
  if (!texts.empty()) check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data()), name);
}

std::string read_text(hid_t place, const char* name) {
  const auto texts = read_texts(place, name);
  return texts.empty() ? "" : texts.front();
}

std::vector<std::string> read_texts(hid_t place, const char* name) {
  const Id dataset(check(H5Dopen2(place, name, H5P_DEFAULT), name), H5Dclose);
  const Id type(check(H5Dget_type(dataset), name), H5Tclose);
  const Id space(check(H5Dget_space(dataset), name), H5Sclose);
  const std::size_t bytes = bytes_of_text(type, name);
  std::string all(bytes * static_cast<std::size_t>(check(H5Sget_simple_extent_npoints(space), name)), '\0');
  if (!all.empty())
    check(H5Dread(dataset, text_type(bytes), H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data()), name);
  return split(all, bytes);
}

}  // namespace cv2x::h5
