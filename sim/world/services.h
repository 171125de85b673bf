#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/base/random.h"
#include "models/workload/equipment.h"
#include "models/workload/source.h"
#include "sim/world/clock.h"
#include "sim/world/session.h"

namespace cv2x {

/// The vehicles' services: creates a journey at every arrival of every source, with one pending event for
/// all.
class VehicleServices final : public FleetListener {
 public:
  /// Nothing is created at or after `until`.
  /// `sidelink`: may be null where no service needs it.
  VehicleServices(std::vector<ServiceParams> services, const Seed& seed, TimeNs until, Session& session,
                  Sidelink* sidelink = nullptr);

  void enter(const VehicleState& vehicle) override;
  void leave(std::uint32_t slot) override;

 private:
  struct Running {
    Source source;
    std::uint32_t slot;
    std::uint32_t service;
  };
  void fire();

  std::vector<ServiceParams> services_;
  std::vector<std::vector<SubtaskParams>> graphs_;  // by service
  Equipment equipment_;
  Seed seed_;
  TimeNs until_ns_;
  Session& session_;
  Sidelink* sidelink_;
  ArrivalCalendar calendar_;
  std::vector<std::optional<Running>> sources_;  // slot · services + service; none: not running
  std::vector<std::uint32_t> versions_;          // by slot: counts its vehicles
  WakeUp wake_up_;
};

}  // namespace cv2x
