#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/base/random.h"
#include "models/radio/channel.h"
#include "models/uu/cell_selection.h"
#include "models/uu/mac.h"
#include "models/uu/params.h"
#include "sim/world/cell_gain.h"
#include "sim/world/clock.h"
#include "sim/world/fleet.h"
#include "sim/world/ports.h"

namespace cv2x {

/// `radio: nr`: one MAC a carrier with one slot event, gains and serving cells refreshed once a position
/// epoch.
///
/// Gains: cell_gain.h. A vehicle that has not moved keeps its gains. One that has renews those to near cells,
/// less than kNearDb below its strongest, every epoch; those to cells less than kMiddleDb below after
/// kMiddleStepM, a fifth of the distance over which line of sight decorrelates; those to the others, from
/// which it hears nothing even if line of sight opened, after kFarStepM, about that distance. Only near cells
/// are measured.
///
/// When a UE changes its cell: models/uu/cell_selection.h. Handover is break before make: the UE leaves its
/// old cell at once, after the interruption, or a re-establishment, it is on the new one. What the UE had not
/// finished sending is sent again from its beginning; what the old cell had not finished delivering is
/// forwarded over the backhaul to the new cell's site. Left out: the signalling itself (it takes the
/// configured interruption) and lossless continuation in the middle of a transfer.
class NrAccess final : public Access {
 public:
  NrAccess(const RadioParams& params, std::vector<NrCell> cells, const Seed& seed, JourneyEvents& journeys,
           ResultSink& results, const Fleet& fleet, const uu::QosParams& qos);

  void send_up(std::uint32_t slot, std::uint32_t ref, ServiceIndex service, std::int64_t bytes) override;
  void send_down(std::uint32_t slot, std::uint32_t ref, ServiceIndex service, std::int64_t bytes,
                 SiteIndex at) override;
  void broadcast(std::int32_t cell, std::span<const BroadcastReceiver> receivers, ServiceIndex service,
                 std::int64_t bytes) override;
  void refresh(std::span<const VehicleState> vehicles) override;
  SiteIndex serving_site(std::uint32_t slot) const override;
  std::int32_t serving_cell(std::uint32_t slot) const override { return ues_[slot].cell; }
  AccessEstimate estimate(std::uint32_t slot) const override;
  TimeNs dwell_ns(std::uint32_t slot, const Kinematics& now) const override;
  void fetch(std::uint32_t slot) const override;
  void sample(TimeNs interval, ResultSink& sink) override;
  void enter(const VehicleState& vehicle) override;
  void leave(std::uint32_t slot) override;

 private:
  struct Transfer {
    std::uint32_t ref;
    std::int64_t bytes;
    uu::Direction direction;
    uu::BearerId bearer;     // one a service
    bool broadcast = false;  // it receives one; missed when it changes its cell
  };
  struct Ue {
    std::uint64_t key = 0;
    std::int32_t cell = -1;     // global; −1: out of coverage
    std::uint32_t vehicle = 0;  // counts the vehicles that have had this slot
    bool measured = false;      // since it came
    bool settled = false;       // with these gains it stays where it is
    bool failed = false;        // out of coverage since a failure of its link
    // Where the gains of a tier are from.
    Position near_at, middle_at, far_at;
    std::vector<std::uint16_t> near, middle;  // cells, ascending; the serving one is near
    std::vector<Transfer> open;               // in the MAC
  };
  struct MobilityCounts {
    std::uint32_t in = 0, out = 0, failed_handovers = 0, failed_links = 0;
  };
  struct Carrier {
    Carrier(const CarrierParams& params, const Seed& seed)
        : channel(params.channel, params.frequency_hz, seed) {}
    std::unique_ptr<uu::Mac> mac;
    radio::LargeScaleChannel channel;
    std::vector<std::uint32_t> cells;  // global indices, in the MAC's order
    double rings_m = 0;                // radius of the outermost ring of given MCS; 0: none
    int mcs_table = 1;
    WakeUp wake_up;
  };

  Carrier& carrier_of(std::int32_t cell) { return carriers_[cells_[static_cast<std::size_t>(cell)].carrier]; }
  static constexpr float kNearDb = 25, kMiddleDb = 45;
  static constexpr double kMiddleStepM = 10, kFarStepM = 50;

  /// Gains of these vehicles, as far as they are to be renewed, into gain_db_; renewals_ says which.
  void measure(std::span<const VehicleState> vehicles);
  enum class Tier : std::uint8_t { kNear, kMiddle, kAll };
  struct Renewal {
    std::uint32_t slot;
    Tier tier;
    Position at;
  };
  /// … and from there into the MACs.
  void apply(const Renewal& renewal);
  /// Enters it in renewals_, and in due_ of the cells, unless all its gains are as good as new.
  void renew(const VehicleState& vehicle);
  /// Which cells are near and middle now, of those that have been renewed.
  void sort_cells(std::uint32_t slot, Tier tier);
  float& gain_db(std::uint32_t slot, std::uint32_t cell) { return gain_db_[slot * cells_.size() + cell]; }
  float rsrp_dbm(std::uint32_t slot, std::uint32_t cell) const {
    return reference_dbm_[cell] + gain_db_[slot * cells_.size() + cell];
  }
  /// A UE's gain to a cell, as its serving cell makes it.
  float mac_gain_db(std::uint32_t slot, std::uint32_t cell) {
    const bool served = static_cast<std::int32_t>(cell) == ues_[slot].cell;
    return gain_db(slot, cell) - (served ? 0 : gains_[cell].steering_db());
  }
  void tell_mac(std::uint32_t slot, std::uint32_t cell) {
    carriers_[cells_[cell].carrier].mac->set_gain(slot, mac_cell_[cell], mac_gain_db(slot, cell));
  }
  void tell_macs(std::uint32_t slot);
  void set_ring(Carrier& carrier, std::uint32_t slot, const Position& vehicle);
  /// Where its carrier has small-scale fading: how the vehicle moves, into the MAC.
  void set_motion(const VehicleState& vehicle);
  void select(std::uint32_t slot);
  void change_cell(std::uint32_t slot, std::int32_t to, uu::CellChange::Kind kind);
  void record(std::uint32_t slot, std::int32_t from, std::int32_t to, uu::CellChange::Kind kind);
  void enqueue(std::uint32_t slot, const Transfer& transfer);
  void wake(std::uint32_t carrier);
  void slot_event(std::uint32_t carrier);
  void delivered(std::uint32_t ref, std::uint32_t slot, std::uint32_t vehicle, std::int32_t cell,
                 bool uplink);
  void given_up(std::uint32_t ref, Outcome outcome);

  std::vector<CarrierParams> params_;
  std::vector<NrCell> cells_;
  std::size_t slices_;
  HandoverParams handover_;
  uu::CellSelection selection_;
  std::vector<uu::Cell> mac_cell_;  // global cell → index in its MAC
  std::vector<Carrier> carriers_;
  std::vector<float> reference_dbm_;  // by cell: power of a resource element, the RSRP at 0 dB of gain
  JourneyEvents& journeys_;
  ResultSink& results_;
  const Fleet& fleet_;
  std::vector<CellGain> gains_;           // by cell
  std::vector<Ue> ues_;                   // by slot
  std::vector<float> gain_db_;            // [slot][cell], with all steering
  std::vector<MobilityCounts> mobility_;  // by cell, since the last sample
  // Of measure() and select().
  std::vector<Renewal> renewals_;
  std::vector<std::vector<std::uint32_t>> due_;  // by cell: renewals
  std::vector<std::uint16_t> known_;
  std::vector<float> row_;
  std::vector<uu::Measured> heard_;
  std::vector<uu::Receiver> receivers_;  // of broadcast()
};

}  // namespace cv2x
