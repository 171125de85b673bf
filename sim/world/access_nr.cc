#include "sim/world/access_nr.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/radio/numerology.h"

namespace cv2x {

NrAccess::NrAccess(const RadioParams& params, std::vector<NrCell> cells, const Seed& seed,
                   JourneyEvents& journeys, ResultSink& results, const Fleet& fleet, const uu::QosParams& qos)
    : params_(params.carriers),
      cells_(std::move(cells)),
      slices_(qos.slices.size()),
      interruption_ns_(params.handover.interruption_ns),
      selection_({.hysteresis_db = params.handover.hysteresis_db,
                  .time_to_trigger_ns = params.handover.time_to_trigger_ns,
                  .min_rsrp_dbm = params.handover.min_rsrp_dbm},
                 cells_.size()),
      journeys_(journeys),
      results_(results),
      fleet_(fleet) {
  for (const auto& p : params_) {
    carriers_.emplace_back(p, seed);
    carriers_.back().rings_m = p.fixed_error_given ? p.fixed_error.radius_m : 0;
    carriers_.back().mcs_table = static_cast<int>(p.mcs_table);
  }
  std::vector<std::vector<double>> power_dbm(params_.size());
  for (std::uint32_t c = 0; c < cells_.size(); ++c) {
    const auto& cell = cells_[c];
    const auto& p = params_[cell.carrier];
    Carrier& carrier = carriers_[cell.carrier];
    mac_cell_.push_back(static_cast<uu::Cell>(carrier.cells.size()));
    carrier.cells.push_back(c);
    gains_.emplace_back(carrier.channel, p, cell);
    power_dbm[cell.carrier].push_back(cell.params.power_dbm);
    const int prbs = *radio::prbs(p.bandwidth_hz, static_cast<int>(p.numerology), p.frequency_hz);
    reference_dbm_.push_back(static_cast<float>(uu::rsrp_dbm(cell.params.power_dbm, prbs, 0)));
  }
  for (std::size_t i = 0; i < carriers_.size(); ++i)
    carriers_[i].mac = std::make_unique<uu::Mac>(params_[i], power_dbm[i], seed, qos);
}

SiteIndex NrAccess::serving_site(std::uint32_t slot) const {
  const auto cell = ues_[slot].cell;
  return cell < 0 ? SiteIndex{} : cells_[static_cast<std::size_t>(cell)].site;
}

void NrAccess::send_up(std::uint32_t slot, std::uint32_t ref, ServiceIndex service, std::int64_t bytes) {
  journeys_.stages(ref).enter(Stage::kUeProcessing, now_ns());
  enqueue(slot, {ref, bytes, uu::Direction::kUplink, static_cast<uu::BearerId>(service.value)});
}

void NrAccess::send_down(std::uint32_t slot, std::uint32_t ref, ServiceIndex service, std::int64_t bytes,
                         SiteIndex at) {
  if (serving_site(slot) != at) {
    journeys_.downlink_moved(ref, at);
    return;
  }
  journeys_.stages(ref).enter(Stage::kDlProcessing, now_ns());
  enqueue(slot, {ref, bytes, uu::Direction::kDownlink, static_cast<uu::BearerId>(service.value)});
}

void NrAccess::enqueue(std::uint32_t slot, const Transfer& transfer) {
  Ue& ue = ues_[slot];
  const std::uint32_t carrier = cells_[static_cast<std::size_t>(ue.cell)].carrier;
  if (!carriers_[carrier].mac->enqueue(transfer.direction, slot, transfer.ref, transfer.bytes, now_ns(),
                                       transfer.bearer)) {
    journeys_.lost(transfer.ref, Outcome::kNotAdmitted);
    return;
  }
  ue.open.push_back(transfer);
  wake(carrier);
}

void NrAccess::wake(std::uint32_t carrier) {
  const TimeNs next = carriers_[carrier].mac->next_wakeup();
  if (next != kNever)
    carriers_[carrier].wake_up.at(std::max(next, now_ns()), &NrAccess::slot_event, this, carrier);
}

void NrAccess::slot_event(std::uint32_t index) {
  Carrier& carrier = carriers_[index];
  if (!carrier.wake_up.fired()) return;
  const auto done = carrier.mac->advance(now_ns());
  const auto stages = carrier.mac->stages();
  for (const auto& d : done) {
    Ue& ue = ues_[d.ue];
    ue.open.erase(
        std::find_if(ue.open.begin(), ue.open.end(), [&](const Transfer& t) { return t.ref == d.ref; }));
    StageList& list = journeys_.stages(d.ref);
    for (const auto& s : stages.subspan(d.first_stage, d.stages)) list.enter(s.stage, s.enter_ns);
    const auto cell = static_cast<std::int32_t>(carrier.cells[d.cell]);
    const bool uplink = d.direction == uu::Direction::kUplink;
    if (d.outcome == Outcome::kDelivered) {
      schedule_at(d.end_ns, &NrAccess::delivered, this, d.ref, d.ue, ue.vehicle, cell, uplink);
    } else {
      schedule_at(d.end_ns, &NrAccess::given_up, this, d.ref, d.outcome);
    }
  }
  wake(index);
}

void NrAccess::given_up(std::uint32_t ref, Outcome outcome) { journeys_.lost(ref, outcome); }

void NrAccess::delivered(std::uint32_t ref, std::uint32_t slot, std::uint32_t vehicle, std::int32_t cell,
                         bool uplink) {
  if (uplink) {
    journeys_.uplink_arrived(ref, cells_[static_cast<std::size_t>(cell)].site, cell);
  } else if (ues_[slot].vehicle != vehicle) {
    journeys_.lost(ref, Outcome::kVehicleLeft);  // while it was decoding
  } else {
    journeys_.downlink_arrived(ref, cell);
  }
}

void NrAccess::renew(const VehicleState& vehicle) {
  Ue& ue = ues_[vehicle.slot];
  const Position& at = vehicle.kinematics.position;
  const double x = at.x_m - ue.far_at.x_m, y = at.y_m - ue.far_at.y_m, z = at.z_m - ue.far_at.z_m;
  const bool all = !ue.measured || x * x + y * y + z * z >= kFarStepM * kFarStepM;
  if (!all && at.x_m == ue.near_at.x_m && at.y_m == ue.near_at.y_m && at.z_m == ue.near_at.z_m) return;
  ue.measured = true;
  ue.settled = false;
  ue.near_at = at;
  if (all) ue.far_at = at;
  renewals_.push_back({vehicle.slot, all ? -std::numeric_limits<float>::infinity() : ue.near_dbm, at});
}

void NrAccess::measure(std::span<const VehicleState> vehicles) {
  renewals_.clear();
  for (const auto& v : vehicles) renew(v);
  const std::size_t cells = cells_.size();
  // Cell by cell: its fields stay in the cache.
  for (auto& carrier : carriers_) {
    for (const std::uint32_t c : carrier.cells) {
      for (const Renewal& r : renewals_) {
        float& gain_db = gain_db_[r.slot * cells + c];
        if (reference_dbm_[c] + gain_db < r.from_dbm) continue;
        gain_db = gains_[c].served_db(carrier.channel, r.at);
      }
    }
  }
  for (const Renewal& r : renewals_) {
    float strongest_dbm = -std::numeric_limits<float>::infinity();
    for (std::size_t c = 0; c < cells; ++c)
      strongest_dbm = std::max(strongest_dbm, reference_dbm_[c] + gain_db_[r.slot * cells + c]);
    ues_[r.slot].near_dbm = strongest_dbm - kFarDb;
    for (auto& carrier : carriers_) {
      tell_mac(r.slot, carrier);
      if (carrier.rings_m > 0) set_ring(carrier, r.slot, r.at);
    }
  }
}

void NrAccess::tell_mac(std::uint32_t slot, Carrier& carrier) {
  row_.resize(carrier.cells.size());
  for (std::size_t i = 0; i < row_.size(); ++i) {
    const std::uint32_t c = carrier.cells[i];
    row_[i] = gain_db_[slot * cells_.size() + c];
    if (static_cast<std::int32_t>(c) != ues_[slot].cell) row_[i] -= gains_[c].steering_db();
  }
  carrier.mac->set_gains(slot, row_);
}

void NrAccess::set_ring(Carrier& carrier, std::uint32_t slot, const Position& at) {
  double nearest_m = carrier.rings_m;
  for (const std::uint32_t c : carrier.cells) {
    const Position& cell = cells_[c].position;
    nearest_m = std::min(nearest_m, std::hypot(cell.x_m - at.x_m, cell.y_m - at.y_m));
  }
  carrier.mac->set_mcs(slot, uu::mcs_of_ring(nearest_m, carrier.rings_m, carrier.mcs_table));
}

void NrAccess::refresh(std::span<const VehicleState> vehicles) {
  measure(vehicles);
  for (const auto& v : vehicles) {
    if (!ues_[v.slot].settled) select(v.slot);
  }
}

void NrAccess::enter(const VehicleState& vehicle) {
  if (vehicle.slot >= ues_.size()) {
    ues_.resize(vehicle.slot + 1);
    gain_db_.resize(ues_.size() * cells_.size());
  }
  Ue& ue = ues_[vehicle.slot];
  ue.key = vehicle.key;
  ue.measured = false;
  measure(std::span(&vehicle, 1));
  select(vehicle.slot);
}

void NrAccess::select(std::uint32_t slot) {
  rsrp_dbm_.resize(cells_.size());
  for (std::size_t c = 0; c < cells_.size(); ++c)
    rsrp_dbm_[c] = reference_dbm_[c] + gain_db_[slot * cells_.size() + c];
  const uu::CellChange change = selection_.measure(slot, rsrp_dbm_, now_ns());
  // Served by the strongest, it would be told the same until its gains change.
  Ue& ue = ues_[slot];
  const auto strongest = std::max_element(rsrp_dbm_.begin(), rsrp_dbm_.end()) - rsrp_dbm_.begin();
  ue.settled = change.kind == uu::CellChange::Kind::kNone && ue.cell == strongest;
  if (change.kind == uu::CellChange::Kind::kNone) return;
  change_cell(slot, change.cell == uu::kNoCell ? -1 : static_cast<std::int32_t>(change.cell));
}

void NrAccess::change_cell(std::uint32_t slot, std::int32_t to) {
  Ue& ue = ues_[slot];
  const std::int32_t from = ue.cell;
  const TimeNs now = now_ns();
  if (from >= 0) carrier_of(from).mac->detach(slot);
  const std::vector<Transfer> open = std::move(ue.open);
  ue.open.clear();
  ue.cell = to;
  if (from >= 0) tell_mac(slot, carrier_of(from));  // as one that interferes
  if (to >= 0) {
    tell_mac(slot, carrier_of(to));
    // The first cell of a vehicle costs no interruption: it was connected before it came into the world.
    const TimeNs interruption = from >= 0 ? interruption_ns_ : 0;
    carrier_of(to).mac->attach(slot, ue.key, mac_cell_[static_cast<std::size_t>(to)], now + interruption);
  }
  if (from >= 0) {
    results_.event({.time_ns = now,
                    .kind = to < 0 ? EventKind::kCoverageLost : EventKind::kHandover,
                    .vehicle = fleet_.serial(slot),
                    .from = from,
                    .to = to});
  }
  for (const auto& t : open) {
    if (to < 0) {
      journeys_.lost(t.ref, Outcome::kOutOfCoverage);
      continue;
    }
    journeys_.stages(t.ref).enter(Stage::kHandover, now);
    if (t.direction == uu::Direction::kUplink) {
      enqueue(slot, t);
    } else {
      journeys_.downlink_moved(t.ref, cells_[static_cast<std::size_t>(from)].site);
    }
  }
}

void NrAccess::leave(std::uint32_t slot) {
  Ue& ue = ues_[slot];
  if (ue.cell >= 0) carrier_of(ue.cell).mac->detach(slot);
  ue.cell = -1;
  selection_.forget(slot);
  ++ue.vehicle;
  const std::vector<Transfer> open = std::move(ue.open);
  ue.open.clear();
  for (const auto& t : open) journeys_.lost(t.ref, Outcome::kVehicleLeft);
}

AccessEstimate NrAccess::estimate(std::uint32_t slot) const {
  const std::int32_t cell = ues_[slot].cell;
  if (cell < 0) return {};
  const uu::Mac& mac = *carriers_[cells_[static_cast<std::size_t>(cell)].carrier].mac;
  return {.connected = true,
          .uplink_bps = mac.expected_bps(uu::Direction::kUplink, slot),
          .downlink_bps = mac.expected_bps(uu::Direction::kDownlink, slot),
          .uplink_delay_ns = mac.access_delay_ns(uu::Direction::kUplink),
          .downlink_delay_ns = mac.access_delay_ns(uu::Direction::kDownlink)};
}

void NrAccess::sample(TimeNs interval, ResultSink& sink) {
  for (std::uint32_t c = 0; c < cells_.size(); ++c) {
    const auto& p = params_[cells_[c].carrier];
    const auto mu = static_cast<int>(p.numerology);
    uu::Mac& mac = *carriers_[cells_[c].carrier].mac;
    const uu::CellLoad load = mac.take_load(mac_cell_[c]);
    const double prb_slots = static_cast<double>(interval) / static_cast<double>(radio::slot_ns(mu)) *
                             *radio::prbs(p.bandwidth_hz, mu, p.frequency_hz);
    const auto share = [&](double used) { return static_cast<float>(used / prb_slots); };
    sink.cell({.time_ns = now_ns(),
               .cell = static_cast<std::uint16_t>(c),
               .ues = load.ues,
               .ul_prb_share = share(load.prb_slots[0]),
               .dl_prb_share = share(load.prb_slots[1]),
               .ul_blocks = load.blocks[0],
               .ul_nacks = load.nacks[0],
               .dl_blocks = load.blocks[1],
               .dl_nacks = load.nacks[1]});
    for (std::size_t s = 0; s < slices_; ++s) {
      const uu::SliceLoad part = mac.take_load(mac_cell_[c], static_cast<uu::SliceId>(s));
      if (part.blocks[0] == 0 && part.blocks[1] == 0) continue;
      const auto mean = [&](const double(&sum)[uu::kDirections], std::size_t d) {
        return static_cast<float>(sum[d] / part.blocks[d]);  // NaN without any
      };
      sink.slice({.time_ns = now_ns(),
                  .cell = static_cast<std::uint16_t>(c),
                  .slice = static_cast<std::uint16_t>(s),
                  .ul_prb_share = share(part.prb_slots[0]),
                  .dl_prb_share = share(part.prb_slots[1]),
                  .ul_blocks = part.blocks[0],
                  .ul_nacks = part.nacks[0],
                  .dl_blocks = part.blocks[1],
                  .dl_nacks = part.nacks[1],
                  .ul_mcs = mean(part.mcs_sum, 0),
                  .dl_mcs = mean(part.mcs_sum, 1),
                  .ul_sinr_db = mean(part.sinr_db_sum, 0),
                  .dl_sinr_db = mean(part.sinr_db_sum, 1),
                  .dl_preempted = part.preempted});
    }
  }
}

}  // namespace cv2x
