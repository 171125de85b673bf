#include "sim/config/scenario.h"

namespace cv2x {

void describe(Visitor& v, SimulationParams& p) {
  v.duration({"duration", "simulated time during which vehicles send", true}, p.duration_ns, {1, 3.15e16});
  v.duration({"warm_up", "what is created before this does not count"}, p.warm_up_ns, kNotNegative);
  v.duration({"drain", "what is created in the last part of this length does not count"}, p.drain_ns,
             kNotNegative);
  v.duration({"overrun", "how long beyond the duration the run may go on until what counts is through"},
             p.overrun_ns, kNotNegative);
  v.integer({"seed", "seed of all random streams"}, p.seed, 0, std::int64_t{1} << 62);
  v.integer({"replication", "number of the replication; changes every random stream"}, p.replication, 0,
            1'000'000'000);
  v.require(p.warm_up_ns + p.drain_ns < p.duration_ns, "duration",
            "must be longer than warm_up and drain together");
}

void describe(Visitor& v, RecordingParams& p) {
  v.variant({"mode",
             "full: every message and task; sampled: a share of them; histogram: none, only histograms and "
             "the summary"},
            p.mode, kRecordingModeNames, [&](RecordingMode mode) {
              if (mode == RecordingMode::kSampled)
                v.quantity({"fraction", "share of the messages and tasks that are recorded"}, p.fraction,
                           Dimension::kShare, {0, 1, true});
            });
  v.duration({"flush", "simulated time between two flushes to the file"}, p.flush_ns, kPositive);
  v.duration({"vehicles", "period of the vehicles' rows; 0: none"}, p.vehicles_ns, kNotNegative);
  v.duration({"load", "period of the rows of links, hosts and cells; 0: none"}, p.load_ns, kNotNegative);
}

void describe(Visitor& v, Scenario& p) {
  v.text({"title", "one line for reports"}, p.title);
  v.object({"simulation", "how long, and with which random numbers"}, p.simulation);
  v.object({"mobility", "where the vehicles come from"}, p.mobility);
  v.entries({"sites", "gNBs, roadside units, MEC sites, clouds and routers, by name"}, p.sites);
  v.entries({"links", "backhaul links between sites, by name"}, p.links);
  v.object({"radio", "access of the vehicles"}, p.radio);
  v.optional_object({"sidelink", "PC5: what vehicles send each other directly"}, p.sidelink,
                    p.sidelink.present);
  v.entries({"slices", "network slices, by name"}, p.slices);
  v.object({"compute", "MEC hosts, cloud servers, the vehicles' own processors"}, p.compute);
  v.entries({"images", "container images, by name"}, p.images);
  v.object({"containers", "how hosts get images and start containers"}, p.containers);
  v.object({"transfers", "how images and contexts cross the backhaul: in chunks, with a window as TCP's"},
           p.transfers);
  v.entries({"services", "what the vehicles do, by name"}, p.services);
  v.object({"offloading", "where tasks run"}, p.offloading);
  v.entries({"areas", "parts of the plane that budgets may be about, by name"}, p.areas);
  v.entries({"budgets", "limits, by name; `cv2x check` gives their verdicts"}, p.budgets);
  v.object({"recording", "what is written"}, p.recording);
}

}  // namespace cv2x
