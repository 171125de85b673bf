#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/container_params.h"
#include "models/base/describe.h"
#include "models/base/relocation_params.h"
#include "models/base/size_kind.h"
#include "models/workload/demand.h"
#include "models/workload/graph_params.h"

namespace cv2x {

/// What a service does; see docs of each kind in describe().
enum class ServiceKind : std::uint8_t {
  kPerceptionOffload,
  kCooperativeWarning,
  kMapDownload,
  kTelemetryUpload,
  kTaskGraph,
  kPerceptionPipeline,
  kSidelinkBroadcast
};
inline constexpr std::array<std::string_view, 7> kServiceKindNames = {
    "perception_offload", "cooperative_warning", "map_download",      "telemetry_upload",
    "task_graph",         "perception_pipeline", "sidelink_broadcast"};

/// Whether its tasks are graphs of subtasks (ServiceParams::graph).
constexpr bool is_graph(ServiceKind kind) {
  return kind == ServiceKind::kTaskGraph || kind == ServiceKind::kPerceptionPipeline;
}

/// Whether it keeps sending the state of something, of which the newest counts: then its age of information
/// is defined. Warnings are sent when something happens and maps when they are needed, so there is no state
/// that gets older between them.
constexpr bool streams(ServiceKind kind) {
  return kind != ServiceKind::kCooperativeWarning && kind != ServiceKind::kMapDownload;
}

enum class ArrivalKind : std::uint8_t { kPeriodic, kPoisson, kShiftedExponential };
inline constexpr std::array<std::string_view, 3> kArrivalKindNames = {"periodic", "poisson",
                                                                      "shifted_exponential"};

/// How a message to many vehicles goes out.
enum class Delivery : std::uint8_t { kUnicast, kBroadcast };
inline constexpr std::array<std::string_view, 2> kDeliveryNames = {"unicast", "broadcast"};

/// By how much the shares of an exclusive group may miss 1: they are sums of decimal fractions.
inline constexpr double kShareSlack = 1e-9;

struct ServiceParams {
  std::string name;
  std::string profile;  ///< from which it has what the scenario does not give (profiles.h); empty: none
  ServiceKind kind = ServiceKind::kTelemetryUpload;
  std::string slice;         ///< empty: the first slice
  std::int64_t five_qi = 0;  ///< of its QoS flow; 0: that of the slice
  double rate_hz = 10;
  ArrivalKind arrivals = ArrivalKind::kPeriodic;
  double vehicles = 1.0;  ///< share of the vehicles that run it
  std::string exclusive;  ///< group of which a vehicle runs one service; empty: none (see Equipment)
  TimeNs deadline_ns = 100 * kMillisecond;

  std::int64_t input_bytes = 300;  ///< uplink: message, task input or request; the mean
  SizeKind input_kind = SizeKind::kFixed;
  double cycles = 0;  ///< mean CPU cycles at the server
  SizeKind cycles_kind = SizeKind::kFixed;
  DemandParams demand;
  std::int64_t output_bytes = 300;  ///< downlink: result, warning or map; the mean
  SizeKind output_kind = SizeKind::kFixed;
  double spread = 0.1;    ///< of uniform sizes: how far from the mean, as a share of it
  std::string server;     ///< host (warning, map) or site (telemetry); empty: see each kind
  double radius_m = 300;  ///< cooperative warning: who is told
  Delivery delivery = Delivery::kUnicast;
  std::vector<SubtaskParams> subtasks;  ///< of a task graph
  PipelineParams pipeline;

  /// The subtasks of a service whose kind is_graph(); none for others.
  std::vector<SubtaskParams> graph() const {
    return kind == ServiceKind::kPerceptionPipeline ? subtasks_of(pipeline)
           : kind == ServiceKind::kTaskGraph        ? subtasks
                                                    : std::vector<SubtaskParams>{};
  }

  bool contained = false;  ///< its tasks need an instance of `container` where they run
  ContainerParams container;
  bool relocates = false;  ///< a vehicle's tasks keep to one host, which `relocation` changes
  RelocationParams relocation;
};

/// Of profiles.h.
std::span<const std::string_view> profile_names();
/// Everything but its name as the profile has it that it names; nothing where there is none of that name.
void take_profile(ServiceParams& service);
/// Why the service cannot be of the kind it is; empty: it can.
std::string profile_problem(const ServiceParams& service);

inline void describe(Visitor& v, ServiceParams& p) {
  v.word({"profile",
          "a set of values for the keys that are not given here (`cv2x profiles` lists them), the kind "
          "among them"},
         p.profile, profile_names());
  if (v.fills()) take_profile(p);
  v.reference({"slice", "network slice of its traffic; default: the first slice"}, p.slice, "slices");
  v.integer({"five_qi", "5QI of its QoS flow (TS 23.501 table 5.7.4-1); 0: that of the slice"}, p.five_qi, 0,
            254);
  v.quantity({"rate", "messages or tasks a second of one vehicle"}, p.rate_hz, Dimension::kFrequency,
             {1e-5, 1e6});
  v.choice({"arrivals",
            "periodic with a random phase a vehicle; a Poisson process; or gaps of half the mean plus an "
            "exponential of half "
            "the mean (TR 37.885 §6.1.5, aperiodic traffic)"},
           p.arrivals, kArrivalKindNames);
  v.quantity({"vehicles", "share of the vehicles that run the service (chosen by the hash of their names)"},
             p.vehicles, Dimension::kShare, kShareBounds);
  v.text(
      {"exclusive",
       "name of a group: a vehicle runs one of its services, drawn with their shares of the vehicles as "
       "probabilities (none with what they leave of 100 %); default: it runs the service beside any others"},
      p.exclusive);
  v.duration({"deadline", "a message or task that takes longer does not count as reliable"}, p.deadline_ns,
             kPositive);
  v.bytes({"input", "bytes sent uplink (message, task input, request), in the mean"}, p.input_bytes,
          {1, 1e9});
  v.choice({"input_distribution",
            "of these bytes: fixed; exponential (whole bytes, one at least); uniform over the whole numbers "
            "within spread of the mean"},
           p.input_kind, kSizeKindNames);
  v.quantity({"spread", "of uniform bytes and cycles: how far they are from their mean at most"}, p.spread,
             Dimension::kShare, kShareBounds);
  const auto output = [&] {
    v.bytes({"output", "bytes sent downlink (result, warning, map), in the mean"}, p.output_bytes, {1, 1e9});
    v.choice({"output_distribution", "of these bytes, drawn by itself (as input_distribution)"},
             p.output_kind, kSizeKindNames);
  };
  const auto computing = [&] {
    v.quantity({"cycles", "mean CPU cycles of one task at the server"}, p.cycles, Dimension::kCycles,
               kNotNegative);
    v.choice({"cycles_distribution", "of the CPU cycles (as input_distribution)"}, p.cycles_kind,
             kSizeKindNames);
    describe_keys(v, p.demand);
    output();
    v.optional_object(
        {"container",
         "a task needs a ready instance on its host; without it hosts execute tasks as they are"},
        p.container, p.contained);
  };
  v.variant(
      {"kind",
       "perception_offload: a task is placed by the offloading policy, its result comes back; "
       "cooperative_warning: "
       "uplink, server, then downlink to every other vehicle within the radius; map_download: a request, a "
       "server, a large "
       "answer; telemetry_upload: uplink only; task_graph: a task of several subtasks, each placed by "
       "itself, "
       "whose results come back; perception_pipeline: the graph frame (the input), detect, fuse, warn (whose "
       "result is the output); sidelink_broadcast: over the sidelink to all vehicles around",
       p.profile.empty()},
      p.kind, kServiceKindNames, [&](ServiceKind kind) {
        switch (kind) {
          case ServiceKind::kPerceptionOffload:
            computing();
            v.optional_object({"relocation",
                               "a vehicle's tasks keep to one host, which may follow it; without it the "
                               "policy places each"},
                              p.relocation, p.relocates);
            break;
          case ServiceKind::kCooperativeWarning:
            computing();
            v.reference(
                {"server", "host that handles it; default: the host nearest to the serving site by delay"},
                p.server, "compute.hosts");
            v.quantity({"radius", "vehicles within this distance of the sender receive it"}, p.radius_m,
                       Dimension::kLength, {0, 1e5, true});
            v.choice(
                {"delivery",
                 "unicast: to every receiver by itself; broadcast: once to every site, and once in every "
                 "cell, that "
                 "serves one (TS 38.300 §16.10), at the MCS of pdsch.broadcast and without HARQ"},
                p.delivery, kDeliveryNames);
            break;
          case ServiceKind::kMapDownload:
            computing();
            v.reference({"server", "host that answers", true}, p.server, "compute.hosts");
            break;
          case ServiceKind::kTelemetryUpload:
            v.reference({"server", "site to which it is sent", true}, p.server, "sites");
            break;
          case ServiceKind::kTaskGraph:
            describe_keys(v, p.demand);
            output();
            v.entries({"subtasks", "nodes of the graph, by name", true}, p.subtasks);
            break;
          case ServiceKind::kPerceptionPipeline: {
            describe_keys(v, p.demand);
            output();
            HandingOn detect{p.pipeline.detect}, fuse{p.pipeline.fuse};
            v.object({"detect", "finds objects in the frame"}, detect);
            v.object({"fuse", "these with what is known where it runs; it waits for no other vehicle"}, fuse);
            v.object({"warn", "of what matters to the vehicle"}, p.pipeline.warn);
            break;
          }
          case ServiceKind::kSidelinkBroadcast:
            break;
        }
      });
  const auto graph = p.graph();
  const bool uniform_subtask = std::any_of(graph.begin(), graph.end(), [](const SubtaskParams& subtask) {
    return subtask.cycles_kind == SizeKind::kUniform;
  });
  v.require(p.spread == ServiceParams{}.spread || p.input_kind == SizeKind::kUniform ||
                p.cycles_kind == SizeKind::kUniform || p.output_kind == SizeKind::kUniform || uniform_subtask,
            "spread", "has no effect: none of the service's distributions is uniform");
  const std::string problem = profile_problem(p);
  v.require(problem.empty(), "kind", problem);
}

}  // namespace cv2x
