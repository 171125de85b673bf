#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/base/error.h"
#include "models/base/time.h"

namespace cv2x {

/// One option of a .sumocfg that decides what the vehicles do.
struct SumoOption {
  std::string name;   ///< long name ("net-file", not "n" or "net")
  std::string value;  ///< ${NAME} replaced by the environment
  Location where;
  /// Absolute paths, when the option names input files.
  std::vector<std::filesystem::path> files;
};

/// A SUMO configuration as far as it decides the traffic. Options for outputs, logs, state saving, the GUI,
/// TraCI, the end of the run and the random seed are left out.
struct SumoConfig {
  std::string path;
  std::vector<SumoOption> options;
  std::filesystem::path net_file;
  TimeNs begin_ns = 0;
  TimeNs step_ns = kSecond;
};

/// Throws UserError (file:line:column): what XmlReader refuses, not a SUMO configuration, no net-file, inputs
/// that do not exist (all of them at once), a begin or step-length that is not a time.
SumoConfig read_sumo_config(const std::string& path);

/// Files that the configuration's additional and route files name in turn: <include href>, <rerouter file>,
/// <variableSpeedSign file>, and what those name.
struct SumoNamedFiles {
  std::vector<std::filesystem::path> inputs;          ///< in the order found, each once
  std::vector<std::filesystem::path> output_folders;  ///< of the outputs that detectors and the like write
};
SumoNamedFiles find_named_files(const SumoConfig& config);

}  // namespace cv2x
