#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "sim/record/recorder.h"

namespace cv2x {

/// A folder of its own for each test, gone after it.
class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    std::string name = (std::filesystem::temp_directory_path() / "cv2x-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~FolderTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name = "out.h5") const { return (folder_ / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  std::filesystem::path folder_;
};

inline std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline RecordHeader header_for_test() {
  RecordHeader h;
  h.services = {{"perception", 100 * kMillisecond}, {"wärning", 20 * kMillisecond}};
  h.sites = {"gnb-1", "mec"};
  h.cells = {"gnb-1"};
  h.hosts = {"a-host-with-a-name-that-is-rather-longer-than-sixty-four-bytes-in-all"};
  h.budgets = {"fast"};
  h.scenario_text = "title: x\n# ä comment\n";
  h.scenario_resolved = "title: x\nseed: 1\n";
  h.provenance = {{"version", "0.1.0"}, {"command", "cv2x-sim run x.yaml"}, {"empty", ""}};
  return h;
}

}  // namespace cv2x
