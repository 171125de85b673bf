#include "sim/world/access_nr.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "models/base/prefetch.h"
#include "models/mobility/dwell.h"
#include "models/radio/numerology.h"
#include "models/radio/power.h"

namespace cv2x {
namespace {

/// Loss a decade of distance that dwell times assume: TR 38.901 table 7.4.1-1 has 35.3 to 39.1 dB without
/// line of sight and 40 dB with it beyond the breakpoint.
constexpr double kSlopeDb = 39;

}  // namespace

NrAccess::NrAccess(const RadioParams& params, std::vector<NrCell> cells, const Seed& seed,
                   JourneyEvents& journeys, ResultSink& results, const Fleet& fleet, const uu::QosParams& qos)
    : params_(params.carriers),
      cells_(std::move(cells)),
      slices_(qos.slices.size()),
      handover_(params.handover),
      selection_(params.handover),
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
  mobility_.resize(cells_.size());
  due_.resize(cells_.size());
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

void NrAccess::broadcast(std::int32_t cell, std::span<const BroadcastReceiver> receivers,
                         ServiceIndex service, std::int64_t bytes) {
  const auto bearer = static_cast<uu::BearerId>(service.value);
  receivers_.clear();
  for (const auto& r : receivers) {
    journeys_.stages(r.ref).enter(Stage::kDlProcessing, now_ns());
    ues_[r.slot].open.push_back({r.ref, bytes, uu::Direction::kDownlink, bearer, true});
    receivers_.push_back({r.slot, r.ref});
  }
  carrier_of(cell).mac->broadcast(mac_cell_[static_cast<std::size_t>(cell)], receivers_, bytes, now_ns(),
                                  bearer);
  wake(cells_[static_cast<std::size_t>(cell)].carrier);
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
  for (const auto& d : done) prefetch(&ues_[d.ue], 1);
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

void NrAccess::refresh(std::span<const VehicleState> vehicles) {
  measure(vehicles);
  auto renewal = renewals_.begin();
  for (std::size_t i = 0; i < vehicles.size(); ++i) {
    const VehicleState& v = vehicles[i];
    constexpr std::size_t kAhead = 4;
    if (i + kAhead < vehicles.size()) fetch(vehicles[i + kAhead].slot);
    if (renewal != renewals_.end() && renewal->slot == v.slot) apply(*renewal++);
    if (!ues_[v.slot].settled) select(v.slot);
    set_motion(v);
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
  apply(renewals_.front());
  select(vehicle.slot);
  set_motion(vehicle);
}

void NrAccess::select(std::uint32_t slot) {
  Ue& ue = ues_[slot];
  heard_.clear();
  for (const auto c : ue.near) heard_.push_back({c, rsrp_dbm(slot, c)});
  const bool monitored = handover_.monitoring_given && ue.cell >= 0;
  const double sinr_db =
      monitored ? carrier_of(ue.cell).mac->monitored_sinr_db(slot) : std::numeric_limits<double>::infinity();
  const uu::CellChange change = selection_.measure(slot, heard_, sinr_db, now_ns());
  // Served by the strongest, it would be told the same until its gains change.
  ue.settled = change.kind == uu::CellChange::Kind::kNone && selection_.settled(slot);
  if (change.kind == uu::CellChange::Kind::kNone) return;
  const std::int32_t cell = change.cell == uu::kNoCell ? -1 : static_cast<std::int32_t>(change.cell);
  if (change.kind == uu::CellChange::Kind::kHandoverFailed) {
    record(slot, ue.cell, cell, change.kind);
  } else {
    change_cell(slot, cell, change.kind);
  }
}

void NrAccess::record(std::uint32_t slot, std::int32_t from, std::int32_t to, uu::CellChange::Kind kind) {
  using Kind = uu::CellChange::Kind;
  MobilityCounts& old = mobility_[static_cast<std::size_t>(from)];
  EventKind event = EventKind::kHandover;
  if (kind == Kind::kHandoverFailed) {
    event = EventKind::kHandoverFailed;
    ++old.failed_handovers;
  } else if (kind == Kind::kRadioLinkFailed || kind == Kind::kRecoveredByTarget) {
    event = EventKind::kRadioLinkFailed;
    ++old.failed_links;
  } else if (to < 0) {
    event = EventKind::kCoverageLost;
  } else {
    ++old.out;
    ++mobility_[static_cast<std::size_t>(to)].in;
  }
  results_.event(
      {.time_ns = now_ns(), .kind = event, .vehicle = fleet_.serial(slot), .from = from, .to = to});
}

void NrAccess::change_cell(std::uint32_t slot, std::int32_t to, uu::CellChange::Kind kind) {
  Ue& ue = ues_[slot];
  const std::int32_t from = ue.cell;
  const SiteIndex before = serving_site(slot);
  const TimeNs now = now_ns();
  if (from >= 0) carrier_of(from).mac->detach(slot);
  const std::vector<Transfer> open = std::move(ue.open);
  ue.open.clear();
  ue.cell = to;
  if (from >= 0) tell_mac(slot, static_cast<std::uint32_t>(from));  // as one that interferes
  if (to >= 0) {
    tell_mac(slot, static_cast<std::uint32_t>(to));
    const bool failed = kind == uu::CellChange::Kind::kRadioLinkFailed || ue.failed;
    // The first cell of a vehicle costs no interruption: it was connected before it came into the world.
    const TimeNs interruption = failed      ? handover_.monitoring.reestablishment_ns
                                : from >= 0 ? handover_.interruption_ns
                                            : 0;
    carrier_of(to).mac->attach(slot, ue.key, mac_cell_[static_cast<std::size_t>(to)], now + interruption);
  }
  ue.failed = to < 0 && kind == uu::CellChange::Kind::kRadioLinkFailed;
  if (from >= 0) record(slot, from, to, kind);
  for (const auto& t : open) {
    if (to < 0) {
      journeys_.lost(t.ref, Outcome::kOutOfCoverage);
      continue;
    }
    if (t.broadcast) {
      journeys_.lost(t.ref, Outcome::kBroadcastMissed);
      continue;
    }
    journeys_.stages(t.ref).enter(Stage::kHandover, now);
    if (t.direction == uu::Direction::kUplink) {
      enqueue(slot, t);
    } else {
      journeys_.downlink_moved(t.ref, cells_[static_cast<std::size_t>(from)].site);
    }
  }
  if (serving_site(slot) != before) tell_serving_change(slot);
}

void NrAccess::leave(std::uint32_t slot) {
  Ue& ue = ues_[slot];
  if (ue.cell >= 0) carrier_of(ue.cell).mac->detach(slot);
  ue.cell = -1;
  ue.failed = false;
  ue.near.clear();
  ue.middle.clear();
  selection_.forget(slot);
  ++ue.vehicle;
  const std::vector<Transfer> open = std::move(ue.open);
  ue.open.clear();
  for (const auto& t : open) journeys_.lost(t.ref, Outcome::kVehicleLeft);
}

void NrAccess::fetch(std::uint32_t slot) const {
  if (slot >= ues_.size()) return;
  prefetch(&ues_[slot], 1);
  if (carriers_.size() == 1) carriers_.front().mac->fetch(slot);
}

AccessEstimate NrAccess::estimate(std::uint32_t slot) const {
  const std::int32_t cell = ues_[slot].cell;
  if (cell < 0) return {};
  const std::uint32_t carrier = cells_[static_cast<std::size_t>(cell)].carrier;
  const uu::Mac& mac = *carriers_[carrier].mac;
  // expected_bps is of all PRBs, so the power is that of all PRBs.
  const CarrierParams& p = params_[carrier];
  const auto mu = static_cast<int>(p.numerology);
  const double path_loss_db =
      std::max(0.0F, -gain_db_[slot * cells_.size() + static_cast<std::size_t>(cell)]);
  const double power_dbm = radio::pusch_power_dbm(
      p.ue_power_dbm, p.p0_dbm, p.alpha, mu, *radio::prbs(p.bandwidth_hz, mu, p.frequency_hz), path_loss_db);
  return {.connected = true,
          .uplink_bps = mac.expected_bps(uu::Direction::kUplink, slot),
          .downlink_bps = mac.expected_bps(uu::Direction::kDownlink, slot),
          .uplink_delay_ns = mac.access_delay_ns(uu::Direction::kUplink),
          .downlink_delay_ns = mac.access_delay_ns(uu::Direction::kDownlink),
          .uplink_power_w = radio::from_db(power_dbm) * 1e-3};
}

TimeNs NrAccess::dwell_ns(std::uint32_t slot, const Kinematics& now) const {
  const Ue& ue = ues_[slot];
  if (ue.cell < 0) return 0;
  const auto serving = static_cast<std::uint32_t>(ue.cell);
  TimeNs dwell = kNever;
  for (const auto c : ue.near) {
    if (cells_[c].site == cells_[serving].site) continue;
    dwell = std::min(dwell, dwell_before(now, cells_[serving].position, cells_[c].position,
                                         double{rsrp_dbm(slot, c)} - double{rsrp_dbm(slot, serving)},
                                         handover_.offset_db + handover_.hysteresis_db, kSlopeDb));
  }
  return dwell;
}

void NrAccess::sample(TimeNs interval, ResultSink& sink) {
  for (std::uint32_t c = 0; c < cells_.size(); ++c) {
    const auto& p = params_[cells_[c].carrier];
    const auto mu = static_cast<int>(p.numerology);
    uu::Mac& mac = *carriers_[cells_[c].carrier].mac;
    const uu::CellLoad load = mac.take_load(mac_cell_[c]);
    const double prb_slots = static_cast<double>(interval) / static_cast<double>(radio::slot_ns(mu)) *
                             *radio::prbs(p.bandwidth_hz, mu, p.frequency_hz);
    const MobilityCounts moved = std::exchange(mobility_[c], {});
    const auto share = [&](double used) { return static_cast<float>(used / prb_slots); };
    sink.cell({.time_ns = now_ns(),
               .cell = static_cast<std::uint16_t>(c),
               .ues = load.ues,
               .ul_prb_share = share(load.prb_slots[0]),
               .dl_prb_share = share(load.prb_slots[1]),
               .ul_blocks = load.blocks[0],
               .ul_nacks = load.nacks[0],
               .dl_blocks = load.blocks[1],
               .dl_nacks = load.nacks[1],
               .handovers_in = moved.in,
               .handovers_out = moved.out,
               .handover_failures = moved.failed_handovers,
               .radio_link_failures = moved.failed_links});
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
