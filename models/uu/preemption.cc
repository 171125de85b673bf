// Downlink pre-emption (TS 38.213 §11.2): mini-slots of urgent slices over what others have on the air.
#include <algorithm>
#include <cassert>

#include "models/uu/mac.h"

namespace cv2x::uu {

void Mac::prepare_preemption() {
  bool any = false;
  for (const SliceParams& slice : qos_.slices) {
    if (!slice.preempts) continue;
    urgent_ = any ? std::min(urgent_, slice.priority) : slice.priority;
    any = true;
  }
  if (!any) return;
  CarrierParams carrier = carrier_;
  carrier.pdsch.mapping = Mapping::kB;
  carrier.pdsch.symbols = carrier.pdsch.preempting_symbols;
  carrier.pdsch.k0 = 0;
  carrier.pdsch.k1 = kDerived;
  carrier.pdcch.occasions = PdcchOccasions::kSymbol;
  mini_.emplace(carrier);
}

void Mac::mark_busy(Direction direction, SliceId slice) {
  (preempts(direction, slice) ? preempting_ : busy_[static_cast<std::size_t>(direction)]) = true;
}

bool Mac::waiting_to_preempt(const Side& side) const {
  for (const SliceId s : order_) {
    if (qos_.slices[s].preempts && !side.slices[s].idle()) return true;
  }
  return false;
}

/// What a slice may take now, up to its maximum: more than its minimum only of what the others' minima leave,
/// as far as they make use of them (the dedicated part in any case), and what more important ones have or
/// want.
int Mac::room_for_minis(Cell cell, SliceId slice, Tick start) {
  const Side& side = cells_[cell].side(Direction::kDownlink);
  const std::vector<SliceShare>& shares = shares_[static_cast<std::size_t>(Direction::kDownlink)];
  const std::int64_t mine = qos_.slices[slice].priority;
  // Those that wait are served after the mini-slots of the same symbol.
  const bool others_follow = timing_.assignments().holds(start);
  int room = timing_.prbs(), used_by_mine = 0;
  for (SliceId s = 0; s < shares.size(); ++s) {
    int used = 0;
    for (const Transmission& t : on_air_[static_cast<std::size_t>(Direction::kDownlink)]) {
      if (t.cell == cell && t.end > start && blocks_[t.block].slice == s) used += t.end_prb - t.first_prb;
    }
    if (s == slice) {
      used_by_mine = used;
      continue;
    }
    const std::int64_t priority = qos_.slices[s].priority;
    const int wanted = !others_follow || qos_.slices[s].preempts || side.slices[s].idle()
                           ? 0
                           : wanted_prbs(Direction::kDownlink, side.slices[s], s, start, start);
    int claim = std::min(shares[s].minimum, used + wanted);
    if (priority <= mine) claim = std::max(claim, used);
    if (priority < mine) claim = std::max(claim, std::min(shares[s].maximum, used + wanted));
    room -= std::max(shares[s].dedicated, claim);
  }
  return std::max(std::min(room, shares[slice].maximum), shares[slice].minimum) - used_by_mine;
}

/// The PRBs [first, end) of mini-slots that begin at `start`: from the top of the carrier, which the others
/// fill last, the first run as long as wanted, or else the longest.
std::pair<int, int> Mac::find_minis(Cell cell, SliceId slice, Tick start, int wanted) {
  const Side& side = cells_[cell].side(Direction::kDownlink);
  blocked_.assign(static_cast<std::size_t>(timing_.prbs()), false);
  const auto block = [&](int first, int end) {
    std::fill(blocked_.begin() + first, blocked_.begin() + end, true);
  };
  for (const Transmission& t : on_air_[static_cast<std::size_t>(Direction::kDownlink)]) {
    if (t.cell != cell || t.end <= start) continue;
    const Block& other = blocks_[t.block];
    const SliceParams& owner = qos_.slices[other.slice];
    if (!other.granted || owner.preempts || owner.priority <= qos_.slices[slice].priority)
      block(t.first_prb, t.end_prb);
  }
  if (side.reservations) {
    const Occasions& all = starts(Direction::kDownlink);
    const Tick end = start + mini_->timing.pdsch_symbols();
    for (Tick at = all.next(std::max<Tick>(0, start - timing_.pdsch_symbols() + 1)); at < end;
         at = all.next(at + 1))
      block(side.reservations->lowest(at), timing_.prbs());
  }
  int best_first = 0, best_end = 0;
  for (int end = timing_.prbs(); end > 0;) {
    int first = end;
    while (first > 0 && !blocked_[static_cast<std::size_t>(first - 1)] && end - first < wanted) --first;
    if (end - first > best_end - best_first) {
      best_first = first;
      best_end = end;
    }
    if (best_end - best_first >= wanted) break;
    end = first - 1;
  }
  return {best_first, best_end};
}

void Mac::preempt(Cell cell, Tick pdcch) {
  CellContext& context = cells_[cell];
  Side& side = context.side(Direction::kDownlink);
  const Tick start = mini_->timing.pdsch_after_assignment(pdcch);
  assert(start == pdcch);
  std::erase_if(context.minis, [&](const OnAir& mini) { return mini.end <= start; });
  if (context.pdcch != pdcch) {
    context.pdcch = pdcch;
    context.cces = cces_;
  }
  // The others' state of this direction comes back afterwards.
  const Tick others_start = side.start;
  const int others_next = side.next_prb, others_end = side.end_prb;
  side.start = start;
  int taken = 0;
  for (const SliceId s : order_) {
    SliceQueue& queue = side.slices[s];
    if (!qos_.slices[s].preempts || queue.idle()) continue;
    const int room = room_for_minis(cell, s, start);
    const int wanted = std::min(room, wanted_prbs(Direction::kDownlink, queue, s, pdcch, start));
    if (wanted <= 0) continue;
    const auto [first, end] = find_minis(cell, s, start, wanted);
    if (end <= first) continue;
    const int used = queue.used;
    side.next_prb = first;
    side.end_prb = end;
    serve(Direction::kDownlink, cell, s, pdcch, end - first, context.cces);
    taken += side.next_prb - first;
    queue.used = used;
  }
  side.start = others_start;
  side.next_prb = others_next;
  side.end_prb = others_end;
  side.load = decayed_load(side, pdcch) +
              (1 - radio::exp2p(load_decay_ * mini_->timing.pdsch_symbols())) * taken / timing_.prbs();
  side.load_tick = pdcch;
}

/// A mini-slot begins: the blocks beneath it lose their PRBs.
void Mac::puncture_by(BlockId id) {
  const Block& mini = blocks_[id];
  const OnAir on_air{mini.start, mini.start + symbols(mini), mini.first_prb, mini.first_prb + mini.sent_prbs,
                     mini.slice};
  for (const Transmission& t : on_air_[static_cast<std::size_t>(Direction::kDownlink)]) {
    if (t.cell == mini.cell && can_be_preempted(blocks_[t.block])) puncture(t.block, on_air);
  }
}

void Mac::puncture(BlockId id, const OnAir& mini) {
  Block& block = blocks_[id];
  const int prbs = std::min<int>(mini.end_prb, block.first_prb + block.sent_prbs) -
                   std::max<int>(mini.first_prb, block.first_prb);
  const Tick length = std::min(mini.end, block.start + symbols(block)) - std::max(mini.start, block.start);
  if (prbs <= 0 || length <= 0) return;
  block.punctured +=
      static_cast<float>(prbs * length) / static_cast<float>(block.sent_prbs * symbols(block.direction));
  // They are counted as the mini-slot's.
  const auto d = static_cast<std::size_t>(block.direction);
  const double prb_slots = static_cast<double>(prbs * length) / radio::kSymbolsPerSlot;
  cells_[block.cell].load.prb_slots[d] -= prb_slots;
  cells_[block.cell].slice_loads[block.slice].prb_slots[d] -= prb_slots;
}

}  // namespace cv2x::uu
