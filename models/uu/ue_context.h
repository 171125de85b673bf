#pragma once

#include <array>
#include <cstdint>

#include "models/uu/buffer.h"
#include "models/uu/occasions.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// A configured grant or semi-persistent assignment of one UE, direction and bearer.
struct PeriodicGrant {
  enum class State : std::uint8_t { kNone, kActive, kNoRoom };
  State state = State::kNone;
  std::uint8_t mcs = 0;
  std::uint16_t first_prb = 0, prbs = 0;
  Tick first = 0;       ///< its first occasion
  Tick next = kNoTick;  ///< the occasion that is in the agenda
};

/// One UE, direction and bearer.
struct Flow {
  Buffer buffer;
  PeriodicGrant grant;
};

/// One UE and direction.
struct Link {
  float offset_db = 0;         ///< of the outer loop: added to the expected SINR
  std::int16_t processes = 0;  ///< HARQ processes in use
  Tick busy_until = 0;         ///< end of the latest transmission that has been granted
  std::uint64_t blocks = 0;    ///< how many this UE has begun, over all cells: counts its random draws
};

/// One UE, direction and slice, as the scheduler sees it. The rest is what UE and gNB know of the uplink
/// buffer of its bearers (a logical channel group).
struct Demand {
  bool admitted = false;               ///< has a place in the slice; of the uplink, for both directions
  bool waiting = false;                ///< in the cell's list of those to schedule
  bool request_pending = false;        ///< a scheduling request waits to be sent or seen
  std::int16_t grants_open = 0;        ///< granted blocks whose PUSCH has not begun
  std::int16_t reports_under_way = 0;  ///< PUSCH with a report > 0 that the gNB has not decoded yet
  std::int64_t known_bytes = 0;        ///< gNB: reported and not yet granted
  std::int64_t granted_bytes = 0;      ///< gNB: in all blocks so far
  std::int64_t report_then = -1;       ///< gNB: granted_bytes_then of the latest report it has seen
  TimeNs request_ns = 0;               ///< end of the latest scheduling request
  float average = 0;                   ///< bytes a transmission, smoothed, as of average_tick
  Tick average_tick = 0;

  /// Whether the gNB knows, or will learn without a request, that there is something to send.
  bool announced() const {
    return known_bytes > 0 || grants_open > 0 || reports_under_way > 0 || request_pending;
  }
};

/// One UE as its cell sees it.
struct UeContext {
  std::uint64_t key = 0;
  Cell cell = kNoCell;            ///< kNoCell: not attached
  std::int8_t mcs = -1;           ///< given from outside; −1: follows from the SINR
  std::uint32_t attachments = 0;  ///< tells whether an entry in the agenda is still about this one
  TimeNs usable_ns = 0;
  std::int64_t sr_offset = 0;
  float dl_noise_interference_mw = 0;  ///< a PRB's, as reported: smoothed
  float pusch_target_mw = 0;           ///< transmit power of a PRB that power control asks for
  std::uint64_t broadcasts = 0;        ///< blocks it has listened to, over all cells: counts its random draws
  std::array<Link, kDirections> links;

  Link& link(Direction direction) { return links[static_cast<std::size_t>(direction)]; }
  const Link& link(Direction direction) const { return links[static_cast<std::size_t>(direction)]; }
};

}  // namespace cv2x::uu
