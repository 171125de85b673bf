#include "models/uu/mac.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include "models/base/error.h"
#include "models/base/hash.h"
#include "models/radio/power.h"
#include "models/uu/five_qi.h"

namespace cv2x::uu {
namespace {

constexpr double kLoadMemoryS = 0.1;    // time constant of Side::load
constexpr int kPrbsPerCce = 6;          // in one symbol (TS 38.211 §7.3.2.2)
constexpr double kLowestGainDb = -300;  // keeps every SINR above 0
constexpr double kNoLimitDbm = 1000;

/// Whether a transmission may begin while an earlier one is still on the air.
bool overlap(const Occasions& starts, int symbols) {
  Tick at = starts.next(0);
  for (int i = 0; i < starts.count(); ++i) {
    const Tick next = starts.next(at + 1);
    if (next < at + symbols) return true;
    at = next;
  }
  return false;
}

}  // namespace

Mac::Mac(const CarrierParams& carrier, std::span<const double> cell_power_dbm, const Seed& seed,
         const QosParams& qos)
    : carrier_(carrier),
      qos_(qos),
      timing_(carrier),
      link_(carrier, timing_),
      bearers_of_(qos.slices.size()),
      interference_(cell_power_dbm.size(), timing_.prbs()),
      seed_(seed),
      fate_streams_{hash_name("uu uplink block/" + carrier.name),
                    hash_name("uu downlink block/" + carrier.name)},
      sr_stream_(hash_name("uu request slot/" + carrier.name)),
      broadcast_stream_(hash_name("uu broadcast block/" + carrier.name)),
      ue_noise_mw_(static_cast<float>(
          radio::from_db(radio::noise_dbm_per_prb(timing_.mu(), carrier.ue_noise_figure_db)))),
      gnb_noise_mw_(static_cast<float>(
          radio::from_db(radio::noise_dbm_per_prb(timing_.mu(), carrier.gnb_noise_figure_db)))),
      ue_power_mw_(radio::from_db(carrier.ue_power_dbm)),
      load_decay_(-1.4426950408889634 * to_seconds(timing_.slot_ns()) / radio::kSymbolsPerSlot /
                  kLoadMemoryS) {
  cces_ = carrier.pdcch.cces > 0
              ? static_cast<int>(carrier.pdcch.cces)
              : std::max(1, timing_.prbs() / kPrbsPerCce * static_cast<int>(carrier.pdcch.duration));
  for (const SliceParams& slice : qos_.slices) {
    schedulers_.push_back(scheduler_registry().make(slice.scheduler));
    if (!schedulers_.back()) {
      const auto names = scheduler_registry().names();
      throw UserError("no scheduler '" + slice.scheduler + "'; allowed: " + join_names(names));
    }
    shares_[0].push_back(SliceShare::of(slice.uplink_policy, slice.priority, timing_.prbs()));
    shares_[1].push_back(SliceShare::of(slice.downlink_policy, slice.priority, timing_.prbs()));
  }
  for (std::size_t b = 0; b < qos_.bearers.size(); ++b) {
    const BearerParams& bearer = qos_.bearers[b];
    const SliceParams& slice = qos_.slices[bearer.slice];
    bearers_of_[bearer.slice].push_back(static_cast<BearerId>(b));
    const FiveQi* five_qi = find_five_qi(bearer.five_qi);
    if (!five_qi) throw UserError(fmt::format("bearer '{}': unknown 5QI {}", bearer.name, bearer.five_qi));
    qualities_.push_back(
        {.priority = static_cast<float>(five_qi->priority),
         .budget_ns = five_qi->radio_budget_ns(),
         .delay_critical = five_qi->resource == FiveQi::Resource::kDelayCritical,
         .repeats = slice.rlc == RlcMode::kUnacknowledged ? 0 : carrier.rlc_retransmissions});
  }
  for (std::size_t s = 0; s < qos_.slices.size(); ++s) {
    std::stable_sort(bearers_of_[s].begin(), bearers_of_[s].end(),
                     [&](BearerId a, BearerId b) { return qualities_[a].priority < qualities_[b].priority; });
    order_.push_back(static_cast<SliceId>(s));
    ranked_.push_back(qos_.slices[s].scheduler != "round_robin");
  }
  std::stable_sort(order_.begin(), order_.end(),
                   [&](SliceId a, SliceId b) { return qos_.slices[a].priority < qos_.slices[b].priority; });
  for (const Direction d : {Direction::kUplink, Direction::kDownlink}) {
    const auto i = static_cast<std::size_t>(d);
    one_load_[i] = 1 - radio::exp2p(load_decay_ * symbols(d));
    overlapping_[i] = overlap(starts(d), symbols(d));
  }
  wanted_.resize(qos_.slices.size());
  allowed_.resize(qos_.slices.size());
  if (carrier.fading_given) fading_ = std::make_unique<FastFading>(carrier, timing_.prbs(), seed);
  assert(cell_power_dbm.size() < kNoCell);
  for (const double power_dbm : cell_power_dbm) {
    CellContext cell;
    cell.psd_mw = static_cast<float>(radio::from_db(radio::per_prb_dbm(power_dbm, timing_.prbs())));
    cell.ul_noise_interference_mw = gnb_noise_mw_;
    for (Side& side : cell.sides) side.slices.resize(qos_.slices.size());
    cell.slice_loads.resize(qos_.slices.size());
    cell.admitted.resize(qos_.slices.size());
    cells_.push_back(std::move(cell));
  }
  prepare_periodic();
  prepare_preemption();
}

void Mac::attach(Ue ue, std::uint64_t key, Cell cell, TimeNs usable_from) {
  assert(!attached(ue) && cell < cells_.size() && ue < ues_.size() && gain(ue, cell) > 0);
  UeContext& old = ues_[ue];
  UeContext fresh;
  fresh.key = key;
  fresh.cell = cell;
  fresh.mcs = old.mcs;
  fresh.attachments = old.attachments + 1;
  fresh.usable_ns = usable_from;
  fresh.sr_offset =
      carrier_.sr_offset == CarrierParams::kRandomOffset
          ? static_cast<std::int64_t>(philox(seed_, sr_stream_, key, 0)[0]) % timing_.sr_period_slots()
          : carrier_.sr_offset % timing_.sr_period_slots();
  // After a handover the draws go on where they were.
  for (std::size_t d = 0; d < kDirections && old.key == key; ++d) fresh.links[d].blocks = old.links[d].blocks;
  if (old.key == key) fresh.broadcasts = old.broadcasts;
  old = fresh;
  const std::size_t flows = kDirections * qos_.bearers.size(), demands = kDirections * qos_.slices.size();
  std::fill_n(flows_.begin() + static_cast<std::ptrdiff_t>(ue * flows), flows, Flow{});
  std::fill_n(demands_.begin() + static_cast<std::ptrdiff_t>(ue * demands), demands, Demand{});
  ++cells_[cell].load.ues;
  aim_power(ue);
  expect_interference(ue);
}

void Mac::expect_interference(Ue ue) {
  UeContext& context = ues_[ue];
  float sum_mw = ue_noise_mw_;
  for (Cell other = 0; other < cells_.size(); ++other) {
    if (other != context.cell) sum_mw += cells_[other].psd_mw * gain(ue, other);
  }
  context.dl_noise_interference_mw = sum_mw;
}

std::span<const Unfinished> Mac::detach(Ue ue) {
  assert(attached(ue));
  UeContext& context = ues_[ue];
  unfinished_.clear();
  for (const Direction direction : {Direction::kUplink, Direction::kDownlink}) {
    for (BearerId bearer = 0; bearer < qos_.bearers.size(); ++bearer) {
      Buffer& buffer = flow(direction, ue, bearer).buffer;
      for (TransferId id = buffer.first; id != kNoTransfer;) {
        const Transfer& transfer = transfers_[id];
        if (!transfer.lost) unfinished_.push_back({transfer.ref, direction});
        const TransferId next = transfer.next;
        transfers_.remove(id);
        id = next;
      }
      buffer = Buffer{};
      release(direction, ue, bearer);
    }
    for (SliceQueue& slice : cells_[context.cell].side(direction).slices) std::erase(slice.waiting, ue);
  }
  for (SliceId s = 0; s < qos_.slices.size(); ++s)
    cells_[context.cell].admitted[s] -= demand(Direction::kUplink, ue, s).admitted ? 1 : 0;
  leave_broadcasts(ue);
  blocks_.abandon(ue);
  --cells_[context.cell].load.ues;
  context.cell = kNoCell;
  return unfinished_;
}

void Mac::set_gains(Ue ue, std::span<const float> gain_db) {
  assert(gain_db.size() == cells_.size());
  if (ue >= ues_.size()) {
    ues_.resize(ue + 1);
    gains_.resize(ues_.size() * cells_.size(), 0.0F);
    flows_.resize(ues_.size() * kDirections * qos_.bearers.size());
    demands_.resize(ues_.size() * kDirections * qos_.slices.size());
  }
  float* out = gains_.data() + ue * cells_.size();
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    out[c] = static_cast<float>(radio::from_db(std::max(double{gain_db[c]}, kLowestGainDb)));
  }
  if (attached(ue)) aim_power(ue);
}

void Mac::set_gain(Ue ue, Cell cell, float gain_db) {
  gains_[ue * cells_.size() + cell] =
      static_cast<float>(radio::from_db(std::max(double{gain_db}, kLowestGainDb)));
  if (ues_[ue].cell == cell) aim_power(ue);
}

double Mac::monitored_sinr_db(Ue ue) const {
  const Cell serving = ues_[ue].cell;
  double others_mw = ue_noise_mw_;
  for (Cell c = 0; c < cells_.size(); ++c) {
    if (c == serving) continue;
    const double load = decayed_load(cells_[c].side(Direction::kDownlink), next_tick_);
    if (load > 0) others_mw += load * double{cells_[c].psd_mw} * gain(ue, c);
  }
  return radio::to_db(double{cells_[serving].psd_mw} * gain(ue, serving) / others_mw);
}

void Mac::aim_power(Ue ue) {
  UeContext& context = ues_[ue];
  const double path_loss_db = std::max(0.0, -radio::to_db(gain(ue, context.cell)));
  const double one_prb_dbm =
      radio::pusch_power_dbm(kNoLimitDbm, carrier_.p0_dbm, carrier_.alpha, timing_.mu(), 1, path_loss_db);
  context.pusch_target_mw = static_cast<float>(radio::from_db(one_prb_dbm));
}

bool Mac::enqueue(Direction direction, Ue ue, std::uint32_t ref, std::int64_t bytes, TimeNs now,
                  BearerId bearer) {
  assert(attached(ue) && bytes > 0 && bearer < qos_.bearers.size());
  agenda_.forward(timing_.tick_holding(now));
  const UeContext& context = ues_[ue];
  const SliceId slice = qos_.bearers[bearer].slice;
  if (bool& admitted = demand(Direction::kUplink, ue, slice).admitted; !admitted) {
    std::int64_t& ues = cells_[context.cell].admitted[slice];
    if (qos_.slices[slice].max_ues > 0 && ues >= qos_.slices[slice].max_ues) return false;
    admitted = true;
    ++ues;
  }
  Transfer transfer;
  transfer.ref = ref;
  transfer.bearer = bearer;
  transfer.unsent_bytes = transfer.open_bytes = bytes + kPdcpHeaderBytes;
  transfer.enqueue_ns = now;
  transfer.usable_ns = std::max(now, context.usable_ns);
  const bool uplink = direction == Direction::kUplink;
  transfer.ready_ns =
      uplink ? timing_.ready_for_pusch(transfer.usable_ns) : timing_.ready_for_pdsch(transfer.usable_ns);
  const TransferId id = transfers_.add(transfer);
  flow(direction, ue, bearer).buffer.push(transfers_, id);
  if (set_up(direction, ue, bearer, transfer.ready_ns)) {
    await_occasion(direction, ue, bearer, timing_.tick(transfer.ready_ns));
    transfers_[id].possible_ns = timing_.time(flow(direction, ue, bearer).grant.next);
  } else if (uplink) {
    request_if_unannounced(ue, slice);
    const Demand& wish = demand(direction, ue, slice);
    if (wish.request_pending) transfers_[id].request_ns = wish.request_ns;
  } else {
    const Tick possible = timing(direction, slice).assignments().next(timing_.tick(transfer.ready_ns));
    transfers_[id].possible_ns = timing_.time(possible);
    agenda_.at(possible).wanted.push_back(owner(direction, ue, slice));
  }
  if (const TimeNs timer = qos_.slices[slice].discard_ns; timer > 0)
    agenda_.at(timing_.tick(now + timer)).discards.push_back({owner(direction, ue, bearer), id, ref, now});
  return true;
}

void Mac::request_if_unannounced(Ue ue, SliceId slice) {
  Demand& wish = demand(Direction::kUplink, ue, slice);
  if (wish.announced()) return;
  TransferId first = kNoTransfer;
  for (const BearerId bearer : bearers_of_[slice]) {
    const Flow& f = flow(Direction::kUplink, ue, bearer);
    if (f.buffer.empty() || f.grant.state == PeriodicGrant::State::kActive) continue;
    first = f.buffer.unsent_first;
    break;
  }
  if (first == kNoTransfer) return;
  // Not before the symbol that is being worked through: what has been granted until then counts.
  const TimeNs ready = std::max(timing_.request_ready(transfers_[first].usable_ns),
                                next_tick_ == 0 ? 0 : timing_.time(next_tick_ - 1));
  const Tick request = timing_.sr_tick(ready, ues_[ue].sr_offset);
  const Tick grant = timing_.grant_after_request(request);
  wish.request_pending = true;
  wish.request_ns = timing_.time(request + 1);
  if (transfers_[first].request_ns == 0) {
    transfers_[first].request_ns = wish.request_ns;
    transfers_[first].possible_ns = timing_.grant_received(grant);
  }
  agenda_.at(grant).wanted.push_back(owner(Direction::kUplink, ue, slice));
}

void Mac::activate(Direction direction, Ue ue, SliceId slice) {
  Demand& wish = demand(direction, ue, slice);
  mark_busy(direction, slice);
  if (wish.waiting) return;
  wish.waiting = true;
  cells_[ues_[ue].cell].side(direction).slices[slice].waiting.push_back(ue);
}

TimeNs Mac::next_wakeup() const {
  Tick next = agenda_.next();
  const auto earlier = [&](Tick tick) { next = next == kNoTick ? tick : std::min(next, tick); };
  if (busy_[0]) earlier(timing_.grants().next(next_tick_));
  if (busy_[1]) earlier(timing_.assignments().next(next_tick_));
  if (preempting_) earlier(mini_->timing.assignments().next(next_tick_));
  return next == kNoTick ? kNever : timing_.time(next);
}

std::span<const Done> Mac::advance(TimeNs now) {
  done_.clear();
  stages_.clear();
  for (TimeNs at = next_wakeup(); at <= now; at = next_wakeup()) run_tick(timing_.tick_holding(at));
  return done_;
}

std::int64_t Mac::ready_bytes(Direction direction, Ue ue, SliceId slice, TimeNs at) const {
  std::int64_t bytes = 0;
  for (const BearerId bearer : bearers_of_[slice])
    bytes += flow(direction, ue, bearer).buffer.ready_bytes(transfers_, at);
  return bytes;
}

std::int64_t Mac::fill(Direction direction, Ue ue, SliceId slice, std::int64_t room, TimeNs at,
                       std::vector<Part>& parts) {
  for (const BearerId bearer : bearers_of_[slice])
    room = flow(direction, ue, bearer).buffer.fill(transfers_, room, at, parts);
  return room;
}

double Mac::known_fading(Direction direction, Ue ue, double sinr) const {
  return fading_ ? fading_->known(ue, direction, sinr, timing_.time(std::max<Tick>(next_tick_, 1) - 1)) : 1;
}

double Mac::downlink_sinr(Ue ue) const {
  const UeContext& context = ues_[ue];
  const double sinr = double{cells_[context.cell].psd_mw} * gain(ue, context.cell) /
                      (context.dl_noise_interference_mw * static_cast<double>(carrier_.pdsch.layers));
  return sinr * known_fading(Direction::kDownlink, ue, sinr);
}

UplinkBudget Mac::uplink_budget(Ue ue) const {
  const UeContext& context = ues_[ue];
  const double per_mw = gain(ue, context.cell) / (cells_[context.cell].ul_noise_interference_mw *
                                                  static_cast<double>(carrier_.pusch.layers));
  UplinkBudget budget{.total_sinr = ue_power_mw_ * per_mw, .target_sinr = context.pusch_target_mw * per_mw};
  const double fading = known_fading(Direction::kUplink, ue, budget.sinr(1));
  budget.total_sinr *= fading;
  budget.target_sinr *= fading;
  return budget;
}

int Mac::mcs_for(Direction direction, Ue ue, int prbs) const {
  const UeContext& context = ues_[ue];
  if (context.mcs >= 0) return context.mcs;
  const double sinr = direction == Direction::kUplink ? uplink_budget(ue).sinr(prbs) : downlink_sinr(ue);
  return link_.select(sinr, context.link(direction).offset_db);
}

Format Mac::format_for(Direction direction, Ue ue, const LinkAdaptation& link, std::int64_t bytes) const {
  const UeContext& context = ues_[ue];
  if (context.mcs >= 0) return {context.mcs, link.sizes(direction).prbs_for(context.mcs, bytes)};
  const float offset_db = context.link(direction).offset_db;
  return direction == Direction::kUplink ? link.uplink(uplink_budget(ue), offset_db, bytes)
                                         : link.downlink(downlink_sinr(ue), offset_db, bytes);
}

double Mac::expected_sinr_db(Direction direction, Ue ue) const {
  return radio::to_db(direction == Direction::kUplink ? uplink_budget(ue).sinr(1) : downlink_sinr(ue));
}

double Mac::decayed_load(const Side& side, Tick tick) const {
  return side.load * radio::exp2p(load_decay_ * static_cast<double>(tick - side.load_tick));
}

double Mac::expected_bps(Direction direction, Ue ue) const {
  if (!attached(ue)) return 0;
  const std::int64_t plenty =
      link_.sizes(direction).bytes(static_cast<int>(link_.mcs_count()) - 1, timing_.prbs());
  const Format format = format_for(direction, ue, link_, plenty);
  const Side& side = cells_[ues_[ue].cell].side(direction);
  double others = 0;
  for (SliceId s = 0; s < qos_.slices.size(); ++s)
    others += static_cast<double>(side.slices[s].waiting.size()) - (demand(direction, ue, s).waiting ? 1 : 0);
  const double share = std::max(1 - decayed_load(side, next_tick_), 1 / (1 + others));
  // Transmissions one after the other: in a slot, or as often as mini-slots fit.
  const double a_second = static_cast<double>(timing_.frame().slots()) * to_seconds(timing_.slot_ns());
  const auto& allowed = starts(direction);
  int transmissions = 0;
  for (Tick at = allowed.next(0); at < tick_of(timing_.frame().slots(), 0);
       at = allowed.next(at + symbols(direction)))
    ++transmissions;
  return share * 8 * link_.bytes(direction, format) * transmissions / a_second;
}

CellLoad Mac::take_load(Cell cell) {
  CellLoad& load = cells_[cell].load;
  const CellLoad taken = load;
  load = CellLoad{.ues = taken.ues};
  return taken;
}

SliceLoad Mac::take_load(Cell cell, SliceId slice) {
  return std::exchange(cells_[cell].slice_loads[slice], SliceLoad{});
}

}  // namespace cv2x::uu
