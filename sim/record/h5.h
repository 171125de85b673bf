#pragma once

#include <hdf5.h>

#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/record/column.h"

namespace cv2x::h5 {

/// An HDF5 identifier that closes itself.
class Id {
 public:
  Id() = default;
  Id(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Id(Id&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Id& operator=(Id&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Id() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }
  /// Gives up ownership: nothing closes it any more.
  hid_t leak() { return std::exchange(id_, -1); }

 private:
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

/// HDF5 need not have been built thread-safe: whoever calls it holds this. HDF5's own printing of errors (a
/// matter of each thread) is silenced.
std::unique_lock<std::recursive_mutex> lock();

/// The innermost message of HDF5's error stack; of a failed system call only what it says ("No space left on
/// device").
std::string last_error();

struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// The value, or Error "what: last_error()" when it is negative.
hid_t check(hid_t value, std::string_view what);

/// Access list for result files: the formats of HDF5 1.10, which SWMR needs, and none of HDF5's file locks
/// (the recorder has its own, and they fail on some network file systems).
Id access_list();

/// UTF-8 string of `bytes` ≥ 1 bytes, zero-padded.
Id text_type(std::size_t bytes);
/// Type of a column, in memory and in the file (only little-endian machines are supported).
Id type_of(ColumnType type);

/// Attributes: a text, a list of texts (all as long as the longest), an integer.
void write_attribute(hid_t object, const char* name, std::string_view text);
void write_attribute(hid_t object, const char* name, std::span<const std::string_view> texts);
void write_attribute(hid_t object, const char* name, int value);
std::string read_text_attribute(hid_t object, const char* name);
/// The texts of an open attribute.
std::vector<std::string> read_texts_of(hid_t attribute, const char* name);
/// Throws when a data space holds more or fewer than one value: whoever reads it has room for one.
void check_single(hid_t space, const char* name);
int read_int_attribute(hid_t object, const char* name);

/// A dataset without HDF5's time stamps, described.
Id make_dataset(hid_t place, const char* name, hid_t type, hid_t space, std::string_view description);
Id make_group(hid_t place, const char* name, std::string_view description);
Id scalar_space();
Id list_space(std::size_t n);

/// Texts as datasets: one, or a list of texts.
void write_text(hid_t place, const char* name, std::string_view text, std::string_view description);
void write_texts(hid_t place, const char* name, std::span<const std::string> texts,
                 std::string_view description);
std::string read_text(hid_t place, const char* name);
std::vector<std::string> read_texts(hid_t place, const char* name);

}  // namespace cv2x::h5
