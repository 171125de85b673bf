#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sim/config/value.h"

namespace cv2x::config {

inline constexpr std::size_t kMostBytes = 16'000'000;  ///< of one file
inline constexpr std::size_t kMostNodes = 1'000'000;   ///< of a scenario, aliases written out
inline constexpr int kMostDepth = 64;                  ///< of maps and lists in each other

/// The bytes of a scenario file; none (and a report at `place`, of `key`) when it cannot be had.
std::optional<std::string> read_file(const std::string& path, Place place, const std::string& key, Log& log);

/// How a text is read.
struct YamlOptions {
  std::uint32_t source = 0;
  static constexpr int kFile = -1, kNowhere = -2;
  /// kFile: places are lines and columns. kNowhere: there are none worth telling (the text was made from
  /// something else). Else a text that follows so many characters of an override: line 0, and the column
  /// within the override (0 when it is not in the text's first line).
  int after = kFile;
  std::string key;        ///< path of the key at which what is wrong is reported
  std::size_t nodes = 0;  ///< nodes that the scenario has already; raised by those of this text
};

/// The one YAML document in `text`, aliases written out; none (and a report) when it is not one. Duplicate
/// keys and keys that are no scalars are reported and left out.
std::optional<Value> parse_yaml(const std::string& text, YamlOptions& options, Log& log);

}  // namespace cv2x::config
