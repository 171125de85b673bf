#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sim/config/load.h"
#include "sim/run/run.h"

namespace cv2x {

/// A street of 300 m with two sites, whose vehicles come and go; every kind of service, a queue that grows at
/// times, losses, two slices and some areas. Budgets are added by the test.
class WorldTest : public testing::Test {
 protected:
  WorldTest() {
    std::string name = (std::filesystem::temp_directory_path() / "cv2x-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    std::ofstream fcd(folder_ / "street.xml");
    fcd << "<fcd-export>\n";
    for (int step = 0; step < 60; ++step) {  // every half second
      fcd << fmt::format("<timestep time=\"{}\">\n", step * 0.5);
      for (int v = 0; v < 100; ++v) {  // enters at 0.25·v s, drives 300 m at 30 m/s
        const double x = 15.0 * step - 7.5 * v;
        if (x >= 0 && x <= 300)
          fcd << fmt::format("<vehicle id=\"car-{}\" x=\"{}\" y=\"{}\" angle=\"90\" speed=\"30\"/>\n", v, x,
                             v % 3);
      }
      fcd << "</timestep>\n";
    }
    fcd << "</fcd-export>\n";
  }
  ~WorldTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  /// Runs the world with these sections and overrides added; the result's path.
  std::string simulate(const std::string& name, const std::string& sections = {},
                       const std::vector<std::string>& overrides = {}) const {
    RunOptions options;
    options.output = path(name + ".h5");
    run(load_scenario_text(kWorld + sections, "world", folder_.string(), {overrides}), options);
    return options.output;
  }

  static inline const std::string kWorld = R"(
title: A street
simulation: {duration: 25 s, warm_up: 3 s, drain: 1 s, seed: 5}
mobility: {kind: fcd, file: street.xml}
sites:
  west: {kind: gnb, x: 0 m, y: 20 m}
  east: {kind: gnb, x: 300 m, y: 20 m}
  mec: {kind: mec}
links:
  a: {from: west, to: mec, rate: 20 Mbit/s, delay: 50 us, queue: 40 kB}
  b: {from: east, to: mec, rate: 1 Gbit/s, delay: 5 ms}
radio: {kind: ideal, ideal: {delay: 1 ms, uplink: 20 Mbit/s}}
slices:
  urllc: {sst: 2}
  embb: {sst: 1}
compute:
  hosts:
    server: {site: mec, cores: 2, speed: 1 Gcycles/s, queue: 8}
services:
  perception:
    {kind: perception_offload, slice: embb, arrivals: poisson, rate: 5 Hz, input: 4 kB, cycles: 8 Mcycles,
     cycles_distribution: exponential, output: 500 B, deadline: 40 ms}
  telemetry: {kind: telemetry_upload, rate: 10 Hz, input: 300 B, server: mec, deadline: 20 ms}
  warning:
    {kind: cooperative_warning, rate: 0.2 Hz, vehicles: 50 %, input: 300 B, cycles: 100 kcycles, output: 300 B,
     radius: 100 m, server: server, deadline: 30 ms}
  map: {kind: map_download, slice: embb, rate: 0.5 Hz, input: 100 B, output: 20 kB, server: server}
offloading: {policy: nearest_edge}
)";

  std::filesystem::path folder_;
};

}  // namespace cv2x
