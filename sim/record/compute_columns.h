#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>

#include "sim/record/column.h"
#include "sim/record/rows.h"

namespace cv2x {

// The tables of columns.h that tell of hosts, and of the containers on them.

// As kRelocationModeNames of models/base/relocation_params.h (a test compares).
inline constexpr std::array<std::string_view, 3> kRelocationColumnNames = {"stay", "reattach", "migrate"};

template <>
struct TableOf<HostRow> {
  using R = HostRow;
  static constexpr std::string_view kName = "hosts";
  static constexpr std::string_view kDescription = "Load of MEC hosts and clouds over time";
  static constexpr std::size_t kChunkRows = 1024;
  static constexpr std::tuple kColumns{
      Column{"time_ns", &R::time_ns, "ns", "End of the interval"},
      Column{"host", &R::host, "", "Host", "names/hosts"},
      Column{"running", &R::running, "1", "Tasks on a core at that time"},
      Column{"waiting", &R::waiting, "1", "Tasks in the queue at that time"},
      Column{"finished", &R::finished, "1", "Tasks finished in the interval"},
      Column{
          "dropped", &R::dropped, "1",
          "Tasks lost when they came in the interval: queue full, not admitted, no memory, or the host down"},
      Column{"utilisation", &R::utilisation, "1", "Busy cores, averaged over the interval, of all cores"},
      Column{"gpu_utilisation", &R::gpu_utilisation, "1",
             "Busy GPUs, averaged over the interval, of all GPUs; 0 without any"},
      Column{"energy_j", &R::energy_j, "J", "Drawn in the interval by cores and GPUs; 0 without a power"},
      Column{"memory_bytes", &R::memory_bytes, "byte", "Held by the tasks there at that time"},
      Column{"up", &R::up, "", "0: it had failed and was not repaired at that time"}};
};

template <>
struct TableOf<HostSummaryRow> {
  using R = HostSummaryRow;
  static constexpr std::string_view kName = "host_summary";
  static constexpr std::string_view kDescription = "What hosts have done, drawn and cost in the whole run";
  static constexpr std::size_t kChunkRows = 256;
  static constexpr std::tuple kColumns{
      Column{"host", &R::host, "", "Host; -1: the processors of all vehicles together", "names/hosts"},
      Column{"finished", &R::finished, "1", "Tasks finished"},
      Column{"dropped", &R::dropped, "1",
             "Tasks lost when they came: queue full, not admitted, no memory, or the host down"},
      Column{"failed", &R::failed, "1", "Tasks lost because the host failed while they were there"},
      Column{"busy_core_s", &R::busy_core_s, "s", "Busy time of all cores together"},
      Column{"busy_gpu_s", &R::busy_gpu_s, "s", "Busy time of all GPUs together"},
      Column{"energy_j", &R::energy_j, "J", "Drawn by cores and GPUs, idle or busy; 0 without a power"},
      Column{"task_energy_j", &R::task_energy_j, "J", "Of it, what was drawn because tasks ran"},
      Column{"cost", &R::cost, "1", "In the currency of the price; 0 without one"},
      Column{"failures", &R::failures, "1", "How often it failed"},
      Column{"down_s", &R::down_s, "s", "How long it was down"}};
};

template <>
struct TableOf<InstanceRow> {
  using R = InstanceRow;
  static constexpr std::string_view kName = "instances";
  static constexpr std::string_view kDescription =
      "Container instances of services on hosts over time; no row before the first instance of a service on "
      "a host";
  static constexpr std::size_t kChunkRows = 1024;
  static constexpr std::tuple kColumns{
      Column{"time_ns", &R::time_ns, "ns", "End of the interval"},
      Column{"host", &R::host, "", "Host", "names/hosts"},
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"ready", &R::ready, "1",
             "Ready instances at that time, those that only end their tasks included"},
      Column{"starting", &R::starting, "1", "Instances at that time that have their image and are not ready"},
      Column{"pulling", &R::pulling, "1",
             "Instances at that time that wait for the control plane or their image"},
      Column{"busy", &R::busy, "1", "Tasks in instances at that time"},
      Column{"waiting", &R::waiting, "1", "Tasks that waited for an instance at that time"},
      Column{"desired", &R::desired, "1", "Instances that the autoscaler last asked for; 0: no autoscaler"},
      Column{"started", &R::started, "1", "Instances asked for in the interval"},
      Column{"stopped", &R::stopped, "1", "Instances that stopped in the interval, evicted ones included"},
      Column{"evicted", &R::evicted, "1", "Of those, idle ones that gave their memory to another service"},
      Column{"refused", &R::refused, "1", "Instances for which there was no memory in the interval"},
      Column{"cold_starts", &R::cold_starts, "1",
             "Tasks taken in the interval by an instance that was not ready when they came"},
      Column{"pulls", &R::pulls, "1", "Pulls of the service's image that ended in the interval"},
      Column{"pulled_bytes", &R::pulled_bytes, "byte", "Layers fetched by those pulls"}};
};

template <>
struct TableOf<RelocationRow> {
  using R = RelocationRow;
  static constexpr std::string_view kName = "relocations";
  static constexpr std::string_view kDescription =
      "Services that moved to another host after a change of the vehicle's serving site, in the order of "
      "their end";
  static constexpr std::size_t kChunkRows = 512;
  static constexpr std::tuple kColumns{
      Column{"time_ns", &R::time_ns, "ns", "Detection: the serving site has changed"},
      Column{"vehicle", &R::vehicle, "", "Whose service it is", "vehicle_names"},
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"from", &R::from, "", "The host before", "names/hosts"},
      Column{"to", &R::to, "", "The host that was aimed at", "names/hosts"},
      Column{"mode", &R::mode, "", "How", "", kRelocationColumnNames},
      Column{"done", &R::done, "", "1: the service is at the new host; 0: given up, it is where it was"},
      Column{"warm", &R::warm, "", "1: an instance was ready at the new host, or none is needed"},
      Column{"bytes", &R::bytes, "byte", "Context to be fetched"},
      Column{"decided_ns", &R::decided_ns, "ns",
             "Decision: the new host is found and its path prepared; -1: did not come to that"},
      Column{"started_ns", &R::started_ns, "ns", "An instance is ready there; -1: did not come to that"},
      Column{"executed_ns", &R::executed_ns, "ns",
             "Execution: the context is at the new host; -1: did not come to that"},
      Column{"end_ns", &R::end_ns, "ns",
             "Post-execution: traffic goes to the new host, the old context is released; or given up"},
      Column{"waited", &R::waited, "1", "Tasks created meanwhile that waited for it, or were lost to it"}};
};

}  // namespace cv2x
