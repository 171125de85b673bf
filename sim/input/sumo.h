#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "models/mobility/params.h"

namespace cv2x {

/// Told SUMO's time and where it will end, at least every 100 ms; false stops SUMO.
using SumoProgress = std::function<bool(TimeNs now_ns, TimeNs end_ns)>;

/// Has SUMO drive the vehicles of `params.file` (.sumocfg) and returns the path of the floating-car data
/// (.fcd.xml.gz) of [begin, begin + duration], every vehicle in every step.
///
/// SUMO starts at the configuration's own begin with its own step length (or params.step_ns), and seed
/// params.sumo_seed (+ replication, if params.seed_per_replication). The configuration is taken as it is
/// except for what does not move vehicles: outputs, logs, state saving, GUI and TraCI are left out. Nothing
/// is written beside the inputs, so they may be read-only: SUMO runs in a folder of its own on links to them,
/// and what detectors of additional files write by a relative name lands there and is thrown away.
///
/// The result is kept in ${CV2X_CACHE_DIR:-${XDG_CACHE_HOME:-~/.cache}/cv2x}/fcd under a hash of all that it
/// depends on (options, contents of every input, SUMO's version, begin and duration), and found again there.
/// Two runs at once do not disturb each other.
///
/// Throws UserError: SUMO not installed, SUMO failed (with its last lines), begin before the configuration's,
/// what read_sumo_config() refuses; Interrupted: stopped by `progress`, or SUMO ended by a signal.
std::string run_sumo(const MobilityParams& params, std::uint64_t replication, TimeNs duration_ns,
                     const SumoProgress& progress = {});

}  // namespace cv2x
