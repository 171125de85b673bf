#pragma once

#include <cstdint>

#include "models/uu/timing.h"

namespace cv2x::uu {

/// What no transfer on a carrier can be faster than, whoever else is there and whatever has been granted
/// before: the data is prepared (Tproc,2/2), the next allowed symbol waited for (uplink), as many transport
/// blocks sent one after the other as hold it with all PRBs, all layers and the highest MCS, and the last one
/// decoded. Left out, since it may only add to that: requests and grants, errors, headers, the channel.
class LeastDelay {
 public:
  /// `preempting`: a slice that pre-empts may send this, in shorter blocks (downlink).
  explicit LeastDelay(const CarrierParams& carrier, bool preempting = false);

  /// When `bytes` that come to the UE at `at` can be at the gNB.
  TimeNs uplink_end(TimeNs at, std::int64_t bytes) const;
  /// From the gNB's having them to the UE's, at any time.
  TimeNs downlink_ns(std::int64_t bytes) const;

 private:
  Timing timing_;
  std::int64_t up_bytes_, down_bytes_;  ///< of a transport block at most
  TimeNs down_block_ns_, down_decoding_ns_;
};

}  // namespace cv2x::uu
