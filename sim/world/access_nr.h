#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/base/random.h"
#include "models/radio/channel.h"
#include "models/uu/cell_selection.h"
#include "models/uu/mac.h"
#include "models/uu/params.h"
#include "sim/world/clock.h"
#include "sim/world/fleet.h"
#include "sim/world/ports.h"

namespace cv2x {

/// A cell with where it stands. `site_key`: hash of the site's name; cells of one site share its shadowing.
struct NrCell {
  CellParams params;
  SiteIndex site;
  std::uint64_t site_key;
  Position position;
  std::uint32_t carrier;
};

/// `radio: nr`: one MAC a carrier with one slot event, gains and serving cells refreshed once a position
/// epoch.
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
    std::vector<Transfer> open;  // in the MAC
  };
  struct Carrier {
    Carrier(const CarrierParams& params, const Seed& seed)
        : channel(params.channel, params.frequency_hz, seed) {}
    std::unique_ptr<uu::Mac> mac;
    radio::LargeScaleChannel channel;
    std::vector<std::uint32_t> cells;  // global indices, in the MAC's order
    std::vector<radio::CellField> fields;
    double rings_m = 0;  // radius of the outermost ring of given MCS; 0: none
    int mcs_table = 1;
    WakeUp wake_up;
  };

  Carrier& carrier_of(std::int32_t cell) { return carriers_[cells_[static_cast<std::size_t>(cell)].carrier]; }
  /// Gains of these vehicles to every cell: into the MACs, and as RSRP into rsrp_dbm_ (by vehicle, then
  /// cell).
  void measure(std::span<const VehicleState> vehicles);
  void set_ring(Carrier& carrier, const VehicleState& vehicle);
  /// `rsrp_dbm`: of every cell.
  void select(std::uint32_t slot, std::span<const float> rsrp_dbm);
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
  std::vector<Ue> ues_;  // by slot
  // Of measure().
  std::vector<Position> positions_;
  std::vector<float> gain_db_, row_, rsrp_dbm_;
};

}  // namespace cv2x
