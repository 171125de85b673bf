#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/base/time.h"

namespace cv2x {

/// Where the time of a message or task goes. The order is the usual order on the way; the number is what the
/// result file holds (its attribute `stage_names` gives the names), so new stages are added at the end.
enum class Stage : std::uint8_t {
  kDecision,        ///< waiting for the offloading policy's answer
  kUeProcessing,    ///< UE prepares its scheduling request or transmission
  kSrWait,          ///< waiting for the scheduling-request opportunity
  kGrantWait,       ///< scheduling request sent → first grant possible (gNB processing, PDCCH occasion)
  kUlAlignment,     ///< grant received → PUSCH starts (UE preparation, K2, alignment); without a grant
                    ///< (configured grant): data prepared → the occasion
  kUlTransmission,  ///< first PUSCH transmission that carries the last part
  kUlHarq,          ///< HARQ retransmissions, from the end of the first transmission to the end of the last
  kGnbProcessing,   ///< gNB decodes
  kBackhaulQueue,   ///< waiting in a link's queue
  kBackhaulTransmission,  ///< serialisation on a link
  kBackhaulPropagation,   ///< propagation on a link
  kComputeQueue,          ///< waiting for a core of a MEC host or the cloud
  kComputeService,        ///< executing there
  kLocalQueue,            ///< waiting for the vehicle's own processor
  kLocalService,          ///< executing there
  kDlQueue,               ///< the assignment that could have been given → the assignment: PRBs or PDCCH
                          ///< taken by others
  kDlTransmission,        ///< first PDSCH transmission that carries the last part
  kDlHarq,                ///< HARQ retransmissions
  kUeDecoding,            ///< UE decodes
  kHandover,              ///< interruption and forwarding after a change of serving cell
  kAccessUp,              ///< any radio but nr: all of the uplink (queue, serialisation, delay)
  kAccessDown,            ///< any radio but nr: all of the downlink
  kRlcRetransmission,     ///< a part lost after all HARQ transmissions: until it is in a block again that
                          ///< arrives
  kUlQueue,  ///< the grant that could have been given → the grant: behind its own parts, or PRBs or PDCCH
             ///< taken
  kDlProcessing,  ///< gNB prepares a downlink transmission
  kDlAlignment,   ///< prepared → assignment that could have been given, and from the assignment (K0)
  kBatchWait,     ///< an inference waits for others to be done together with
  kImagePull,     ///< the instance that takes the task waits for its image: pulls before it, pull, unpacking
  kContainerStart,  ///< control plane, sandbox, start, until the instance is seen ready
  kRelocation,      ///< waiting for the service to arrive at its new host
  kCount
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Stage::kCount)> kStageNames = {
    "decision",
    "ue_processing",
    "sr_wait",
    "grant_wait",
    "ul_alignment",
    "ul_transmission",
    "ul_harq",
    "gnb_processing",
    "backhaul_queue",
    "backhaul_transmission",
    "backhaul_propagation",
    "compute_queue",
    "compute_service",
    "local_queue",
    "local_service",
    "dl_queue",
    "dl_transmission",
    "dl_harq",
    "ue_decoding",
    "handover",
    "access_up",
    "access_down",
    "rlc_retransmission",
    "ul_queue",
    "dl_processing",
    "dl_alignment",
    "batch_wait",
    "image_pull",
    "container_start",
    "relocation"};

constexpr std::string_view stage_name(Stage stage) { return kStageNames[static_cast<std::size_t>(stage)]; }

struct StageEntry {
  Stage stage;
  TimeNs enter_ns;
};

/// The stages of one message or task, in order: each lasts until the next one is entered, the last until the
/// end. The times never decrease, so the durations add up to end − first enter exactly.
class StageList {
 public:
  void clear() {
    entries_.clear();
    cut_ = 0;
  }
  /// Takes over the entries of `other` (a copy that shares the way so far).
  void assign(const StageList& other) {
    entries_ = other.entries_;
    cut_ = 0;
  }
  /// Enters `stage` at `now`; a time before the last entry is a programmer's error (assert). Entering the
  /// stage that is current already changes nothing. An entry of zero length is replaced.
  void enter(Stage stage, TimeNs now);
  /// The next entry starts a part of its own (a child message): it is neither merged with the entry before it
  /// nor does it replace that one. Returns the number of entries so far, which is the index of the part's
  /// first one.
  std::size_t cut() { return cut_ = entries_.size(); }
  /// The message or task ends at `now`: stages that were foreseen (the rest of a link's queue) but have not
  /// begun by then are forgotten.
  void end(TimeNs now);
  const std::vector<StageEntry>& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }

 private:
  std::vector<StageEntry> entries_;
  std::size_t cut_ = 0;
};

}  // namespace cv2x
