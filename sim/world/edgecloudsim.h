#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/uu/access_params.h"
#include "models/uu/estimated_delay.h"
#include "sim/world/fleet.h"
#include "sim/world/nearest_site.h"
#include "sim/world/ports.h"

namespace cv2x {

/// `radio: edgecloudsim`: the networks of EdgeCloudSim's vehicular sample, access and backhaul in one, since
/// there the way back depends on where a task was sent. Four networks, each with an EstimatedDelay a
/// direction: the WLAN of every site with access, and one MAN (between these sites), WAN (to clouds) and GSM
/// (from the vehicle to the gateway) for all.
///
///     path kServing    WLAN up, then nothing (host at this site), MAN up (at another) or WAN up (at a
///     cloud);
///                      back: from a cloud WAN down; MAN down when the vehicle is served by another site than
///                      the one it had sent to (and none otherwise, even when the host is elsewhere: as that
///                      code has it); WLAN down of the site that it had sent to
///     path kCellular   GSM up, GSM down; hosts at the gateway
///
/// A transfer whose delay is no valid one is lost (link_saturated); so is a result whose vehicle changes its
/// serving site while the WLAN downloads it (left_cell). The vehicle's place is exact at every moment, not of
/// the last position epoch.
class EdgeCloudSimNetwork final : public Access {
 public:
  /// What the estimates begin with: load of the services in the scenario.
  struct Offered {
    double rate_hz = 0;  ///< tasks a second of a vehicle, in the mean
    double input_bytes = 0, output_bytes = 0;
  };
  struct World {
    NearestSite sites;
    std::vector<bool> clouds;  ///< by site
    SiteIndex gateway;
    Offered offered;
    TimeNs settled_ns = 0;  ///< end of the warm-up
  };
  EdgeCloudSimNetwork(const EdgeCloudSimParams& params, World world, JourneyEvents& journeys,
                      const Fleet& fleet);

  void send_up(std::uint32_t slot, std::uint32_t ref, ServiceIndex, std::int64_t bytes) override;
  void send_down(std::uint32_t slot, std::uint32_t ref, ServiceIndex, std::int64_t bytes,
                 SiteIndex at) override;
  void broadcast(std::int32_t, std::span<const BroadcastReceiver>, ServiceIndex, std::int64_t) override;
  void refresh(std::span<const VehicleState> vehicles) override;
  SiteIndex serving_site(std::uint32_t slot) const override;
  SiteIndex attachment(std::uint32_t slot, std::uint8_t path) const override;
  std::int32_t serving_cell(std::uint32_t slot) const override {
    return static_cast<std::int32_t>(serving_site(slot).value);
  }
  AccessEstimate estimate(std::uint32_t slot) const override;
  TimeNs dwell_ns(std::uint32_t slot, const Kinematics& now) const override {
    return world_.sites.dwell_ns(ues_[slot].serving, now);
  }
  void sample(TimeNs, ResultSink&) override {}  // there are no cells to report
  void enter(const VehicleState& vehicle) override;
  void leave(std::uint32_t slot) override;

  /// As the port Backhaul has it.
  void cross(std::uint32_t ref, std::int64_t bytes, SiteIndex from, SiteIndex to);
  std::optional<PathEstimate> path(SiteIndex from, SiteIndex to) const;

 private:
  enum Direction : std::uint8_t { kUp, kDown };
  using Network = std::array<uu::EstimatedDelay, 2>;
  /// Where a journey is on its way.
  enum class Leg : std::uint8_t { kUplink, kServer, kBack };
  struct Way {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
    SiteIndex site;  ///< to which it was sent
    Leg leg = Leg::kUplink;
  };
  struct Ue {
    mutable NearestSite::Found serving;    // what is known of it; brought up to date when asked
    std::vector<std::uint32_t> under_way;  // on the air
    std::uint32_t generation = 0;          // counts the vehicles that have left this slot
  };
  Network network(double rate_bps, double rate_hz) const;
  void begin_air(std::uint32_t slot, std::uint32_t ref, std::optional<TimeNs> delay, TimeNs propagation,
                 Direction direction);
  void end_air(std::uint32_t ref, std::uint32_t slot, std::uint32_t generation, SiteIndex begun_at,
               Direction direction);
  void hop(std::uint32_t ref, std::int64_t bytes, Network& network, Direction direction, TimeNs propagation,
           Stage stage);
  void hop_done(std::uint32_t ref, std::int64_t bytes, bool forward);
  void forward_or_report(std::uint32_t ref, std::int64_t bytes, Stage stage);
  bool has_moved(const Way& way) const;
  void update();

  EdgeCloudSimParams params_;
  World world_;
  JourneyEvents& journeys_;
  const Fleet& fleet_;
  std::vector<std::uint32_t> place_;  // by site: which of the sites with access it is
  std::vector<Network> wlan_;         // of these
  std::vector<Network> shared_;       // MAN, WAN, GSM
  std::vector<Ue> ues_;               // by slot
  std::vector<Way> ways_;             // by ref
  std::size_t vehicles_ = 0;
  bool begun_ = false;
};

/// Its other port.
class EdgeCloudSimBackhaul final : public Backhaul {
 public:
  explicit EdgeCloudSimBackhaul(EdgeCloudSimNetwork& network) : network_(network) {}
  void send(std::uint32_t ref, std::int64_t bytes, SiteIndex from, SiteIndex to) override {
    network_.cross(ref, bytes, from, to);
  }
  std::optional<PathEstimate> path(SiteIndex from, SiteIndex to) override { return network_.path(from, to); }
  void transfer(TransferEvents&, std::uint64_t, std::int64_t, SiteIndex, SiteIndex) override {
    assert(false);  // the scenario's check refuses containers and relocation with this radio
  }
  void sample(TimeNs, ResultSink&) override {}  // there are no links to report

 private:
  EdgeCloudSimNetwork& network_;
};

}  // namespace cv2x
