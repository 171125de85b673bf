#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cv2x {

/// How a message or task ended. The number is what the result file holds; new outcomes are added at the end.
enum class Outcome : std::uint8_t {
  kDelivered,
  kUnfinished,           ///< still under way when the run ended
  kHarqExhausted,        ///< all HARQ transmissions of a part failed and RLC sends it no more
  kQueueFull,            ///< a link's queue was full
  kComputeFull,          ///< the host's queue was full
  kVehicleLeft,          ///< the vehicle left the road network
  kOutOfCoverage,        ///< no serving cell
  kNoRoute,              ///< the graph has no way to the target
  kRadioQueueFull,       ///< the UE's or the cell's buffer was full
  kDiscarded,            ///< its PDCP discard timer ran out before any part of it was sent
  kDelayBudget,          ///< a delay-critical GBR flow's, received after its packet delay budget
  kNotAdmitted,          ///< the slice had no room for another UE in the cell
  kBroadcastNotDecoded,  ///< a block of the broadcast was not decoded; there is no second one
  kBroadcastMissed,      ///< the receiver was in no cell that sent it, or left that one before all was sent
  kAdmissionRefused,     ///< the host's admission control let it not enter
  kOutOfMemory,          ///< the host had not enough memory free
  kHostFailed,           ///< the host failed while it was there, or was down when it came
  kLinkSaturated,        ///< `radio: edgecloudsim`: a network's estimated delay was no valid one
  kLeftCell,             ///< `radio: edgecloudsim`: its vehicle left the cell during the download
  kGraphLost,            ///< another subtask of its graph was lost before this one could begin
  kInstanceRefused,      ///< the host had no memory for an instance of the service
  kImageUnavailable,     ///< the image could not be pulled: no way from the registry
  kRelocating,           ///< created while its service moved to another host
  kCount
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Outcome::kCount)> kOutcomeNames = {
    "delivered",
    "unfinished",
    "harq_exhausted",
    "queue_full",
    "compute_full",
    "vehicle_left",
    "out_of_coverage",
    "no_route",
    "radio_queue_full",
    "discarded",
    "delay_budget",
    "not_admitted",
    "broadcast_not_decoded",
    "broadcast_missed",
    "admission_refused",
    "out_of_memory",
    "host_failed",
    "link_saturated",
    "left_cell",
    "graph_lost",
    "instance_refused",
    "image_unavailable",
    "relocating"};

}  // namespace cv2x
