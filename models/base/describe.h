#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/kinematics.h"
#include "models/base/time.h"
#include "models/base/units.h"

namespace cv2x {

/// One key of a config struct: its name in the scenario file, what it means, and whether it must be given.
struct Field {
  std::string_view key;
  std::string_view doc;
  bool required = false;
};

/// Allowed values of a number, in the struct's unit. Bounds themselves are allowed unless `open_min`.
struct Bounds {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool open_min = false;  ///< the value must be greater than min
};

inline constexpr Bounds kNotNegative{.min = 0};
inline constexpr Bounds kPositive{.min = 0, .open_min = true};
inline constexpr Bounds kShareBounds{.min = 0, .max = 1};

/// Walks a config struct. Every config struct S has one function
///
///     void describe(Visitor& v, S& s);
///
/// beside its definition, and it is all that parser, JSON Schema, reference page and resolved dump know of S,
/// so they cannot disagree. The struct holds the defaults: a visitor that reads sees them, one that parses
/// overwrites them.
class Visitor {
 public:
  virtual ~Visitor() = default;

  // Leaves.
  virtual void quantity(const Field& field, double& value, Dimension dimension, const Bounds& bounds) = 0;
  /// A time in whole nanoseconds; bounds in ns.
  virtual void duration(const Field& field, TimeNs& value, const Bounds& bounds) = 0;
  /// A data size in whole bytes; bounds in bytes.
  virtual void bytes(const Field& field, std::int64_t& value, const Bounds& bounds) = 0;
  /// A dimensionless number, written bare.
  virtual void number(const Field& field, double& value, const Bounds& bounds) = 0;
  virtual void integer(const Field& field, std::int64_t& value, std::int64_t min, std::int64_t max) = 0;
  virtual void flag(const Field& field, bool& value) = 0;
  virtual void text(const Field& field, std::string& value) = 0;
  /// A file; a relative path is resolved against the folder of the file it is written in.
  virtual void path(const Field& field, std::string& value) = 0;
  /// One of `options` (fixed words, or the names in a registry). Empty = not given, where that is the
  /// default.
  virtual void word(const Field& field, std::string& value, std::span<const std::string_view> options) = 0;
  /// One of `options`, or a function or class in Python: "FILE.py:NAME" (a relative path is resolved as that
  /// of path()) or "package.module:NAME". Only the colon tells the two apart.
  virtual void word_or_code(const Field& field, std::string& value,
                            std::span<const std::string_view> options) = 0;
  /// The name of an entry of another section, given as its path ("sites", "radio.carriers"). A name that is
  /// not there is an error. Empty = not given (allowed unless the field is required).
  virtual void reference(const Field& field, std::string& value, std::string_view section) = 0;
  /// A list of such names.
  virtual void references(const Field& field, std::vector<std::string>& values, std::string_view section) = 0;

  /// A list of points of the plane, each a list of two lengths; `bounds` [m] of each, at least `fewest` (and
  /// at most kMostPoints) of them.
  virtual void points(const Field& field, std::vector<Point>& values, const Bounds& bounds,
                      std::size_t fewest) = 0;
  static constexpr std::size_t kMostPoints = 1000;

  /// Whether what has been visited before has been given its value by now, and what comes may have a default
  /// that depends on it: true of a parser.
  virtual bool fills() const { return false; }

  // Structure; use the templates below instead.
  /// False: skip this object (an optional one that was not given).
  virtual bool begin_object(const Field& field, bool& present) = 0;
  virtual void end_object() = 0;
  /// A map of named entries; returns how many to visit.
  virtual std::size_t begin_entries(const Field& field, std::size_t have) = 0;
  virtual void begin_entry(std::size_t index, std::string& name) = 0;
  virtual void end_entry() = 0;
  virtual void end_entries() = 0;
  /// A key that selects which further keys exist; `selected` is the option in force, which a parser sets.
  /// Returns how many branches to visit (1 when reading a value, all of them for a schema, and for a parser
  /// that wants to know the keys of the others); begin_branch(i) tells which option the i-th is.
  virtual std::size_t begin_variant(const Field& field, std::size_t& selected,
                                    std::span<const std::string_view> names) = 0;
  virtual std::size_t begin_branch(std::size_t i) = 0;
  virtual void end_branch() = 0;
  virtual void end_variant() = 0;

  /// A rule over several keys of the current object; reported at `key` when `ok` is false. A parser reports
  /// it only when the keys of the object were themselves right.
  virtual void require(bool ok, std::string_view key, const std::string& message) = 0;

  // Templates over the above.

  /// A nested struct that is always there.
  template <class T>
  void object(const Field& field, T& value) {
    bool present = true;
    if (begin_object(field, present)) {
      describe(*this, value);
      end_object();
    }
  }

  /// A nested struct that may be left out; `present` says whether it was given.
  template <class T>
  void optional_object(const Field& field, T& value, bool& present) {
    if (begin_object(field, present)) {
      describe(*this, value);
      end_object();
    }
  }

  /// A map from names to structs; T has a member `std::string name`. Order: as written.
  template <class T>
  void entries(const Field& field, std::vector<T>& values) {
    const std::size_t n = begin_entries(field, values.size());
    if (n != values.size()) values.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      begin_entry(i, values[i].name);
      describe(*this, values[i]);
      end_entry();
    }
    end_entries();
  }

  /// An enum written as one of `names` (in the order of its values).
  template <class E>
  void choice(const Field& field, E& value, std::span<const std::string_view> names) {
    std::string text{names[static_cast<std::size_t>(value)]};
    word(field, text, names);
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == text) value = static_cast<E>(i);
    }
  }

  /// An enum that selects which further keys exist: `fields(kind)` describes those of one kind, and does
  /// nothing else, since it may be called for kinds that are not in force.
  template <class E, class Fields>
  void variant(const Field& field, E& kind, std::span<const std::string_view> names, Fields&& fields) {
    auto selected = static_cast<std::size_t>(kind);
    const std::size_t n = begin_variant(field, selected, names);
    kind = static_cast<E>(selected);
    for (std::size_t i = 0; i < n; ++i) {
      fields(static_cast<E>(begin_branch(i)));
      end_branch();
    }
    end_variant();
  }
};

}  // namespace cv2x
