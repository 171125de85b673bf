#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/yaml.h"

namespace cv2x::config {

/// Puts the tree of a scenario together: its file, the files that it extends, the overrides.
class Composer {
 public:
  explicit Composer(Log& log) : log_(log) {}

  /// The tree of a file and all it extends; none (and a report) when one of them cannot be read.
  std::optional<Value> file(const std::string& path);
  /// The same for a text that stands for a file `name` in `folder`; `places`: see LoadOptions.
  std::optional<Value> text(const std::string& text, const std::string& name, const std::string& folder,
                            bool places);
  /// Lays "a.b.c=value" on the tree.
  void override_with(const std::string& assignment, Value& tree);

  const std::string& main_text() const { return main_text_; }
  const std::vector<std::string>& files() const { return files_; }

 private:
  static constexpr std::size_t kMostChained = 64;  ///< files that extend each other

  std::optional<Value> load(const std::string& path, Place from);
  std::optional<Value> compose(const std::string& text, std::uint32_t source, bool places = true);
  std::optional<Value> bases(const Value& extends, std::uint32_t source);

  Log& log_;
  std::string main_text_;
  std::vector<std::string> files_;
  std::vector<std::string> chain_;            ///< canonical paths of the files being read, outermost first
  std::map<std::string, std::string> names_;  ///< how each file was named, by canonical path
  std::map<std::string, std::optional<Value>> done_;  ///< by canonical path
  std::size_t nodes_ = 0;
  std::uint32_t rank_ = 0;
};

}  // namespace cv2x::config
