// One slot of the carrier: phase one (all cells allocate), phase two (all receptions).
#include <algorithm>
#include <cassert>

#include "models/base/random.h"
#include "models/uu/mac.h"

namespace cv2x::uu {
namespace {

constexpr std::size_t kMostCandidates = 64;  // shown to the scheduler
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

}  // namespace

void Mac::run_slot(std::int64_t slot) {
  assert(slot >= next_slot_);
  next_slot_ = slot + 1;
  agenda_.forward(slot);
  agenda_.take(slot, work_);
  agenda_.forward(next_slot_);
  for (auto& transmissions : on_air_) transmissions.clear();

  for (const BlockId id : work_.resolved) resolve(id);
  for (const Repeat& repeat : work_.repeats) this->repeat(repeat);
  for (const Request& request : work_.requests) {
    if (!current(request)) continue;
    UplinkState& uplink = ues_[request.ue].uplink;
    uplink.request_pending = false;
    uplink.known_bytes = carrier_.first_grant_bytes + kPdcpHeaderBytes + kPartHeaderBytes;
    activate(Direction::kUplink, request.ue);
  }
  for (const Request& arrival : work_.arrivals) {
    if (current(arrival) && !ues_[arrival.ue].flow(Direction::kDownlink).buffer.empty()) {
      activate(Direction::kDownlink, arrival.ue);
    }
  }
  for (Cell cell = 0; cell < cells_.size(); ++cell) {
    for (const Direction direction : {Direction::kUplink, Direction::kDownlink}) {
      if (!cells_[cell].side(direction).idle()) allocate(direction, cell, slot);
    }
  }
  for (const BlockId id : work_.granted) send_pusch(id, slot);

  interference_.uplink(on_air_[0], gains_);
  interference_.downlink(on_air_[1], gains_);
  for (const auto& transmissions : on_air_) {
    for (const Transmission& transmission : transmissions) receive(transmission, slot);
  }
}

void Mac::repeat(const Repeat& repeat) {
  if (!current(repeat.owner)) return;
  Buffer& buffer = ues_[repeat.owner.ue].flow(repeat.direction).buffer;
  Transfer& transfer = transfers_[repeat.part.transfer];
  if (transfer.lost) {  // for another part; nobody waits for this one
    transfer.open_bytes -= repeat.part.bytes;
    if (transfer.open_bytes == 0) buffer.erase(transfers_, repeat.part.transfer);
    return;
  }
  buffer.repeat(transfers_, repeat.part.transfer, repeat.part.bytes);
  if (repeat.direction == Direction::kUplink) {
    request_if_unannounced(repeat.owner.ue);
  } else {
    activate(Direction::kDownlink, repeat.owner.ue);
  }
}

void Mac::resolve(BlockId id) {
  Block& block = blocks_[id];
  if (block.abandoned) return blocks_.remove(id);
  UeContext& context = ues_[block.ue];
  Flow& flow = context.flow(block.direction);
  CellContext& cell = cells_[block.cell];
  const bool uplink = block.direction == Direction::kUplink;
  if (uplink) {
    smooth(cell.ul_noise_interference_mw, block.noise_interference_mw, kUplinkMemory);
  } else {
    smooth_downlink(context.dl_noise_interference_mw, block.noise_interference_mw);
  }
  if (block.transmissions == 1) link_.learn(flow.offset_db, block.decoded);
  if (!block.decoded && block.transmissions < carrier_.harq_transmissions) {
    cell.side(block.direction).retransmissions.push_back(id);
    return;
  }
  --flow.processes;
  if (uplink) {
    UplinkState& state = context.uplink;
    if (block.report_bytes > 0) --state.reports_under_way;
    if (block.decoded && block.granted_bytes_then > state.report_then) {
      state.report_then = block.granted_bytes_then;
      // What has been granted since the report was made is on its way.
      state.known_bytes =
          std::max<std::int64_t>(0, block.report_bytes - (state.granted_bytes - block.granted_bytes_then));
      if (state.known_bytes > 0) activate(Direction::kUplink, block.ue);
    }
    // The last report was lost: a new request (this is where retxBSR-Timer, TS 38.321 §5.4.5, expires).
    request_if_unannounced(block.ue);
  }
  blocks_.remove(id);
}

void Mac::allocate(Direction direction, Cell cell, std::int64_t slot) {
  Side& side = cells_[cell].side(direction);
  int first_prb = 0;
  const int grants = kMaxGrants - retransmit(direction, cell, slot, first_prb);

  const std::size_t count = std::min(side.waiting.size(), kMostCandidates);
  candidates_.clear();
  for (std::size_t i = 0; i < count; ++i) candidates_.push_back(candidate(direction, side.waiting[i], slot));
  given_.resize(count);
  scheduler_->share(candidates_, timing_.prbs() - first_prb, grants, given_);

  served_.clear();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Ue ue = candidates_[i].ue;
    if (given_[i] > 0) {
      first_prb += begin_block(direction, ue, slot, first_prb, given_[i]);
      served_.push_back(ue);
    } else {
      side.waiting[kept++] = ue;
    }
  }
  // Who was served and has more goes to the end.
  side.waiting.erase(side.waiting.begin() + static_cast<std::ptrdiff_t>(kept),
                     side.waiting.begin() + static_cast<std::ptrdiff_t>(count));
  for (const Ue ue : served_) {
    UeContext& context = ues_[ue];
    const std::int64_t more = direction == Direction::kUplink ? context.uplink.known_bytes
                                                              : context.flow(direction).buffer.ready_bytes(
                                                                    transfers_, timing_.slot_start(slot));
    context.flow(direction).waiting = more > 0;
    if (more > 0) side.waiting.push_back(ue);
  }
  side.load = decayed_load(side, slot) + one_slot_load_ * first_prb / timing_.prbs();
  side.load_slot = slot;
}

int Mac::retransmit(Direction direction, Cell cell, std::int64_t slot, int& first_prb) {
  std::vector<BlockId>& queue = cells_[cell].side(direction).retransmissions;
  int grants = 0;
  std::size_t served = 0;
  for (; served < queue.size() && grants < kMaxGrants; ++served) {
    const BlockId id = queue[served];
    if (blocks_[id].abandoned) {
      blocks_.remove(id);
      continue;
    }
    if (blocks_[id].prbs > timing_.prbs() - first_prb) break;  // it comes first in the next slot
    place(id, slot, first_prb);
    first_prb += blocks_[id].prbs;
    ++grants;
  }
  queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(served));
  return grants;
}

Candidate Mac::candidate(Direction direction, Ue ue, std::int64_t slot) const {
  const UeContext& context = ues_[ue];
  const Flow& flow = context.flow(direction);
  if (flow.processes >= kHarqProcesses) return {.ue = ue};
  Format format;
  if (direction == Direction::kUplink) {
    const std::int64_t bytes = std::max(context.uplink.known_bytes + kReportBytes, kUsefulBlockBytes);
    format = link_.uplink(uplink_budget(ue), flow.offset_db, bytes);
  } else {
    format = link_.downlink(downlink_sinr(ue), flow.offset_db,
                            flow.buffer.ready_bytes(transfers_, timing_.slot_start(slot)));
  }
  const int useful = std::min(format.prbs, link_.sizes(direction).prbs_for(format.mcs, kUsefulBlockBytes));
  return {.ue = ue,
          .prbs_useful = static_cast<std::uint16_t>(useful),
          .prbs_needed = static_cast<std::uint16_t>(format.prbs)};
}

int Mac::begin_block(Direction direction, Ue ue, std::int64_t slot, int first_prb, int prbs) {
  UeContext& context = ues_[ue];
  Flow& flow = context.flow(direction);
  const BlockId id = blocks_.add();
  Block& block = blocks_[id];
  block.ue = ue;
  block.cell = context.cell;
  block.direction = direction;
  block.prbs = static_cast<std::uint16_t>(prbs);
  block.grant_slot = slot;
  const auto bits =
      philox(seed_, fate_streams_[static_cast<std::size_t>(direction)], context.key, flow.blocks++);
  block.fate = to_uniform(static_cast<std::uint64_t>(bits[1]) << 32 | bits[0]);
  ++flow.processes;
  if (direction == Direction::kUplink) {
    block.first_slot = timing_.pusch_after_grant(slot);
    const int mcs = link_.select(uplink_budget(ue).sinr(prbs), flow.offset_db);
    block.mcs = static_cast<std::uint8_t>(mcs);
    const std::int64_t room = link_.bytes(direction, {mcs, prbs}) - kReportBytes;
    UplinkState& uplink = context.uplink;
    uplink.known_bytes = std::max<std::int64_t>(0, uplink.known_bytes - room);
    uplink.granted_bytes += room;
    block.granted_bytes_then = uplink.granted_bytes;
    ++uplink.grants_open;
  } else {
    block.first_slot = slot;
    const int mcs = link_.select(downlink_sinr(ue), flow.offset_db);
    block.mcs = static_cast<std::uint8_t>(mcs);
    flow.buffer.fill(transfers_, link_.bytes(direction, {mcs, prbs}), timing_.slot_start(slot), block.parts);
  }
  place(id, slot, first_prb);
  return prbs;
}

void Mac::place(BlockId id, std::int64_t slot, int first_prb) {
  Block& block = blocks_[id];
  block.first_prb = static_cast<std::uint16_t>(first_prb);
  CellContext& cell = cells_[block.cell];
  cell.load.prb_slots[static_cast<std::size_t>(block.direction)] += block.prbs;
  if (block.direction == Direction::kUplink) {
    agenda_.at(timing_.pusch_after_grant(slot)).granted.push_back(id);
    return;
  }
  on_air_[1].push_back({.block = id,
                        .ue = block.ue,
                        .cell = block.cell,
                        .first_prb = block.first_prb,
                        .end_prb = static_cast<std::uint16_t>(first_prb + block.prbs),
                        .psd_mw = cell.psd_mw});
}

void Mac::send_pusch(BlockId id, std::int64_t slot) {
  Block& block = blocks_[id];
  if (block.abandoned) return blocks_.remove(id);
  const Ue transmitter = block.ue;
  UeContext& context = ues_[transmitter];
  if (block.transmissions == 0) {
    Flow& flow = context.flow(Direction::kUplink);
    const TimeNs start = timing_.slot_start(slot);
    --context.uplink.grants_open;
    flow.buffer.fill(transfers_, link_.bytes(Direction::kUplink, {block.mcs, block.prbs}) - kReportBytes,
                     start, block.parts);
    if (block.parts
            .empty()) {  // nothing to send: the UE stays silent (skipUplinkTxDynamic, TS 38.321 §5.4.3.1.3)
      --flow.processes;
      blocks_.remove(id);
      return request_if_unannounced(transmitter);
    }
    block.report_bytes = flow.buffer.ready_bytes(transfers_, start);
    if (block.report_bytes > 0) ++context.uplink.reports_under_way;
    request_if_unannounced(transmitter);
  }
  const double psd_mw = std::min(ue_power_mw_ / block.prbs, double{context.pusch_target_mw});
  on_air_[0].push_back({.block = id,
                        .ue = block.ue,
                        .cell = block.cell,
                        .first_prb = block.first_prb,
                        .end_prb = static_cast<std::uint16_t>(block.first_prb + block.prbs),
                        .psd_mw = static_cast<float>(psd_mw)});
}

void Mac::receive(const Transmission& transmission, std::int64_t slot) {
  Block& block = blocks_[transmission.block];
  const bool uplink = block.direction == Direction::kUplink;
  block.noise_interference_mw = transmission.interference_mw + (uplink ? gnb_noise_mw_ : ue_noise_mw_);
  block.sinr_sum += double{transmission.psd_mw} * gain(block.ue, block.cell) / block.noise_interference_mw;
  const double error_rate = link_.error_rate(block.direction, {block.mcs, block.prbs}, block.sinr_sum);
  block.decoded = block.fate >= error_rate;
  ++block.transmissions;

  CellLoad& load = cells_[block.cell].load;
  ++load.blocks[static_cast<std::size_t>(block.direction)];
  if (!block.decoded) ++load.nacks[static_cast<std::size_t>(block.direction)];
  if (block.decoded || block.transmissions == carrier_.harq_transmissions) settle(block, slot);
  agenda_.at(uplink ? timing_.grant_after_pusch(slot) : timing_.pdsch_after_feedback(slot))
      .resolved.push_back(transmission.block);
}

void Mac::settle(const Block& block, std::int64_t slot) {
  Buffer& buffer = ues_[block.ue].flow(block.direction).buffer;
  for (const Part& part : block.parts) {
    Transfer& transfer = transfers_[part.transfer];
    if (!block.decoded && !transfer.lost && transfer.repeats < carrier_.rlc_retransmissions) {
      ++transfer.repeats;
      transfer.lost_ns = timing_.slot_end(slot);
      agenda_.at(timing_.next_slot(transfer.lost_ns + carrier_.rlc_status_delay_ns))
          .repeats.push_back({{block.ue, ues_[block.ue].attachments}, block.direction, part});
      continue;
    }
    transfer.open_bytes -= part.bytes;
    if (!transfer.lost && !block.decoded) {
      transfer.lost = true;
      end_transfer(block, transfer, slot, Outcome::kHarqExhausted);
    } else if (!transfer.lost && transfer.open_bytes == 0) {
      end_transfer(block, transfer, slot, Outcome::kDelivered);
    }
    if (transfer.open_bytes == 0) buffer.erase(transfers_, part.transfer);
  }
}

}  // namespace cv2x::uu
