#pragma once

#include <fstream>
#include <string>
#include <vector>

namespace cv2x::radio {

/// Rows of a comma-separated reference file of ../shared/reference, without comments and heading; empty when
/// the file is not there. An empty last field is kept.
inline std::vector<std::vector<std::string>> read_reference(const std::string& name) {
  std::ifstream in(std::string(CV2X_SHARED_DIR) + "/reference/" + name);
  std::vector<std::vector<std::string>> rows;
  bool heading = true;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (heading) {
      heading = false;
      continue;
    }
    auto& row = rows.emplace_back(1);
    for (const char c : line) {
      if (c == ',') {
        row.emplace_back();
      } else if (c != '\r') {
        row.back() += c;
      }
    }
  }
  return rows;
}

}  // namespace cv2x::radio
