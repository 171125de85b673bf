#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/base/time.h"
#include "models/offload/policy.h"
#include "sim/config/load.h"

namespace cv2x {

/// What a run tells while it goes on.
struct Progress {
  TimeNs simulated_ns = 0;   ///< reached; of SUMO while it runs
  TimeNs end_ns = 0;         ///< the scenario's duration (an overrun may follow), or SUMO's end
  std::size_t vehicles = 0;  ///< present
  double wall_s = 0;         ///< since the simulation began
  std::string activity;      ///< "simulating", or what is being prepared ("running SUMO")
};

/// A policy handed in, which decides instead of the one that the scenario names.
struct GivenPolicy {
  std::string name;  ///< what the resolved scenario and the provenance call it
  /// Further attributes of /provenance: versions, hash of its source.
  std::vector<std::pair<std::string, std::string>> provenance;
  std::function<std::unique_ptr<Policy>()> make;  ///< empty: the scenario's own policy
};

struct RunOptions {
  /// HDF5 file; its folder must exist. Empty: nothing is recorded, nor summed up.
  std::string output;
  std::string command;                               ///< for the provenance
  std::function<bool(const Progress&)> on_progress;  ///< about ten times a wall second; false stops the run
  GivenPolicy policy;
};

/// How a run went. What it measured is in the file.
struct RunReport {
  std::string output;
  TimeNs simulated_ns = 0;     ///< the overrun included
  double wall_s = 0;           ///< of the simulation alone
  std::uint64_t events = 0;    ///< that ns-3's kernel has worked off
  double mobility_wall_s = 0;  ///< preparing the trace: SUMO, when it was not cached
  bool interrupted = false;    ///< stopped by on_progress; the file holds what there was, marked incomplete
  std::vector<std::string> warnings;
};

/// Simulates one scenario into one result file. ns-3's state is global: one run at a time in a process (a
/// second call waits for nobody: it asserts), any number after each other with the same bits. Throws
/// UserError, and what the policy throws: then the file holds what there was and is marked incomplete, with
/// the first line of the exception's what() as the reason.
RunReport run(const LoadedScenario& loaded, const RunOptions& options);

}  // namespace cv2x
