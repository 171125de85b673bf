#pragma once

#include <array>
#include <span>
#include <vector>

#include "models/uu/params.h"
#include "sim/world/nearest_site.h"
#include "sim/world/ports.h"

namespace cv2x {

/// `radio: ideal`: every vehicle reaches the nearest site that carries radio after a given delay, at a given
/// rate, with a first-in-first-out queue of its own in each direction; a broadcast takes the downlink rate of
/// its site, with a queue of the site's, once for all receivers. No loss, no handover interruption: what is
/// left is exactly solvable, which is what it is for.
class IdealAccess final : public Access {
 public:
  IdealAccess(const IdealParams& params, NearestSite sites, JourneyEvents& journeys);

  void send_up(std::uint32_t slot, std::uint32_t ref, ServiceIndex, std::int64_t bytes) override;
  void send_down(std::uint32_t slot, std::uint32_t ref, ServiceIndex, std::int64_t bytes,
                 SiteIndex at) override;
  void broadcast(std::int32_t cell, std::span<const BroadcastReceiver> receivers, ServiceIndex,
                 std::int64_t bytes) override;
  void refresh(std::span<const VehicleState> vehicles) override;
  SiteIndex serving_site(std::uint32_t slot) const override { return ues_[slot].serving.site; }
  std::int32_t serving_cell(std::uint32_t slot) const override {
    return static_cast<std::int32_t>(ues_[slot].serving.site.value);
  }
  AccessEstimate estimate(std::uint32_t slot) const override;
  TimeNs dwell_ns(std::uint32_t slot, const Kinematics& now) const override;
  void sample(TimeNs, ResultSink&) override {}  // there are no cells to report
  void enter(const VehicleState& vehicle) override;
  void leave(std::uint32_t slot) override;

 private:
  struct Ue {
    NearestSite::Found serving;
    std::array<TimeNs, 2> free_at{};      // uplink, downlink
    std::vector<std::uint32_t> downlink;  // under way to the vehicle
    std::uint32_t generation = 0;         // counts the vehicles that have left this slot
  };
  TimeNs arrival(Ue& ue, int direction, std::int64_t bytes) const;
  void up_done(std::uint32_t ref, SiteIndex at);
  void down_done(std::uint32_t slot, std::uint32_t ref, std::uint32_t generation);

  IdealParams params_;
  double uplink_power_w_;
  NearestSite sites_;
  JourneyEvents& journeys_;
  std::vector<Ue> ues_;                    // by slot
  std::vector<TimeNs> broadcast_free_at_;  // by site
};

}  // namespace cv2x
