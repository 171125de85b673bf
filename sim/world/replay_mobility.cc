#include "sim/world/replay_mobility.h"

#include <cassert>

#include "sim/world/fleet.h"

namespace cv2x {

ns3::TypeId ReplayMobilityModel::GetTypeId() {
  static const ns3::TypeId id = ns3::TypeId("cv2x::ReplayMobilityModel")
                                    .SetParent<ns3::MobilityModel>()
                                    .SetGroupName("cv2x")
                                    .AddConstructor<ReplayMobilityModel>();
  return id;
}

void ReplayMobilityModel::follow(const Fleet* fleet, std::uint32_t slot) {
  fleet_ = fleet;
  slot_ = slot;
  NotifyCourseChange();
}

ns3::Vector ReplayMobilityModel::DoGetPosition() const {
  const auto p = fleet_->kinematics(slot_).position;
  return {p.x_m, p.y_m, p.z_m};
}

void ReplayMobilityModel::DoSetPosition(const ns3::Vector&) { assert(!"a replayed vehicle cannot be moved"); }

ns3::Vector ReplayMobilityModel::DoGetVelocity() const {
  const auto k = fleet_->kinematics(slot_);
  return {k.vx_mps, k.vy_mps, 0};
}

}  // namespace cv2x
