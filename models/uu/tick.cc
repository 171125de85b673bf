// One symbol of the carrier: answers, phase one (all cells allocate), phase two (all receptions that begin).
#include <algorithm>
#include <cassert>
#include <cmath>

#include "models/base/prefetch.h"
#include "models/base/random.h"
#include "models/radio/numeric.h"
#include "models/uu/mac.h"

namespace cv2x::uu {
namespace {

// Weight of the past in the interference that link adaptation expects.
constexpr float kUplinkMemory = 0.75F;
constexpr float kDownlinkMemory = 0.95F;

void smooth(float& value, float sample, float memory) { value = memory * value + (1 - memory) * sample; }

/// A UE's downlink is rare and comes in bursts, its neighbours' too (a warning goes to everybody in an area
/// at once). A block whose MCS was chosen for the quiet between two bursts is lost with all its
/// retransmissions; one that was chosen for a burst only takes more PRBs. So the expectation rises at once
/// and falls slowly.
void smooth_downlink(float& value, float sample) {
  smooth(value, sample, sample > value ? 0.0F : kDownlinkMemory);
}

bool by_cell(const Transmission& a, const Transmission& b) { return a.cell < b.cell; }

}  // namespace

void Mac::fetch(Ue ue) const {
  const std::size_t flows = kDirections * qos_.bearers.size(), demands = kDirections * qos_.slices.size();
  prefetch(&ues_[ue], 1);
  prefetch(flows_.data() + ue * flows, flows);
  prefetch(demands_.data() + ue * demands, demands);
}

/// The same for all that a symbol's work is about: with thousands of UEs it is far from the cache.
void Mac::fetch(const Work& work) const {
  for (const BlockId id : work.granted) prefetch(&blocks_[id], 1);
  for (const BlockId id : work.resolved) prefetch(&blocks_[id], 1);
  for (const Owner& wanted : work.wanted) fetch(wanted.ue);
  for (const Owner& periodic : work.periodic) fetch(periodic.ue);
  for (const auto* blocks : {&work.granted, &work.resolved}) {
    for (const BlockId id : *blocks) {
      if (blocks_[id].ue != kEverybody) fetch(blocks_[id].ue);
    }
  }
}

void Mac::run_tick(Tick tick) {
  assert(tick >= next_tick_);
  next_tick_ = tick + 1;
  agenda_.forward(tick);
  agenda_.take(tick, work_);
  fetch(work_);
  agenda_.forward(next_tick_);
  for (auto& transmissions : on_air_)
    std::erase_if(transmissions, [&](const Transmission& t) { return t.end <= tick; });

  for (auto& settled : settled_) {
    for (; !settled.empty() && settled.front().first <= tick; settled.pop_front())
      resolve(settled.front().second);
  }
  for (const BlockId id : work_.ending) conclude(id);
  for (const BlockId id : work_.resolved) resolve(id);
  for (const Repeat& repeat : work_.repeats) this->repeat(repeat);
  for (const Discard& discard : work_.discards) this->discard(discard);
  for (const auto& [id, version] : work_.broadcast_discards) discard_broadcast(id, version);
  for (const BroadcastId id : work_.broadcasts) queue_broadcast(id);
  for (const Owner& wanted : work_.wanted) {
    if (!current(wanted)) continue;
    if (wanted.direction == Direction::kUplink) {
      Demand& wish = demand(wanted.direction, wanted.ue, wanted.index);
      wish.request_pending = false;
      wish.known_bytes = carrier_.first_grant_bytes + kPdcpHeaderBytes + kPartHeaderBytes;
      activate(wanted.direction, wanted.ue, wanted.index);
    } else if (ready_bytes(wanted.direction, wanted.ue, wanted.index, timing_.time(tick)) > 0) {
      activate(wanted.direction, wanted.ue, wanted.index);
    }
  }
  if (preempting_ && mini_->timing.assignments().holds(tick)) {
    preempting_ = false;
    for (Cell cell = 0; cell < cells_.size(); ++cell) {
      const Side& side = cells_[cell].side(Direction::kDownlink);
      if (!waiting_to_preempt(side)) continue;
      preempt(cell, tick);
      preempting_ |= waiting_to_preempt(side);
    }
  }
  for (const Direction direction : {Direction::kUplink, Direction::kDownlink}) {
    bool& busy = busy_[static_cast<std::size_t>(direction)];
    const bool uplink = direction == Direction::kUplink;
    if (!busy || !(uplink ? timing_.grants() : timing_.assignments()).holds(tick)) continue;
    busy = false;
    for (Cell cell = 0; cell < cells_.size(); ++cell) {
      if (cells_[cell].side(direction).idle()) continue;
      allocate(direction, cell, tick);
      busy |= !cells_[cell].side(direction).idle();
    }
  }
  for (const BlockId id : work_.granted) send(id, tick);
  for (const Owner& owner : work_.periodic) use_occasion(owner, tick);

  for (auto& transmissions : on_air_) {
    if (!std::is_sorted(transmissions.begin(), transmissions.end(), by_cell))
      std::stable_sort(transmissions.begin(), transmissions.end(), by_cell);
  }
  const auto begins = [&](const std::vector<Transmission>& transmissions) {
    return std::any_of(transmissions.begin(), transmissions.end(),
                       [&](const Transmission& t) { return t.start == tick; });
  };
  if (begins(on_air_[0])) interference_.uplink(on_air_[0], gains_);
  if (begins(on_air_[1])) interference_.downlink(on_air_[1], gains_);
  for (const auto& transmissions : on_air_) {
    for (const Transmission& transmission : transmissions) {
      if (transmission.start == tick) receive(transmission);
    }
  }
}

void Mac::repeat(const Repeat& repeat) {
  if (!current(repeat.owner)) return;
  const auto& [ue, attachment, direction, index] = repeat.owner;
  const auto bearer = static_cast<BearerId>(index);
  Buffer& buffer = flow(direction, ue, bearer).buffer;
  Transfer& transfer = transfers_[repeat.part.transfer];
  if (transfer.lost) {  // for another part; nobody waits for this one
    transfer.open_bytes -= repeat.part.bytes;
    if (transfer.open_bytes == 0) buffer.erase(transfers_, repeat.part.transfer);
    return;
  }
  buffer.repeat(transfers_, repeat.part.transfer, repeat.part.bytes);
  if (flow(direction, ue, bearer).grant.state == PeriodicGrant::State::kActive) {
    await_occasion(direction, ue, bearer, next_tick_);
  } else if (direction == Direction::kUplink) {
    request_if_unannounced(ue, qos_.bearers[bearer].slice);
  } else {
    activate(direction, ue, qos_.bearers[bearer].slice);
  }
}

void Mac::discard(const Discard& discard) {
  if (!current(discard.owner)) return;
  const auto& [ue, attachment, direction, bearer] = discard.owner;
  const Transfer& transfer = transfers_[discard.transfer];
  const bool same = transfer.ref == discard.ref && transfer.enqueue_ns == discard.enqueue_ns &&
                    transfer.bearer == bearer && transfer.open_bytes > 0;
  // RLC discards only what it has not begun to send (TS 38.322 §5.4).
  if (!same || transfer.begun) return;
  const Transfer gone = transfer;
  flow(direction, ue, bearer).buffer.drop(transfers_, discard.transfer);
  end_unsent(direction, ue, gone, timing_.time(next_tick_ - 1), Outcome::kDiscarded);
}

void Mac::resolve(BlockId id) {
  Block& block = blocks_[id];
  if (block.abandoned) return blocks_.remove(id);
  UeContext& context = ues_[block.ue];
  Link& link = context.link(block.direction);
  CellContext& cell = cells_[block.cell];
  const bool uplink = block.direction == Direction::kUplink;
  if (uplink) {
    smooth(cell.ul_noise_interference_mw, block.noise_interference_mw, kUplinkMemory);
  } else {
    smooth_downlink(context.dl_noise_interference_mw, block.noise_interference_mw);
  }
  if (block.transmissions == 1 && block.punctured == 0 && !carrier_.fixed_error_given)
    link_.learn(link.offset_db, block.decoded);
  if (!block.decoded && block.transmissions < carrier_.harq_transmissions) {
    cell.side(block.direction).slices[block.slice].retransmissions.push_back(id);
    mark_busy(block.direction, block.slice);
    return;
  }
  --link.processes;
  if (uplink) {
    Demand& wish = demand(block.direction, block.ue, block.slice);
    if (block.report_bytes > 0) --wish.reports_under_way;
    if (block.decoded && block.granted_bytes_then >= wish.report_then) {
      wish.report_then = block.granted_bytes_then;
      // What has been granted since the report was made is on its way.
      wish.known_bytes =
          std::max<std::int64_t>(0, block.report_bytes - (wish.granted_bytes - block.granted_bytes_then));
      if (wish.known_bytes > 0) activate(Direction::kUplink, block.ue, block.slice);
    }
    // The last report was lost: a new request (this is where retxBSR-Timer, TS 38.321 §5.4.5, expires).
    request_if_unannounced(block.ue, block.slice);
  }
  blocks_.remove(id);
}

/// The uplink block gets its data. False: there is none, the UE stays silent (skipUplinkTxDynamic, TS 38.321
/// §5.4.3.1.3).
bool Mac::prepare_pusch(BlockId id, Tick tick) {
  Block& block = blocks_[id];
  const Ue ue = block.ue;
  const SliceId slice = block.slice;
  const TimeNs now = timing_.time(tick);
  Demand& wish = demand(Direction::kUplink, ue, slice);
  --wish.grants_open;
  fill(Direction::kUplink, ue, slice, link_.bytes(Direction::kUplink, {block.mcs, block.prbs}) - kReportBytes,
       now, block.parts);
  if (block.parts.empty()) {
    --ues_[ue].link(Direction::kUplink).processes;
    blocks_.remove(id);
    request_if_unannounced(ue, slice);
    return false;
  }
  block.report_bytes = ready_bytes(Direction::kUplink, ue, slice, now);
  if (block.report_bytes > 0) ++wish.reports_under_way;
  request_if_unannounced(ue, slice);
  return true;
}

void Mac::send(BlockId id, Tick tick) {
  if (blocks_[id].abandoned) return blocks_.remove(id);
  const bool uplink = blocks_[id].direction == Direction::kUplink;
  if (uplink && blocks_[id].transmissions == 0 && blocks_[id].granted && !prepare_pusch(id, tick)) return;
  const Block& block = blocks_[id];
  const double psd_mw = uplink
                            ? std::min(ue_power_mw_ / block.sent_prbs, double{ues_[block.ue].pusch_target_mw})
                            : double{cells_[block.cell].psd_mw};
  on_air_[uplink ? 0 : 1].push_back({.start = tick,
                                     .end = tick + symbols(block),
                                     .block = id,
                                     .ue = block.ue,
                                     .cell = block.cell,
                                     .first_prb = block.first_prb,
                                     .end_prb = static_cast<std::uint16_t>(block.first_prb + block.sent_prbs),
                                     .psd_mw = static_cast<float>(psd_mw)});
  if (!mini_ || uplink) return;
  if (preempts(block.direction, block.slice)) {
    puncture_by(id);
  } else if (can_be_preempted(block)) {
    blocks_[id].punctured = 0;
    for (const OnAir& mini : cells_[block.cell].minis) puncture(id, mini);
  }
}

void Mac::count_prbs(const Block& block) {
  const auto d = static_cast<std::size_t>(block.direction);
  const double prb_slots = block.sent_prbs * symbols(block) / double{radio::kSymbolsPerSlot};
  cells_[block.cell].load.prb_slots[d] += prb_slots;
  cells_[block.cell].slice_loads[block.slice].prb_slots[d] += prb_slots;
}

double Mac::draw_fate(Direction direction, Ue ue, std::uint64_t block, int transmission) const {
  const auto bits = philox(seed_, fate_streams_[static_cast<std::size_t>(direction)], ues_[ue].key,
                           block | static_cast<std::uint64_t>(transmission) << 56);
  return to_uniform(static_cast<std::uint64_t>(bits[1]) << 32 | bits[0]);
}

void Mac::receive(const Transmission& transmission) {
  Block& block = blocks_[transmission.block];
  if (block.broadcast) return receive_broadcast(transmission);
  const bool uplink = block.direction == Direction::kUplink;
  block.noise_interference_mw = transmission.interference_mw + (uplink ? gnb_noise_mw_ : ue_noise_mw_);
  const auto layers = static_cast<double>(uplink ? carrier_.pusch.layers : carrier_.pdsch.layers);
  block.sinr =
      double{transmission.psd_mw} * gain(block.ue, block.cell) / (block.noise_interference_mw * layers);
  if (fading_) {
    block.sinr = fading_->effective(block.ue, block.sinr, transmission.first_prb, transmission.end_prb,
                                    link_.modulation_order(block.mcs), timing_.time(transmission.start));
  }
  if (can_be_preempted(block)) {
    agenda_.at(transmission.end).ending.push_back(transmission.block);
  } else {
    conclude(transmission.block);
  }
}

/// The fate of a transmission, once everything that touches it is known.
void Mac::conclude(BlockId id) {
  Block& block = blocks_[id];
  if (block.broadcast) return conclude_broadcast(id);
  if (block.abandoned) return blocks_.remove(id);
  const bool uplink = block.direction == Direction::kUplink;
  // A transmission on fewer PRBs, or of which mini-slots have taken a part, carries that share of the
  // information, log2(1 + SINR) a symbol; the UE is told which part to leave out (DCI format 2_1).
  const double share = (1 - double{block.punctured}) * block.sent_prbs / block.prbs;
  block.sinr_sum += share < 1 ? std::pow(1 + block.sinr, share) - 1 : block.sinr;
  if (carrier_.fixed_error_given) {
    const FixedErrorParams& errors = carrier_.fixed_error;
    block.decoded = draw_fate(block.direction, block.ue, block.sequence, block.transmissions) >=
                    (block.transmissions == 0 ? errors.first : errors.later);
  } else {
    if (block.transmissions == 0) block.fate = draw_fate(block.direction, block.ue, block.sequence, 0);
    block.decoded = block.fate >= link(block.direction, block.slice)
                                      .error_rate(block.direction, {block.mcs, block.prbs}, block.sinr_sum);
  }
  ++block.transmissions;

  const auto d = static_cast<std::size_t>(block.direction);
  CellLoad& load = cells_[block.cell].load;
  ++load.blocks[d];
  if (!block.decoded) ++load.nacks[d];
  SliceLoad& slice = cells_[block.cell].slice_loads[block.slice];
  ++slice.blocks[d];
  if (!block.decoded) ++slice.nacks[d];
  slice.mcs_sum[d] += block.mcs;
  slice.sinr_db_sum[d] += radio::to_db(block.sinr);
  slice.preempted += block.punctured > 0 ? 1 : 0;
  if (block.decoded || block.transmissions == carrier_.harq_transmissions) settle(block);
  const Timing& timing = this->timing(block.direction, block.slice);
  Tick known = uplink ? timing.grant_after_pusch(block.start) : timing.assignment_after_pdsch(block.start);
  if (const TimeNs more = carrier_.processing.first_retransmission_ns;
      more > 0 && !block.decoded && block.transmissions == 1)
    known = (uplink ? timing.grants() : timing.assignments()).next(timing.tick(timing.time(known) + more));
  if (block.decoded && block.report_bytes == 0) {
    settled_[d].emplace_back(known, id);
  } else {
    agenda_.at(known).resolved.push_back(id);
  }
}

void Mac::settle(const Block& block) {
  for (const Part& part : block.parts) {
    Transfer& transfer = transfers_[part.transfer];
    Buffer& buffer = flow(block.direction, block.ue, transfer.bearer).buffer;
    if (!block.decoded && !transfer.lost && transfer.repeats < qualities_[transfer.bearer].repeats) {
      ++transfer.repeats;
      transfer.lost_ns = timing_.time(block.start + symbols(block));
      agenda_.at(std::max(next_tick_, timing_.tick(transfer.lost_ns + carrier_.rlc_status_delay_ns)))
          .repeats.push_back({owner(block.direction, block.ue, transfer.bearer), part});
      continue;
    }
    transfer.open_bytes -= part.bytes;
    if (!transfer.lost && !block.decoded) {
      transfer.lost = true;
      end_transfer(block, transfer, Outcome::kHarqExhausted, block.ue);
    } else if (!transfer.lost && transfer.open_bytes == 0) {
      end_transfer(block, transfer, Outcome::kDelivered, block.ue);
    }
    if (transfer.open_bytes == 0) buffer.erase(transfers_, part.transfer);
  }
}

}  // namespace cv2x::uu
