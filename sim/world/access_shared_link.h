#pragma once

#include <array>
#include <span>
#include <vector>

#include "models/uu/access_params.h"
#include "models/uu/shared_link.h"
#include "sim/world/clock.h"
#include "sim/world/nearest_site.h"
#include "sim/world/ports.h"

namespace cv2x {

/// `radio: shared_link`: the nearest site that carries radio serves a vehicle, and all that it serves share
/// one rate up and one rate down, with real queueing. No loss but of a full queue, no interruption: what is
/// left of a radio is that vehicles take each other's rate, at a fraction of the price of `nr`.
///
/// The serving site changes at a position epoch. What is under way then ends where it began, or begins anew
/// at the new site, as `at_handover` says. When a vehicle leaves, its transfers are given up.
class SharedLinkAccess final : public Access {
 public:
  /// In the rows of `links` the i-th of these sites has number `first_link` + i.
  SharedLinkAccess(const SharedLinkParams& params, NearestSite sites, std::size_t first_link,
                   JourneyEvents& journeys);

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
  /// Of a transfer that begins now and is alone from then on with those under way.
  AccessEstimate estimate(std::uint32_t slot) const override;
  TimeNs dwell_ns(std::uint32_t slot, const Kinematics& now) const override {
    return sites_.dwell_ns(ues_[slot].serving, now);
  }
  /// Rows of `links`, uplink as forward and downlink as backward.
  void sample(TimeNs interval, ResultSink& sink) override;
  void enter(const VehicleState& vehicle) override;
  void leave(std::uint32_t slot) override;

 private:
  enum Direction : std::uint8_t { kUp, kDown };
  struct Ue {
    NearestSite::Found serving;
    std::vector<std::uint32_t> transfers;  // under way, both directions, in order of their start
    std::vector<std::uint32_t> broadcast;  // copies under way
    std::uint32_t generation = 0;          // counts the vehicles that have left this slot
  };
  struct Transfer {
    bool on_link = false;  // else: in the delay after it
    bool is_broadcast = false;
    Direction direction = kUp;
    std::uint32_t slot = 0, ref = 0;
    SiteIndex site;
    std::int64_t bytes = 0;
    std::vector<BroadcastReceiver> receivers;
    std::vector<std::uint32_t> generations;  // of the receivers' slots when it began
    std::uint32_t version = 0;               // counts the uses of this place
  };
  struct Link {
    uu::SharedLink law;
    WakeUp wake_up;
    std::uint32_t drops = 0;
  };
  Link& link(SiteIndex site, Direction direction) { return links_[2 * place_[site.value] + direction]; }
  std::uint32_t allocate();
  void send(Direction direction, std::uint32_t slot, std::uint32_t ref, std::int64_t bytes, SiteIndex site);
  bool begin(std::uint32_t id);
  void collect(Link& link);
  void wake(Link* link);
  void left_link(std::uint32_t id);
  void arrived(std::uint32_t id, std::uint32_t version);
  void broadcast_arrived(std::uint32_t id);
  void forget(std::uint32_t id);
  void give_up(std::uint32_t id);
  void restart(std::uint32_t slot, SiteIndex before);

  SharedLinkParams params_;
  NearestSite sites_;
  std::size_t first_link_;
  JourneyEvents& journeys_;
  std::vector<Ue> ues_;               // by slot
  std::vector<std::uint32_t> place_;  // by site: which of the sites with access it is
  std::vector<Link> links_;           // of these, by direction; never moved, pending events point there
  std::vector<Transfer> transfers_;
  std::vector<std::uint32_t> free_;
};

}  // namespace cv2x
