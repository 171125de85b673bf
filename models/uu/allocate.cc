// Phase one: a cell divides the PRBs of one direction among its slices and UEs.
#include <algorithm>
#include <cassert>

#include "models/uu/mac.h"

namespace cv2x::uu {
namespace {

constexpr std::size_t kMostCandidates = 64;  // of a slice, shown to its scheduler
// After that many times a retransmission goes out on fewer PRBs (at a higher code rate: the MCS without a
// rate of their own, TS 38.214 table 5.1.3.1-1), so that a slice whose share has shrunk does not stand still.
constexpr int kPatience = 8;

}  // namespace

void Mac::open(Direction direction, Side& side, Tick start, std::span<const OnAir> minis) {
  if (side.start == start) return;  // an earlier PDCCH has begun to fill it
  side.start = start;
  side.next_prb = 0;
  side.end_prb = timing_.prbs();
  for (SliceQueue& slice : side.slices) slice.used = 0;
  for (const OnAir& mini : minis) {
    if (mini.end <= start) continue;
    side.slices[mini.slice].used += mini.end_prb - mini.first_prb;
    side.end_prb = std::min(side.end_prb, mini.first_prb);
  }
  const int length = symbols(direction);
  if (side.reservations) {
    // Nothing that overlaps in time.
    Tick at =
        overlapping_[static_cast<std::size_t>(direction)] ? std::max<Tick>(0, start - length + 1) : start;
    for (at = starts(direction).next(at); at < start + length; at = starts(direction).next(at + 1))
      side.end_prb = std::min(side.end_prb, side.reservations->lowest(at));
    for (SliceId s = 0; s < side.slices.size(); ++s) side.slices[s].used += side.reservations->held(start, s);
  }
  if (!overlapping_[static_cast<std::size_t>(direction)]) return;
  std::erase_if(side.on_air, [&](const OnAir& o) { return o.end <= start; });
  int low = side.end_prb, high = 0;
  for (const OnAir& o : side.on_air) {
    low = std::min(low, o.first_prb);
    high = std::max(high, o.end_prb);
  }
  if (side.end_prb - high >= low) {
    side.next_prb = high;
  } else {
    side.end_prb = low;
  }
}

int Mac::wanted_prbs(Direction direction, const SliceQueue& queue, SliceId slice, Tick pdcch, Tick start) {
  int prbs = wanted_broadcast_prbs(queue, slice);
  for (const BlockId id : queue.retransmissions) prbs += blocks_[id].abandoned ? 0 : blocks_[id].prbs;
  const std::size_t count = std::min(queue.waiting.size(), kMostCandidates);
  for (std::size_t i = 0; i < count && prbs < timing_.prbs(); ++i)
    prbs += candidate(direction, queue.waiting[i], slice, pdcch, start).prbs_needed;
  return prbs;
}

void Mac::allocate(Direction direction, Cell cell, Tick pdcch) {
  CellContext& context = cells_[cell];
  Side& side = context.side(direction);
  const bool uplink = direction == Direction::kUplink;
  open(direction, side, uplink ? timing_.pusch_after_grant(pdcch) : timing_.pdsch_after_assignment(pdcch),
       uplink ? std::span<const OnAir>() : context.minis);
  if (context.pdcch != pdcch) {
    context.pdcch = pdcch;
    context.cces = cces_;
  }
  // Half of the elements is the downlink's, if it has something to say.
  const bool both =
      uplink && !context.side(Direction::kDownlink).idle() && timing_.assignments().holds(pdcch);
  const int kept = both ? context.cces / 2 : 0;
  int cces = context.cces - kept;
  const int before = side.next_prb;
  if (side.slices.size() == 1) {
    const int most = shares_[static_cast<std::size_t>(direction)][0].maximum - side.slices[0].used;
    serve(direction, cell, 0, pdcch, std::min(side.end_prb - side.next_prb, most), cces);
  } else {
    share_cell(direction, cell, pdcch, cces);
  }
  context.cces = cces + kept;
  side.load = decayed_load(side, pdcch) +
              one_load_[static_cast<std::size_t>(direction)] * (side.next_prb - before) / timing_.prbs();
  side.load_tick = pdcch;
}

void Mac::share_cell(Direction direction, Cell cell, Tick pdcch, int& cces) {
  Side& side = cells_[cell].side(direction);
  const bool uplink = direction == Direction::kUplink;
  const std::vector<SliceShare>& shares = shares_[static_cast<std::size_t>(direction)];
  used_.resize(side.slices.size());
  for (std::size_t s = 0; s < side.slices.size(); ++s) {
    wanted_[s] = side.slices[s].idle() || preempts(direction, static_cast<SliceId>(s))
                     ? 0
                     : wanted_prbs(direction, side.slices[s], static_cast<SliceId>(s), pdcch, side.start);
    used_[s] = side.slices[s].used;
  }
  const Tick next = uplink ? timing_.grants().next(pdcch + 1) : timing_.assignments().next(pdcch + 1);
  const bool more_follow =
      (uplink ? timing_.pusch_after_grant(next) : timing_.pdsch_after_assignment(next)) == side.start;
  share_prbs(shares, wanted_, used_, side.end_prb - side.next_prb, more_follow, allowed_);
  // Control channel elements: those to come keep the share of their minimum, one at least.
  const auto guaranteed = [&](SliceId s) {
    if (wanted_[s] == 0 || shares[s].minimum == 0) return 0;
    return std::max(1, cces_ * shares[s].minimum / timing_.prbs());
  };
  int for_later = 0;
  for (const SliceId s : order_) for_later += guaranteed(s);
  for (const SliceId s : order_) {
    for_later -= guaranteed(s);
    if (allowed_[s] == 0) continue;
    const int kept = std::min(cces, for_later);
    int mine = cces - kept;
    serve(direction, cell, s, pdcch, allowed_[s], mine);
    cces = mine + kept;
  }
}

int Mac::cces_for(Ue ue) const { return cces_at(downlink_sinr(ue)); }

int Mac::cces_at(double sinr) const {
  // Fewest (1, 2, 4, 8, 16) at which a DCI of 64 bits with its CRC, over 54 resource elements without pilots
  // a CCE, is 3 dB above Shannon's limit: SINR ≥ 2 (2^(64 / 54 / CCEs) − 1).
  constexpr double kNeeded[] = {2.548, 1.0156, 0.4563, 0.2165};
  int cces = 1;
  for (const double needed : kNeeded) {
    if (sinr >= needed) break;
    cces *= 2;
  }
  return std::min(cces, cces_);
}

void Mac::serve(Direction direction, Cell cell, SliceId slice, Tick pdcch, int prbs, int& cces) {
  Side& side = cells_[cell].side(direction);
  SliceQueue& queue = side.slices[slice];
  prbs -= retransmit(direction, cell, queue, pdcch, prbs, cces);
  if (!queue.broadcasts.empty()) prbs -= send_broadcasts(cell, slice, pdcch, prbs, cces);
  if (queue.waiting.empty()) return;

  const std::size_t count = std::min(queue.waiting.size(), kMostCandidates);
  candidates_.clear();
  for (std::size_t i = 0; i < count; ++i)
    candidates_.push_back(candidate(direction, queue.waiting[i], slice, pdcch, side.start));
  given_.resize(count);
  schedulers_[slice]->share(candidates_, prbs, cces, given_);

  served_.clear();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Ue ue = candidates_[i].ue;
    if (given_[i] > 0) {
      begin_block(direction, ue, slice, pdcch, given_[i]);
      cces -= candidates_[i].cces;
      served_.push_back(ue);
    } else {
      queue.waiting[kept++] = ue;
    }
  }
  // Who was served and has more goes to the end.
  queue.waiting.erase(queue.waiting.begin() + static_cast<std::ptrdiff_t>(kept),
                      queue.waiting.begin() + static_cast<std::ptrdiff_t>(count));
  for (const Ue ue : served_) {
    Demand& wish = demand(direction, ue, slice);
    wish.waiting =
        (direction == Direction::kUplink ? wish.known_bytes
                                         : ready_bytes(direction, ue, slice, timing_.time(pdcch))) > 0;
    if (wish.waiting) queue.waiting.push_back(ue);
  }
}

int Mac::retransmit(Direction direction, Cell cell, SliceQueue& queue, Tick pdcch, int prbs, int& cces) {
  Side& side = cells_[cell].side(direction);
  std::vector<BlockId>& blocks = queue.retransmissions;
  int used = 0;
  std::size_t kept = 0, seen = 0;
  for (; seen < blocks.size() && cces > 0; ++seen) {
    const BlockId id = blocks[seen];
    Block& block = blocks_[id];
    if (block.abandoned) {
      blocks_.remove(id);
      continue;
    }
    if (ues_[block.ue].link(direction).busy_until > side.start) {
      blocks[kept++] = id;
      continue;
    }
    const int elements = cces_for(block.ue), left = prbs - used;
    if (elements > cces || left <= 0) break;  // it comes first next time
    if (block.prbs > left && block.passed_over < kPatience) {
      ++block.passed_over;
      break;
    }
    block.sent_prbs = static_cast<std::uint16_t>(std::min<int>(block.prbs, left));
    block.passed_over = 0;
    used += block.sent_prbs;
    cces -= elements;
    place(id, side, pdcch);
  }
  blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(kept),
               blocks.begin() + static_cast<std::ptrdiff_t>(seen));
  return used;
}

Candidate Mac::candidate(Direction direction, Ue ue, SliceId slice, Tick pdcch, Tick start) const {
  const Link& link = ues_[ue].link(direction);
  if (link.processes >= kHarqProcesses || link.busy_until > start) return {.ue = ue};
  const std::int64_t bytes =
      direction == Direction::kUplink
          ? std::max(demand(direction, ue, slice).known_bytes + kReportBytes, kUsefulBlockBytes)
          : ready_bytes(direction, ue, slice, timing_.time(pdcch));
  const LinkAdaptation& adaptation = this->link(direction, slice);
  const Format format = format_for(direction, ue, adaptation, bytes);
  const int useful =
      std::min({format.prbs, adaptation.sizes(direction).prbs_for(format.mcs, kUsefulBlockBytes),
                shares_[static_cast<std::size_t>(direction)][slice].kept_dynamic()});
  Candidate found{.ue = ue,
                  .prbs_useful = static_cast<std::uint16_t>(useful),
                  .prbs_needed = static_cast<std::uint16_t>(format.prbs),
                  .cces = static_cast<std::uint16_t>(cces_for(ue))};
  if (!ranked_[slice]) return found;
  const Demand& wish = demand(direction, ue, slice);
  found.bytes_per_prb =
      static_cast<float>(adaptation.bytes(direction, format)) / static_cast<float>(format.prbs);
  found.average =
      wish.average *
      static_cast<float>(radio::exp2p(load_decay_ * static_cast<double>(pdcch - wish.average_tick)));
  for (const BearerId bearer : bearers_of_[slice]) {
    const Buffer& buffer = flow(direction, ue, bearer).buffer;
    if (buffer.empty()) continue;
    // The gNB is taken to know how old the data in a UE is.
    const TimeNs waited = timing_.time(pdcch) - transfers_[buffer.unsent_first].enqueue_ns;
    const Quality& quality = qualities_[bearer];
    found.priority = std::min(found.priority, quality.priority);
    if (found.budget_ns == kNever || quality.budget_ns - waited < found.budget_ns - found.waited_ns) {
      found.budget_ns = quality.budget_ns;
      found.waited_ns = waited;
    }
  }
  return found;
}

void Mac::begin_block(Direction direction, Ue ue, SliceId slice, Tick pdcch, int prbs) {
  UeContext& context = ues_[ue];
  Link& link = context.link(direction);
  const BlockId id = blocks_.add();
  Block& block = blocks_[id];
  block.ue = ue;
  block.cell = context.cell;
  block.direction = direction;
  block.slice = slice;
  block.prbs = block.sent_prbs = static_cast<std::uint16_t>(prbs);
  block.mcs = static_cast<std::uint8_t>(mcs_for(direction, ue, prbs));
  block.grant = pdcch;
  block.sequence = link.blocks++;
  ++link.processes;
  const std::int64_t room = this->link(direction, slice).bytes(direction, {block.mcs, prbs});
  Demand& wish = demand(direction, ue, slice);
  if (ranked_[slice]) {
    wish.average *=
        static_cast<float>(radio::exp2p(load_decay_ * static_cast<double>(pdcch - wish.average_tick)));
    wish.average +=
        static_cast<float>(one_load_[static_cast<std::size_t>(direction)] * static_cast<double>(room));
    wish.average_tick = pdcch;
  }
  if (direction == Direction::kUplink) {
    wish.known_bytes = std::max<std::int64_t>(0, wish.known_bytes - (room - kReportBytes));
    wish.granted_bytes += room - kReportBytes;
    block.granted_bytes_then = wish.granted_bytes;
    ++wish.grants_open;
  } else {
    fill(direction, ue, slice, room, timing_.time(pdcch), block.parts);
  }
  Side& side = cells_[context.cell].side(direction);
  block.first_start = side.start;
  place(id, side, pdcch);
}

void Mac::place(BlockId id, Side& side, Tick pdcch) {
  Block& block = blocks_[id];
  block.start = side.start;
  block.first_prb = static_cast<std::uint16_t>(side.next_prb);
  side.next_prb += block.sent_prbs;
  side.slices[block.slice].used += block.sent_prbs;
  const OnAir on_air{side.start, side.start + symbols(block), block.first_prb, side.next_prb, block.slice};
  if (!block.broadcast) ues_[block.ue].link(block.direction).busy_until = on_air.end;
  if (preempts(block.direction, block.slice)) {
    cells_[block.cell].minis.push_back(on_air);
  } else if (overlapping_[static_cast<std::size_t>(block.direction)]) {
    side.on_air.push_back(on_air);
  }
  count_prbs(block);
  if (side.start == pdcch) {
    send(id, pdcch);
  } else {
    agenda_.at(side.start).granted.push_back(id);
  }
}

}  // namespace cv2x::uu
