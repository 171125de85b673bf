#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/base/describe.h"

namespace cv2x::config {

/// What describe() says of one key, for schema and reference page.
struct KeyInfo {
  enum class Type : std::uint8_t {
    kQuantity,  ///< also times and sizes: number and unit
    kNumber,
    kInteger,
    kFlag,
    kText,
    kPath,
    kWord,
    kWordOrCode,  ///< or the name of something in Python
    kReference,
    kReferences,
    kPoints,  ///< a list of pairs of lengths
    kObject,
    kEntries,  ///< a map from names to objects
  };

  std::string key;
  std::string doc;
  Type type = Type::kText;
  bool required = false;
  bool optional = false;            ///< of objects: they may be left out, whatever they require
  nlohmann::ordered_json standard;  ///< the default as written in a file; null: none
  Dimension dimension = Dimension::kTime;
  Bounds bounds;                     ///< of quantities, numbers and the coordinates of points
  std::int64_t min = 0, max = 0;     ///< of integers; of points: how many
  std::vector<std::string> options;  ///< of words, with or without code
  std::string section;               ///< of references
  std::vector<KeyInfo> keys;         ///< of objects and entries
  /// The key exists only where the key `variant` beside it is one of `when`; empty: always. One name may
  /// occur several times, with different meanings for different options.
  std::string variant;
  std::vector<std::string> when;
};

/// All keys of a scenario file.
std::vector<KeyInfo> outline();

}  // namespace cv2x::config
