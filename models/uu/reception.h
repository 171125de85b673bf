#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/uu/harq.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// One transport block on the air: PRBs first … end − 1.
struct Transmission {
  Tick start = 0, end = 0;  ///< symbols start … end − 1
  BlockId block = 0;
  Ue ue = 0;
  Cell cell = 0;
  std::uint16_t first_prb = 0, end_prb = 0;
  float psd_mw = 0;           ///< transmit power of a PRB
  float interference_mw = 0;  ///< result: received power of a PRB from other cells, mean over the PRBs
};

/// Phase two: the interference between all transmissions of a direction that are on the air together. A
/// reception's interference is the mean over its PRBs of what all other cells' transmissions put there. Left
/// out: frequency selectivity within the block (mean instead of an effective SINR), leakage into neighbouring
/// PRBs and from the other direction's band.
class Interference {
 public:
  Interference(std::size_t cells, int prbs);

  /// Linear gain between UE u and cell c: gains[u · cells + c]. `transmissions` are grouped by cell.
  /// Downlink: cells transmit at one power a PRB each. Cost: receptions × active cells.
  void downlink(std::span<Transmission> transmissions, std::span<const float> gains);
  /// What a UE that `t` is (also) for receives beside it, of the transmissions of the last call of
  /// downlink(): those of broadcasts are to kEverybody and have no result of their own.
  float downlink_at(Ue ue, const Transmission& t, std::span<const float> gains) const;
  /// Uplink. Cost: PRBs in use × active cells.
  void uplink(std::span<Transmission> transmissions, std::span<const float> gains);

 private:
  struct Active {
    Cell cell;
    float psd_mw;
    std::uint32_t first, end;  // of the transmissions
  };
  void find_active(std::span<const Transmission> transmissions);

  std::size_t cells_;
  std::size_t prbs_;
  std::vector<Active> active_;
  std::vector<std::uint16_t> used_before_;  // [active cell][PRB]: how many PRBs below it are in use
  std::vector<float> power_mw_;             // [PRB][active cell]: what the others put there
  std::vector<float> received_mw_;          // [active cell]: of one transmission, on a PRB
};

}  // namespace cv2x::uu
