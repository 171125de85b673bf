#include "models/uu/mac.h"

#include <algorithm>
#include <cassert>
#include <string>

#include "models/base/error.h"
#include "models/base/hash.h"
#include "models/radio/power.h"

namespace cv2x::uu {
namespace {

constexpr double kLoadMemoryS = 0.1;    // time constant of Side::load
constexpr double kLowestGainDb = -300;  // keeps every SINR above 0
constexpr double kNoLimitDbm = 1000;

// Appends to a transfer's stages: times never decrease, and a stage of no length is dropped.
class StageWriter {
 public:
  StageWriter(std::vector<StageEntry>& out, Stage first, TimeNs begin) : out_(out), first_(out.size()) {
    out_.push_back({first, begin});
  }
  void enter(Stage stage, TimeNs at) {
    if (at <= out_.back().enter_ns) {
      out_.back().stage = stage;
    } else {
      out_.push_back({stage, at});
    }
  }
  /// Enters at a time that may be before stages entered already: they are undone.
  void resume(Stage stage, TimeNs at) {
    while (out_.size() > first_ + 1 && out_.back().enter_ns >= at) out_.pop_back();
    enter(stage, at);
  }
  std::uint32_t first() const { return static_cast<std::uint32_t>(first_); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(out_.size() - first_); }

 private:
  std::vector<StageEntry>& out_;
  std::size_t first_;
};

}  // namespace

Mac::Mac(const CarrierParams& carrier, std::span<const double> cell_power_dbm, const Seed& seed,
         std::string_view scheduler)
    : carrier_(carrier),
      timing_(carrier),
      link_(carrier, timing_),
      scheduler_(scheduler_registry().make(scheduler)),
      interference_(cell_power_dbm.size(), timing_.prbs()),
      seed_(seed),
      fate_streams_{hash_name("uu uplink block/" + carrier.name),
                    hash_name("uu downlink block/" + carrier.name)},
      sr_stream_(hash_name("uu request slot/" + carrier.name)),
      ue_noise_mw_(static_cast<float>(
          radio::from_db(radio::noise_dbm_per_prb(timing_.mu(), carrier.ue_noise_figure_db)))),
      gnb_noise_mw_(static_cast<float>(
          radio::from_db(radio::noise_dbm_per_prb(timing_.mu(), carrier.gnb_noise_figure_db)))),
      ue_power_mw_(radio::from_db(carrier.ue_power_dbm)),
      load_decay_(-1.4426950408889634 * to_seconds(timing_.slot_ns()) / kLoadMemoryS),
      one_slot_load_(1 - radio::exp2p(load_decay_)) {
  if (!scheduler_) {
    const auto names = scheduler_registry().names();
    throw UserError("no scheduler '" + std::string(scheduler) + "'; allowed: " + join_names(names));
  }
  assert(cell_power_dbm.size() < kNoCell);
  for (const double power_dbm : cell_power_dbm) {
    CellContext cell;
    cell.psd_mw = static_cast<float>(radio::from_db(radio::per_prb_dbm(power_dbm, timing_.prbs())));
    cell.ul_noise_interference_mw = gnb_noise_mw_;
    cells_.push_back(std::move(cell));
  }
}

void Mac::attach(Ue ue, std::uint64_t key, Cell cell, TimeNs usable_from) {
  assert(!attached(ue) && cell < cells_.size() && ue < ues_.size() && gain(ue, cell) > 0);
  UeContext& old = ues_[ue];
  UeContext fresh;
  fresh.key = key;
  fresh.cell = cell;
  fresh.attachments = old.attachments + 1;
  fresh.usable_ns = usable_from;
  fresh.sr_offset =
      static_cast<std::int64_t>(philox(seed_, sr_stream_, key, 0)[0]) % timing_.sr_period_slots();
  // After a handover the draws go on where they were.
  for (std::size_t d = 0; d < kDirections && old.key == key; ++d) fresh.flows[d].blocks = old.flows[d].blocks;
  old = fresh;
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
    Buffer& buffer = context.flow(direction).buffer;
    for (TransferId id = buffer.first; id != kNoTransfer;) {
      const Transfer& transfer = transfers_[id];
      if (!transfer.lost) unfinished_.push_back({transfer.ref, direction});
      const TransferId next = transfer.next;
      transfers_.remove(id);
      id = next;
    }
    buffer = Buffer{};
    std::erase(cells_[context.cell].side(direction).waiting, ue);
  }
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
    const double load = decayed_load(cells_[c].side(Direction::kDownlink), next_slot_);
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

void Mac::enqueue(Direction direction, Ue ue, std::uint32_t ref, std::int64_t bytes, TimeNs now) {
  assert(attached(ue) && bytes > 0);
  agenda_.forward(now / timing_.slot_ns());
  UeContext& context = ues_[ue];
  Transfer transfer;
  transfer.ref = ref;
  transfer.unsent_bytes = transfer.open_bytes = bytes + kPdcpHeaderBytes;
  transfer.enqueue_ns = now;
  transfer.usable_ns = std::max(now, context.usable_ns);
  if (direction == Direction::kDownlink) {
    transfer.ready_ns = timing_.ready_for_pdsch(transfer.usable_ns);
    context.flow(direction).buffer.push(transfers_, transfers_.add(transfer));
    agenda_.at(timing_.next_slot(transfer.ready_ns)).arrivals.push_back({ue, context.attachments});
    return;
  }
  transfer.ready_ns = timing_.ready_for_pusch(transfer.usable_ns);
  const TransferId id = transfers_.add(transfer);
  context.flow(direction).buffer.push(transfers_, id);
  request_if_unannounced(ue);
  if (context.uplink.request_pending) transfers_[id].request_ns = context.uplink.request_ns;
}

void Mac::request_if_unannounced(Ue ue) {
  UeContext& context = ues_[ue];
  const Buffer& buffer = context.flow(Direction::kUplink).buffer;
  if (buffer.empty() || context.announced()) return;
  // Not before the slot that is being worked through: what has been granted until then counts.
  const TimeNs ready = std::max(timing_.request_ready(transfers_[buffer.unsent_first].usable_ns),
                                timing_.slot_start(next_slot_ - 1));
  const std::int64_t slot = timing_.sr_slot(ready, context.sr_offset);
  Transfer& first = transfers_[buffer.unsent_first];
  context.uplink.request_pending = true;
  context.uplink.request_ns = timing_.slot_end(slot);
  if (first.request_ns == 0) first.request_ns = context.uplink.request_ns;
  agenda_.at(timing_.grant_after_request(slot)).requests.push_back({ue, context.attachments});
}

void Mac::activate(Direction direction, Ue ue) {
  UeContext& context = ues_[ue];
  if (context.flow(direction).waiting) return;
  context.flow(direction).waiting = true;
  cells_[context.cell].side(direction).waiting.push_back(ue);
}

TimeNs Mac::next_wakeup() const {
  for (const CellContext& cell : cells_) {
    if (!cell.sides[0].idle() || !cell.sides[1].idle()) return timing_.slot_start(next_slot_);
  }
  const std::int64_t slot = agenda_.next();
  return slot == agenda_.kNone ? kNever : timing_.slot_start(slot);
}

std::span<const Done> Mac::advance(TimeNs now) {
  done_.clear();
  stages_.clear();
  for (TimeNs at = next_wakeup(); at <= now; at = next_wakeup()) run_slot(at / timing_.slot_ns());
  return done_;
}

void Mac::end_transfer(const Block& block, const Transfer& transfer, std::int64_t slot, Outcome outcome) {
  const bool uplink = block.direction == Direction::kUplink;
  const bool interrupted = transfer.usable_ns > transfer.enqueue_ns;
  const Stage begin = uplink ? Stage::kUeProcessing : Stage::kDlQueue;
  StageWriter stages(stages_, interrupted ? Stage::kHandover : begin, transfer.enqueue_ns);
  const TimeNs start = timing_.slot_start(block.first_slot);
  stages.enter(begin, transfer.usable_ns);
  if (uplink) {
    // What came after the grant waits only for its PUSCH.
    stages.enter(Stage::kSrWait, std::min(timing_.request_ready(transfer.usable_ns), start));
    stages.enter(Stage::kGrantWait, transfer.request_ns);
    stages.enter(Stage::kUlAlignment, timing_.grant_received(block.grant_slot));
  }
  // Its time on the radio before the loss is that of the stage it was in.
  if (transfer.repeats > 0 && transfer.lost_ns < start)
    stages.resume(Stage::kRlcRetransmission, transfer.lost_ns);
  stages.enter(uplink ? Stage::kUlTransmission : Stage::kDlTransmission, start);
  if (block.transmissions > 1) {
    stages.enter(uplink ? Stage::kUlHarq : Stage::kDlHarq, timing_.slot_end(block.first_slot));
  }
  stages.enter(uplink ? Stage::kGnbProcessing : Stage::kUeDecoding, timing_.slot_end(slot));
  done_.push_back({.ref = transfer.ref,
                   .ue = block.ue,
                   .cell = block.cell,
                   .direction = block.direction,
                   .outcome = outcome,
                   .end_ns = uplink ? timing_.pusch_decoded(slot) : timing_.pdsch_decoded(slot),
                   .first_stage = stages.first(),
                   .stages = stages.count()});
}

double Mac::downlink_sinr(Ue ue) const {
  const UeContext& context = ues_[ue];
  return double{cells_[context.cell].psd_mw} * gain(ue, context.cell) / context.dl_noise_interference_mw;
}

UplinkBudget Mac::uplink_budget(Ue ue) const {
  const UeContext& context = ues_[ue];
  const double per_mw = gain(ue, context.cell) / cells_[context.cell].ul_noise_interference_mw;
  return {.total_sinr = ue_power_mw_ * per_mw, .target_sinr = context.pusch_target_mw * per_mw};
}

double Mac::expected_sinr_db(Direction direction, Ue ue) const {
  return radio::to_db(direction == Direction::kUplink ? uplink_budget(ue).sinr(1) : downlink_sinr(ue));
}

double Mac::decayed_load(const Side& side, std::int64_t slot) const {
  return side.load * radio::exp2p(load_decay_ * static_cast<double>(slot - side.load_slot));
}

double Mac::expected_bps(Direction direction, Ue ue) const {
  if (!attached(ue)) return 0;
  const UeContext& context = ues_[ue];
  const Flow& flow = context.flow(direction);
  const std::int64_t plenty =
      link_.sizes(direction).bytes(static_cast<int>(link_.mcs_count()) - 1, timing_.prbs());
  const Format format = direction == Direction::kUplink
                            ? link_.uplink(uplink_budget(ue), flow.offset_db, plenty)
                            : link_.downlink(downlink_sinr(ue), flow.offset_db, plenty);
  const Side& side = cells_[context.cell].side(direction);
  const auto others = static_cast<double>(side.waiting.size()) - (flow.waiting ? 1 : 0);
  const double share = std::max(1 - decayed_load(side, next_slot_), 1 / (1 + others));
  return share * 8 * link_.bytes(direction, format) / to_seconds(timing_.slot_ns());
}

CellLoad Mac::take_load(Cell cell) {
  CellLoad& load = cells_[cell].load;
  const CellLoad taken = load;
  load = CellLoad{.ues = taken.ues};
  return taken;
}

}  // namespace cv2x::uu
