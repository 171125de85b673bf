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
/// Gains: cell_gain.h. A vehicle that has not moved keeps its gains, and one that
/// has keeps those to cells kFarDb below its strongest until it has gone kFarStepM, a fifth of the distance
/// over which line of sight decorrelates: they are neither served by nor heard from such a cell.
///
/// Handover is break before make: at the decision the UE leaves its old cell, after the interruption it is on
/// the new one. What the UE had not finished sending is sent again from its beginning; what the old cell had
/// not finished delivering is forwarded over the backhaul to the new cell's site. Left out: the signalling
/// itself (it takes the configured interruption) and lossless continuation in the middle of a transfer.
class NrAccess final : public Access {
 public:
  NrAccess(const RadioParams& params, std::vector<NrCell> cells, const Seed& seed, JourneyEvents& journeys,
           ResultSink& results, const Fleet& fleet, const uu::QosParams& qos);

  void send_up(std::uint32_t slot, std::uint32_t ref, ServiceIndex service, std::int64_t bytes) override;
  void send_down(std::uint32_t slot, std::uint32_t ref, ServiceIndex service, std::int64_t bytes,
                 SiteIndex at) override;
  void refresh(std::span<const VehicleState> vehicles) override;
  SiteIndex serving_site(std::uint32_t slot) const override;
  std::int32_t serving_cell(std::uint32_t slot) const override { return ues_[slot].cell; }
  AccessEstimate estimate(std::uint32_t slot) const override;
  void sample(TimeNs interval, ResultSink& sink) override;
  void enter(const VehicleState& vehicle) override;
  void leave(std::uint32_t slot) override;

 private:
  struct Transfer {
    std::uint32_t ref;
    std::int64_t bytes;
    uu::Direction direction;
    uu::BearerId bearer;  // one a service
  };
  struct Ue {
    std::uint64_t key = 0;
    std::int32_t cell = -1;      // global; −1: out of coverage
    std::uint32_t vehicle = 0;   // counts the vehicles that have had this slot
    bool measured = false;       // since it came
    bool settled = false;        // with these gains it stays where it is
    Position near_at, far_at;    // where the gains to near cells, and to all, are from
    float near_dbm = 0;          // RSRP of a cell that is still near
    std::vector<Transfer> open;  // in the MAC
  };
  struct Carrier {
    Carrier(const CarrierParams& params, const Seed& seed)
        : channel(params.channel, params.frequency_hz, seed) {}
    std::unique_ptr<uu::Mac> mac;
    radio::LargeScaleChannel channel;
    std::vector<std::uint32_t> cells;  // global indices, in the MAC's order
    double rings_m = 0;  // radius of the outermost ring of given MCS; 0: none
    int mcs_table = 1;
    WakeUp wake_up;
  };

  Carrier& carrier_of(std::int32_t cell) { return carriers_[cells_[static_cast<std::size_t>(cell)].carrier]; }
  static constexpr float kFarDb = 25;
  static constexpr double kFarStepM = 10;

  /// Gains of these vehicles to every cell, as far as they are to be renewed, into gain_db_ and the MACs.
  void measure(std::span<const VehicleState> vehicles);
  /// A vehicle whose gains to cells of at least this RSRP are to be renewed.
  struct Renewal {
    std::uint32_t slot;
    float from_dbm;
    Position at;
  };
  /// Enters it in renewals_, unless all its gains are as good as new.
  void renew(const VehicleState& vehicle);
  /// A UE's gains to the cells of a carrier, as its serving cell makes them, into its MAC.
  void tell_mac(std::uint32_t slot, Carrier& carrier);
  /// Where `fixed_error` is given: the MCS of the ring that the vehicle is in.
  void set_ring(Carrier& carrier, std::uint32_t slot, const Position& at);
  void select(std::uint32_t slot);
  void change_cell(std::uint32_t slot, std::int32_t to);
  void enqueue(std::uint32_t slot, const Transfer& transfer);
  void wake(std::uint32_t carrier);
  void slot_event(std::uint32_t carrier);
  void delivered(std::uint32_t ref, std::uint32_t slot, std::uint32_t vehicle, std::int32_t cell,
                 bool uplink);
  void given_up(std::uint32_t ref, Outcome outcome);

  std::vector<CarrierParams> params_;
  std::vector<NrCell> cells_;
  std::size_t slices_;
  TimeNs interruption_ns_;
  uu::CellSelection selection_;
  std::vector<uu::Cell> mac_cell_;  // global cell → index in its MAC
  std::vector<Carrier> carriers_;
  std::vector<float> reference_dbm_;  // by cell: power of a resource element, the RSRP at 0 dB of gain
  JourneyEvents& journeys_;
  ResultSink& results_;
  const Fleet& fleet_;
  std::vector<CellGain> gains_;  // by cell
  std::vector<Ue> ues_;          // by slot
  std::vector<float> gain_db_;   // [slot][cell], with all steering
  // Of measure() and select().
  std::vector<Renewal> renewals_;
  std::vector<float> row_, rsrp_dbm_;
};

}  // namespace cv2x
