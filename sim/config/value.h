#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "models/base/error.h"

namespace cv2x::config {

/// Where something was written: a source (file or override) of the Log, line and column from 1 (0: not
/// known).
struct Place {
  std::uint32_t source = 0;
  int line = 0;
  int column = 0;

  auto operator<=>(const Place&) const = default;
};

struct Entry;

/// A scenario as it was written: a tree of YAML's nodes with their places, before anything is known of keys.
struct Value {
  enum class Kind : std::uint8_t {
    kEmpty,   ///< nothing after the key
    kNull,    ///< "null" or "~": deletes what is inherited
    kScalar,  ///< text; `quoted` says whether it was in quotes
    kList,
    kMap,
  };

  Kind kind = Kind::kEmpty;
  bool quoted = false;
  bool implied = false;  ///< a map that only an override's path brought about
  Place place;
  std::string scalar;
  std::vector<Value> list;
  std::vector<Entry> map;  ///< in the order written; keys are unique

  bool is_map() const { return kind == Kind::kMap; }
  /// The entry's value, or null.
  const Entry* find(std::string_view key) const;
  Entry* find(std::string_view key);
};

struct Entry {
  std::string key;
  Place place;
  Value value;
};

/// Lays `over` on `base`: maps key by key, anything else replaces; a section with nothing in it changes
/// nothing, and a null deletes the key it stands at. A null that has nothing to delete stays, for the parser
/// to report.
void merge(Value& base, Value&& over);

/// One file or one override.
struct Source {
  std::string name;    ///< for messages
  std::string folder;  ///< against which relative paths in it are resolved
  std::uint32_t rank;  ///< a source overrides those of lower rank
};

/// The sources of a scenario and the mistakes found in them.
class Log {
 public:
  std::uint32_t add_source(std::string name, std::string folder);
  Source& source(std::uint32_t index) { return sources_[index]; }
  const Source& source(std::uint32_t index) const { return sources_[index]; }

  /// `key` is the path of the key concerned ("radio.carriers.n78"), empty at the top.
  void report(Place place, std::string key, std::string message);
  /// So many mistakes that further ones are only counted: do not spend time on their wording.
  bool full() const { return found_.size() >= kMost; }
  std::size_t count() const { return count_; }
  /// Nothing was reported at this path or at anything that encloses it, the top of the file (an empty path)
  /// excepted.
  bool clean(std::string_view path) const;
  /// Throws UserError with everything reported, in the order of the places.
  void throw_if_any();

 private:
  static constexpr std::size_t kMost = 1000;

  struct Found {
    Place place;
    std::string key;
    std::string message;
  };
  std::vector<Source> sources_;
  std::vector<Found> found_;
  std::unordered_set<std::string> keys_;
  std::size_t count_ = 0;
};

/// Text a user wrote, fit for a message: at most 60 characters, control characters escaped.
std::string shown(std::string_view text);

/// "a map", "a list", "'text'", "nothing", "null".
std::string found_text(const Value& value);

/// "a.b" or, at the top, "b".
std::string join_path(std::string_view path, std::string_view key);

}  // namespace cv2x::config
