#include "sim/world/access_nr.h"

#include <algorithm>
#include <cmath>

#include "models/radio/numerology.h"
#include "models/radio/power.h"

namespace cv2x {

NrAccess::NrAccess(const std::vector<CarrierParams>& carriers, std::vector<NrCell> cells, const Seed& seed,
                   JourneyEvents& journeys, ResultSink& results, const Fleet& fleet)
    : params_(carriers), cells_(std::move(cells)), journeys_(journeys), results_(results), fleet_(fleet) {
  for (const auto& p : params_) carriers_.emplace_back(p, seed);
  std::vector<std::vector<double>> power_dbm(params_.size());
  for (std::uint32_t c = 0; c < cells_.size(); ++c) {
    const auto& cell = cells_[c];
    const auto& p = params_[cell.carrier];
    Carrier& carrier = carriers_[cell.carrier];
    mac_cell_.push_back(static_cast<std::uint32_t>(carrier.cells.size()));
    carrier.cells.push_back(c);
    carrier.fields.push_back(carrier.channel.make_field(cell.site_key, cell.params.antenna_gain_db));
    power_dbm[cell.carrier].push_back(cell.params.power_dbm);
    const int prbs = *radio::prbs(p.bandwidth_hz, static_cast<int>(p.numerology), p.frequency_hz);
    reference_dbm_.push_back(static_cast<float>(
        radio::per_resource_element_dbm(radio::per_prb_dbm(cell.params.power_dbm, prbs))));
  }
  for (std::size_t i = 0; i < carriers_.size(); ++i)
    carriers_[i].mac = std::make_unique<uu::Mac>(params_[i], power_dbm[i], seed);
}

SiteIndex NrAccess::serving_site(std::uint32_t slot) const {
  const auto cell = ues_[slot].cell;
  return cell < 0 ? SiteIndex{} : cells_[static_cast<std::size_t>(cell)].site;
}

void NrAccess::send_up(std::uint32_t slot, std::uint32_t ref, std::int64_t bytes) {
  journeys_.stages(ref).enter(Stage::kUeProcessing, now_ns());
  enqueue(slot, {ref, bytes, uu::Direction::kUplink});
}

void NrAccess::send_down(std::uint32_t slot, std::uint32_t ref, std::int64_t bytes, SiteIndex at) {
  if (serving_site(slot) != at) {
    journeys_.downlink_moved(ref, at);
    return;
  }
  journeys_.stages(ref).enter(Stage::kDlQueue, now_ns());
  enqueue(slot, {ref, bytes, uu::Direction::kDownlink});
}

void NrAccess::enqueue(std::uint32_t slot, const Transfer& transfer) {
  Ue& ue = ues_[slot];
  ue.open.push_back(transfer);
  if (!ue.attached) {
    journeys_.stages(transfer.ref).enter(Stage::kHandover, now_ns());
    return;  // join() takes it along
  }
  const std::uint32_t carrier = cells_[static_cast<std::size_t>(ue.cell)].carrier;
  carriers_[carrier].mac->enqueue(transfer.direction, slot, transfer.ref, transfer.bytes, now_ns());
  wake(carrier);
}

void NrAccess::wake(std::uint32_t carrier) {
  const TimeNs next = carriers_[carrier].mac->next_wakeup();
  if (next != kNever) carriers_[carrier].wake_up.at(std::max(next, now_ns()), &NrAccess::slot_event, this, carrier);
}

void NrAccess::slot_event(std::uint32_t index) {
  Carrier& carrier = carriers_[index];
  if (!carrier.wake_up.fired()) return;
  const auto done = carrier.mac->advance(now_ns());
  const auto stages = carrier.mac->stages();
  for (const auto& d : done) {
    Ue& ue = ues_[d.ue];
    ue.open.erase(std::find_if(ue.open.begin(), ue.open.end(), [&](const Transfer& t) { return t.ref == d.ref; }));
    StageList& list = journeys_.stages(d.ref);
    for (const auto& s : stages.subspan(d.first_stage, d.stages)) list.enter(s.stage, s.enter_ns);
    const auto cell = static_cast<std::int32_t>(carrier.cells[d.cell]);
    const bool uplink = d.direction == uu::Direction::kUplink;
    if (d.outcome == Outcome::kDelivered) {
      schedule_at(d.end_ns, &NrAccess::finished, this, d.ref, d.ue, ue.generation, cell, uplink);
    } else {
      schedule_at(d.end_ns, &NrAccess::given_up, this, d.ref, d.outcome);
    }
  }
  wake(index);
}

void NrAccess::given_up(std::uint32_t ref, Outcome outcome) { journeys_.lost(ref, outcome); }

void NrAccess::finished(std::uint32_t ref, std::uint32_t slot, std::uint32_t vehicle, std::int32_t cell, bool uplink) {
  if (uplink) {
    journeys_.uplink_arrived(ref, cells_[static_cast<std::size_t>(cell)].site, cell);
  } else if (ues_[slot].vehicle != vehicle) {
    journeys_.lost(ref, Outcome::kVehicleLeft);  // while it was decoding
  } else {
    journeys_.downlink_arrived(ref, cell);
  }
}

void NrAccess::measure(std::span<const VehicleState> vehicles) {
  positions_.clear();
  for (const auto& v : vehicles) positions_.push_back(v.kinematics.position);
  rsrp_dbm_.resize(vehicles.size() * cells_.size());
  for (auto& carrier : carriers_) {
    const std::size_t n = carrier.cells.size();
    gain_db_.resize(n * vehicles.size());
    for (std::size_t i = 0; i < n; ++i) {
      const std::span out(gain_db_.data() + i * vehicles.size(), vehicles.size());
      carrier.channel.gains_db(carrier.fields[i], cells_[carrier.cells[i]].position, positions_, out);
    }
    row_.resize(n);
    for (std::size_t v = 0; v < vehicles.size(); ++v) {
      for (std::size_t i = 0; i < n; ++i) {
        row_[i] = gain_db_[i * vehicles.size() + v];
        rsrp_dbm_[v * cells_.size() + carrier.cells[i]] = reference_dbm_[carrier.cells[i]] + row_[i];
      }
      carrier.mac->set_gains(vehicles[v].slot, row_);
    }
  }
}

void NrAccess::refresh(std::span<const VehicleState> vehicles) {
  measure(vehicles);
  for (std::size_t v = 0; v < vehicles.size(); ++v)
    select(vehicles[v].slot, std::span(rsrp_dbm_).subspan(v * cells_.size(), cells_.size()));
}

void NrAccess::enter(const VehicleState& vehicle) {
  if (vehicle.slot >= ues_.size()) ues_.resize(vehicle.slot + 1);
  Ue& ue = ues_[vehicle.slot];
  ue.key = vehicle.key;
  ue.selection = uu::CellSelection();
  measure(std::span(&vehicle, 1));
  select(vehicle.slot, rsrp_dbm_);
}

void NrAccess::select(std::uint32_t slot, std::span<const float> rsrp_dbm) {
  Ue& ue = ues_[slot];
  static_cast<void>(ue);
  static_cast<void>(rsrp_dbm);
}

void NrAccess::change_cell(std::uint32_t slot, std::int32_t to) {
  Ue& ue = ues_[slot];
  const std::int32_t from = ue.cell;
  const TimeNs now = now_ns();
  if (ue.attached) carriers_[cells_[static_cast<std::size_t>(from)].carrier].mac->detach(slot);
  ue.attached = false;
  ue.cell = to;
  ++ue.generation;
  results_.event({.time_ns = now,
                  .kind = to < 0 ? EventKind::kCoverageLost : EventKind::kHandover,
                  .vehicle = fleet_.serial(slot),
                  .from = from,
                  .to = to});
  // What is on the way up waits in the UE for the new cell; what is on the way down is forwarded by the old one.
  std::vector<Transfer> down;
  std::vector<Transfer> open = std::move(ue.open);
  ue.open.clear();
  for (const auto& t : open) {
    if (to < 0) {
      journeys_.lost(t.ref, Outcome::kOutOfCoverage);
      continue;
    }
    journeys_.stages(t.ref).enter(Stage::kHandover, now);
    (t.direction == uu::Direction::kUplink ? ue.open : down).push_back(t);
  }
  if (to < 0) return;
  const SiteIndex old_site = from < 0 ? SiteIndex{} : cells_[static_cast<std::size_t>(from)].site;
  const TimeNs interruption = from < 0 ? 0 : params_[cells_[static_cast<std::size_t>(to)].carrier].handover_interruption_ns;
  if (interruption == 0) {
    join(slot, ue.generation);
  } else {
    schedule_at(now + interruption, &NrAccess::join, this, slot, ue.generation);
  }
  for (const auto& t : down) journeys_.downlink_moved(t.ref, old_site);
}

void NrAccess::join(std::uint32_t slot, std::uint32_t generation) {
  Ue& ue = ues_[slot];
  if (ue.generation != generation) return;  // it has moved on, or left
  const auto& cell = cells_[static_cast<std::size_t>(ue.cell)];
  Carrier& carrier = carriers_[cell.carrier];
  carrier.mac->attach(slot, static_cast<std::uint16_t>(mac_cell_[static_cast<std::size_t>(ue.cell)]), ue.key, now_ns());
  ue.attached = true;
  for (const auto& t : ue.open) carrier.mac->enqueue(t.direction, slot, t.ref, t.bytes, now_ns());
  wake(cell.carrier);
}

void NrAccess::leave(std::uint32_t slot) {
  Ue& ue = ues_[slot];
  if (ue.attached) carriers_[cells_[static_cast<std::size_t>(ue.cell)].carrier].mac->detach(slot);
  ue.attached = false;
  ue.cell = -1;
  ++ue.generation;
  ++ue.vehicle;
  const auto open = std::move(ue.open);
  ue.open.clear();
  for (const auto& t : open) journeys_.lost(t.ref, Outcome::kVehicleLeft);
}

}  // namespace cv2x
