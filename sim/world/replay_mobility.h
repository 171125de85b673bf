#pragma once

#include <ns3/mobility-model.h>

#include <cstdint>

namespace cv2x {

class Fleet;

/// ns-3's view of a vehicle: position and velocity of a trace, interpolated between its steps. What an ns-3
/// device or application that is attached to the vehicle's node sees; the world's own models ask the fleet
/// directly.
class ReplayMobilityModel final : public ns3::MobilityModel {
 public:
  static ns3::TypeId GetTypeId();
  ReplayMobilityModel() = default;

  void follow(const Fleet* fleet, std::uint32_t slot);

 private:
  ns3::Vector DoGetPosition() const override;
  void DoSetPosition(const ns3::Vector& position) override;
  ns3::Vector DoGetVelocity() const override;

  const Fleet* fleet_ = nullptr;
  std::uint32_t slot_ = 0;
};

}  // namespace cv2x
