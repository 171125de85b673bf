// Downlink broadcast (NR MBS, TS 38.300 §16.10): a message goes out once in a cell, for whoever listens.
//
// A fixed MCS (the gNB knows nobody's channel), unacknowledged mode, no HARQ: nobody answers, so a block is
// sent once and who does not decode it has lost the message. Who changes its cell before the last part has
// been sent misses it. The gNB learns of neither and sends on, even when nobody is left. A message goes
// before the new unicast data of its slice, in PRBs of the slice's share; its assignment is one group-common
// PDCCH. Blocks carry messages of one bearer (a G-RNTI). UEs receive it beside a block of their own in the
// same slot (multiplexed in frequency), and need no place in the slice. Left out: MCCH (UEs know what is
// sent), RLC repetitions, reception of neighbouring cells.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "models/base/random.h"
#include "models/radio/numeric.h"
#include "models/uu/mac.h"

namespace cv2x::uu {
namespace {

constexpr auto kDown = Direction::kDownlink;

bool by_ue(const Listener& a, const Listener& b) { return a.ue < b.ue; }

}  // namespace

void Mac::prepare_broadcast() {
  if (broadcast_link_) return;
  CarrierParams carrier = carrier_;
  carrier.pdsch.layers = carrier.pdsch.broadcast.layers;
  broadcast_link_.emplace(carrier, timing_);
  if (mini_) {
    carrier.pdsch.symbols = carrier.pdsch.preempting_symbols;
    mini_broadcast_link_.emplace(carrier, mini_->timing);
  }
  // As many control channel elements as the weakest UE needs that can decode the data; half an occasion at
  // most, so that the uplink's grants, which leave that half alone, do not hold it up for ever.
  const double sinr = radio::from_db(broadcast_link_->threshold_db(broadcast_mcs()));
  broadcast_cces_ = std::max(1, std::min(cces_at(sinr), cces_ / 2));
}

const LinkAdaptation& Mac::broadcast_link(SliceId slice) const {
  return preempts(kDown, slice) ? *mini_broadcast_link_ : *broadcast_link_;
}

void Mac::broadcast(Cell cell, std::span<const Receiver> receivers, std::int64_t bytes, TimeNs now,
                    BearerId bearer) {
  assert(cell < cells_.size() && bytes > 0 && bearer < qos_.bearers.size());
  prepare_broadcast();
  agenda_.forward(timing_.tick_holding(now));
  const BroadcastId id = broadcasts_.add();
  Broadcast& b = broadcasts_[id];
  b.cell = cell;
  b.bearer = bearer;
  b.slice = qos_.bearers[bearer].slice;
  b.unsent_bytes = bytes + kPdcpHeaderBytes;
  b.enqueue_ns = now;
  b.ready_ns = timing_.ready_for_pdsch(now);
  b.receivers.assign(receivers.begin(), receivers.end());
  const Tick possible = timing(kDown, b.slice).assignments().next(timing_.tick(b.ready_ns));
  b.possible_ns = timing_.time(possible);
  agenda_.at(possible).broadcasts.push_back(id);
  if (const TimeNs timer = qos_.slices[b.slice].discard_ns; timer > 0)
    agenda_.at(timing_.tick(now + timer)).broadcast_discards.emplace_back(id, b.version);
}

void Mac::queue_broadcast(BroadcastId id) {
  const Broadcast& b = broadcasts_[id];
  cells_[b.cell].side(kDown).slices[b.slice].broadcasts.push_back(id);
  mark_busy(kDown, b.slice);
}

/// Bytes, with headers, of those at the head of the queue that may share a block.
std::int64_t Mac::broadcast_bytes(const SliceQueue& queue) {
  std::int64_t bytes = 0;
  const BearerId bearer = broadcasts_[queue.broadcasts.front()].bearer;
  for (const BroadcastId id : queue.broadcasts) {
    if (broadcasts_[id].bearer != bearer) break;
    bytes += broadcasts_[id].unsent_bytes + kPartHeaderBytes;
  }
  return bytes;
}

int Mac::wanted_broadcast_prbs(const SliceQueue& queue, SliceId slice) {
  if (queue.broadcasts.empty()) return 0;
  return broadcast_link(slice).sizes(kDown).prbs_for(broadcast_mcs(), broadcast_bytes(queue));
}

int Mac::send_broadcasts(Cell cell, SliceId slice, Tick pdcch, int prbs, int& cces) {
  Side& side = cells_[cell].side(kDown);
  SliceQueue& queue = side.slices[slice];
  int used = 0;
  while (!queue.broadcasts.empty() && broadcast_cces_ <= cces && used < prbs) {
    const BlockSizes& sizes = broadcast_link(slice).sizes(kDown);
    const int mcs = broadcast_mcs();
    const int wanted = wanted_broadcast_prbs(queue, slice), given = std::min(wanted, prbs - used);
    const int useful = std::max(sizes.prbs_for(mcs, kPartHeaderBytes + 1),
                                std::min(sizes.prbs_for(mcs, kUsefulBlockBytes),
                                         shares_[static_cast<std::size_t>(kDown)][slice].kept_dynamic()));
    if (given < std::min(wanted, useful)) break;
    const BlockId block_id = blocks_.add();
    Block& block = blocks_[block_id];
    block.broadcast = true;
    block.ue = kEverybody;
    block.cell = cell;
    block.direction = kDown;
    block.slice = slice;
    block.prbs = block.sent_prbs = static_cast<std::uint16_t>(given);
    block.mcs = static_cast<std::uint8_t>(mcs);
    block.grant = pdcch;
    block.first_start = side.start;
    std::int64_t room = sizes.bytes(mcs, given);
    const BearerId bearer = broadcasts_[queue.broadcasts.front()].bearer;
    std::size_t through = 0;
    for (const BroadcastId id : queue.broadcasts) {
      Broadcast& b = broadcasts_[id];
      if (b.bearer != bearer || room <= kPartHeaderBytes) break;
      const std::int64_t bytes = std::min(b.unsent_bytes, room - kPartHeaderBytes);
      block.parts.push_back({id, bytes});
      room -= bytes + kPartHeaderBytes;
      b.unsent_bytes -= bytes;
      b.begun = true;
      ++b.open_blocks;
      if (b.unsent_bytes > 0) break;
      ++through;
    }
    queue.broadcasts.erase(queue.broadcasts.begin(),
                           queue.broadcasts.begin() + static_cast<std::ptrdiff_t>(through));
    used += given;
    cces -= broadcast_cces_;
    place(block_id, side, pdcch);
  }
  return used;
}

/// A block begins: who listens, and at which SINR.
void Mac::receive_broadcast(const Transmission& transmission) {
  Block& block = blocks_[transmission.block];
  for (const Part& part : block.parts) {
    for (const Receiver& receiver : broadcasts_[part.transfer].receivers)
      block.listeners.push_back({.ue = receiver.ue});
  }
  std::sort(block.listeners.begin(), block.listeners.end(), by_ue);
  const auto same = [](const Listener& a, const Listener& b) { return a.ue == b.ue; };
  block.listeners.erase(std::unique(block.listeners.begin(), block.listeners.end(), same),
                        block.listeners.end());
  const auto layers = static_cast<double>(carrier_.pdsch.broadcast.layers);
  for (Listener& listener : block.listeners) {
    UeContext& context = ues_[listener.ue];
    const double noise_interference_mw =
        interference_.downlink_at(listener.ue, transmission, gains_) + ue_noise_mw_;
    listener.sinr =
        double{transmission.psd_mw} * gain(listener.ue, block.cell) / (noise_interference_mw * layers);
    if (fading_) {
      listener.sinr =
          fading_->effective(listener.ue, listener.sinr, transmission.first_prb, transmission.end_prb,
                             link_.modulation_order(block.mcs), timing_.time(transmission.start));
    }
    listener.on_the_cell = context.usable_ns <= timing_.time(transmission.start);
    listener.sequence = context.broadcasts++;
  }
  if (can_be_preempted(block)) {
    agenda_.at(transmission.end).ending.push_back(transmission.block);
  } else {
    conclude_broadcast(transmission.block);
  }
}

void Mac::conclude_broadcast(BlockId id) {
  Block& block = blocks_[id];
  const LinkAdaptation& link = broadcast_link(block.slice);
  const double share = 1 - double{block.punctured};  // see conclude()
  block.transmissions = 1;
  double sinr_db_sum = 0;
  for (Listener& listener : block.listeners) {
    const double sinr = share < 1 ? std::pow(1 + listener.sinr, share) - 1 : listener.sinr;
    const double error = carrier_.fixed_error_given ? carrier_.fixed_error.first
                                                    : link.error_rate(kDown, {block.mcs, block.prbs}, sinr);
    const auto bits = philox(seed_, broadcast_stream_, ues_[listener.ue].key, listener.sequence);
    listener.decoded =
        listener.on_the_cell && to_uniform(static_cast<std::uint64_t>(bits[1]) << 32 | bits[0]) >= error;
    sinr_db_sum += radio::to_db(listener.sinr);
  }
  const auto d = static_cast<std::size_t>(kDown);
  ++cells_[block.cell].load.blocks[d];
  SliceLoad& load = cells_[block.cell].slice_loads[block.slice];
  ++load.blocks[d];
  load.mcs_sum[d] += block.mcs;
  if (!block.listeners.empty())
    load.sinr_db_sum[d] += sinr_db_sum / static_cast<double>(block.listeners.size());
  load.preempted += block.punctured > 0 ? 1 : 0;

  for (const Part& part : block.parts) {
    Broadcast& b = broadcasts_[part.transfer];
    --b.open_blocks;
    const bool last = b.unsent_bytes == 0 && b.open_blocks == 0;
    std::erase_if(b.receivers, [&](const Receiver& receiver) {
      const auto listener = std::lower_bound(block.listeners.begin(), block.listeners.end(),
                                             Listener{.ue = receiver.ue}, by_ue);
      if (listener->decoded && !last) return false;
      end_receiver(block, b, receiver,
                   listener->decoded       ? Outcome::kDelivered
                   : listener->on_the_cell ? Outcome::kBroadcastNotDecoded
                                           : Outcome::kBroadcastMissed);
      return true;
    });
    if (last) broadcasts_.remove(part.transfer);
  }
  // Still on the air: forgotten when it is over.
  block.abandoned = true;
  settled_[d].emplace_back(block.start + symbols(block), id);
}

void Mac::end_receiver(const Block& block, const Broadcast& b, const Receiver& receiver, Outcome outcome) {
  end_transfer(block, broadcast_transfer(b, receiver), outcome, receiver.ue);
}

Transfer Mac::broadcast_transfer(const Broadcast& b, const Receiver& receiver) {
  Transfer transfer;
  transfer.ref = receiver.ref;
  transfer.bearer = b.bearer;
  transfer.enqueue_ns = transfer.usable_ns = b.enqueue_ns;
  transfer.ready_ns = b.ready_ns;
  transfer.possible_ns = b.possible_ns;
  return transfer;
}

void Mac::discard_broadcast(BroadcastId id, std::uint32_t version) {
  Broadcast& b = broadcasts_[id];
  if (!b.under_way || b.version != version || b.begun) return;
  for (const Receiver& receiver : b.receivers)
    end_unsent(kDown, receiver.ue, broadcast_transfer(b, receiver), timing_.time(next_tick_ - 1),
               Outcome::kDiscarded);
  std::erase(cells_[b.cell].side(kDown).slices[b.slice].broadcasts, id);
  broadcasts_.remove(id);
}

/// The UE leaves its cell, and misses what is under way.
void Mac::leave_broadcasts(Ue ue) {
  for (Broadcast& b : broadcasts_.all()) {
    if (!b.under_way || b.cell != ues_[ue].cell) continue;
    std::erase_if(b.receivers, [&](const Receiver& receiver) {
      if (receiver.ue != ue) return false;
      unfinished_.push_back({receiver.ref, kDown});
      return true;
    });
  }
}

}  // namespace cv2x::uu
