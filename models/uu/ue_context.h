#pragma once

#include <array>
#include <cstdint>

#include "models/uu/buffer.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// One UE and direction.
struct Flow {
  Buffer buffer;
  float offset_db = 0;       ///< of the outer loop: added to the expected SINR
  bool waiting = false;      ///< in the cell's list of those to schedule
  int processes = 0;         ///< HARQ processes in use
  std::uint64_t blocks = 0;  ///< how many this UE has begun, over all cells: counts its random draws
};

/// What UE and gNB know of the uplink buffer.
struct UplinkState {
  std::int64_t known_bytes = 0;    ///< gNB: reported and not yet granted
  std::int64_t granted_bytes = 0;  ///< gNB: in all blocks so far
  std::int64_t report_then = -1;   ///< gNB: granted_bytes_then of the latest report it has seen
  int grants_open = 0;             ///< granted blocks whose PUSCH has not begun
  int reports_under_way = 0;       ///< PUSCH with a report > 0 that the gNB has not decoded yet
  bool request_pending = false;    ///< a scheduling request waits to be sent or seen
  TimeNs request_ns = 0;           ///< end of the latest scheduling request
};

/// One UE as its cell sees it.
struct UeContext {
  std::uint64_t key = 0;
  Cell cell = kNoCell;            ///< kNoCell: not attached
  std::uint32_t attachments = 0;  ///< tells whether an entry in the agenda is still about this one
  TimeNs usable_ns = 0;
  std::int64_t sr_offset = 0;
  float dl_noise_interference_mw = 0;  ///< a PRB's, as reported: smoothed
  float pusch_target_mw = 0;           ///< transmit power of a PRB that power control asks for
  std::array<Flow, kDirections> flows;
  UplinkState uplink;

  Flow& flow(Direction direction) { return flows[static_cast<std::size_t>(direction)]; }
  const Flow& flow(Direction direction) const { return flows[static_cast<std::size_t>(direction)]; }

  /// Whether the gNB knows, or will learn without a request, that there is something to send.
  bool announced() const {
    return uplink.known_bytes > 0 || uplink.grants_open > 0 || uplink.reports_under_way > 0 ||
           uplink.request_pending;
  }
};

}  // namespace cv2x::uu
