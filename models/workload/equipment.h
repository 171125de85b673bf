#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/random.h"
#include "models/workload/params.h"

namespace cv2x {

/// Which vehicles run which services: drawn by the hashes of names, so that it depends neither on the order
/// in which services are written nor on that in which vehicles come.
class Equipment {
 public:
  Equipment(std::span<const ServiceParams> services, const Seed& seed);

  /// Whether the vehicle called so runs the service of this index. A service by itself: with the probability
  /// ServiceParams::vehicles. Services with the same `exclusive`: one draw a vehicle for all of them, cut
  /// into intervals as long as their shares (in the order of their names), so a vehicle runs one of them, or
  /// none with what the shares leave of 1.
  bool runs(std::size_t service, std::uint64_t vehicle_key) const;

 private:
  struct Rule {
    std::uint64_t key;  ///< of the draw: the service's, or its group's
    bool group;
    double from, to;  ///< runs when the draw is at or above, and below
  };
  Seed seed_;
  std::vector<Rule> rules_;
};

}  // namespace cv2x
