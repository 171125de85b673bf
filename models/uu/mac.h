#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "models/base/ids.h"
#include "models/base/random.h"
#include "models/base/stage.h"
#include "models/base/time.h"
#include "models/uu/agenda.h"
#include "models/uu/bearer.h"
#include "models/uu/broadcast.h"
#include "models/uu/fast_fading.h"
#include "models/uu/harq.h"
#include "models/uu/link_adaptation.h"
#include "models/uu/params.h"
#include "models/uu/reception.h"
#include "models/uu/reservations.h"
#include "models/uu/scheduler.h"
#include "models/uu/slice_share.h"
#include "models/uu/timing.h"
#include "models/uu/types.h"
#include "models/uu/ue_context.h"

namespace cv2x::uu {

/// gNB–UE MAC (and RLC) of NR Uu on one carrier frequency, with all cells of it: buffers,
/// scheduling requests, buffer status reports, dynamic and periodic grants, slices, PRB scheduling,
/// segmentation and concatenation, link adaptation, HARQ with Chase combining, interference between cells.
///
/// A state machine that is told the time. The caller wakes it at next_wakeup(), once a symbol in which there
/// is something to be sent or answered and never otherwise:
///
///     mac.set_gains(ue, gains); mac.attach(ue, key, cell, usable_from); mac.enqueue(kUplink, ue, ref, bytes,
///     now); for (const Done& done : mac.advance(mac.next_wakeup())) … mac.stages() …
///
/// Work at a symbol has two phases: first all cells allocate, then all receptions that begin are evaluated
/// with the interference of whoever is on the air. All input must come in order of time; what concerns the
/// same instant as a symbol's start counts from that symbol on when it comes before advance() (gains), and
/// from the next one on otherwise.
///
/// Laws: timing.h; TBS, BLER, power control: models/radio; conventions of headers: buffer.h; slices:
/// slice_share.h. Each cell fills the carrier from PRB 0 up, so lightly loaded neighbours do collide;
/// periodic grants are put at the other end. SINR is that of the large-scale gain, or with small-scale fading
/// (fast_fading.h). A block's fate is one uniform number: it is decoded by the first transmission at which
/// the error rate at the combined SINR is below it. What HARQ loses, RLC sends again (acknowledged mode) or
/// not (unacknowledged mode, rlc_retransmissions = 0); its status reports take a given time and no PRBs. A UE
/// sends, and receives, one block at a time. Pre-emption: preemption.cc. Left out: PDCCH errors; errors of
/// requests and feedback; age of CSI where there is no small-scale fading; BSR quantisation; closed-loop
/// power control; random access; interference of mini-slots that begin later than the reception; PRBs beyond
/// one contiguous part of the carrier while overlapping mini-slots are on the air.
class Mac {
 public:
  /// One cell for each power: total downlink power [dBm], spread evenly over the carrier's PRBs.
  /// Throws UserError where the carrier's bandwidth, capability or timing does not exist.
  Mac(const CarrierParams& carrier, std::span<const double> cell_power_dbm, const Seed& seed,
      const QosParams& qos = {});

  /// A UE, whose gains are known, begins to be served by `cell`; from `usable_from` on it can send and
  /// receive (what is enqueued before waits in Stage::kHandover). `key`: hash_name of the UE; random numbers
  /// and its request slots hang on it.
  void attach(Ue ue, std::uint64_t key, Cell cell, TimeNs usable_from);
  /// Ends that. Returns its transfers that have not ended, uplink then downlink, oldest first; a transfer of
  /// which parts have arrived counts as a whole; one that Done has named has ended, even if in the future.
  /// Valid until the next call.
  std::span<const Unfinished> detach(Ue ue);
  bool attached(Ue ue) const { return ue < ues_.size() && ues_[ue].cell != kNoCell; }
  Cell serving(Ue ue) const { return ue < ues_.size() ? ues_[ue].cell : kNoCell; }

  /// Gain [dB] between the UE and every cell: antenna gain − path loss − shadowing. Once a position
  /// epoch, and before the UE is attached.
  void set_gains(Ue ue, std::span<const float> gain_db);
  /// Of one cell, after that.
  void set_gain(Ue ue, Cell cell, float gain_db);
  /// Where the carrier has small-scale fading: how the UE moves relative to its serving site. Once a position
  /// epoch.
  void set_motion(Ue ue, std::uint64_t link_key, const LinkMotion& motion) {
    if (fading_) fading_->move(ue, link_key, motion);
  }
  /// An MCS for all its blocks, in place of the one that follows from the SINR; −1: none. After set_gains.
  void set_mcs(Ue ue, int mcs) { ues_[ue].mcs = static_cast<std::int8_t>(mcs); }

  /// `bytes` (> 0) to be sent. `ref` comes back in Done or from detach(). False: the UE is not admitted to
  /// the bearer's slice, nothing has been done.
  bool enqueue(Direction direction, Ue ue, std::uint32_t ref, std::int64_t bytes, TimeNs now,
               BearerId bearer = 0);

  /// `bytes` (> 0) to be sent once for all `receivers`, which `cell` serves (none: it is sent all the same);
  /// Done, or detach(), names each by its ref: broadcast.cc.
  void broadcast(Cell cell, std::span<const Receiver> receivers, std::int64_t bytes, TimeNs now,
                 BearerId bearer = 0);

  /// Start of the next symbol in which there is something to do; kNever when nobody has anything.
  TimeNs next_wakeup() const;
  /// Works through all symbols that start at or before `now`. The result, and stages(), are valid until the
  /// next call.
  std::span<const Done> advance(TimeNs now);
  std::span<const StageEntry> stages() const { return stages_; }

  /// What the UE could get now [bit/s]: all PRBs, less what the cell has recently been using, but no less
  /// than an equal share among those waiting. 0 when not attached.
  double expected_bps(Direction direction, Ue ue) const;
  /// Mean latency of a lone small transfer without errors, dynamically scheduled.
  TimeNs access_delay_ns(Direction direction) const {
    return direction == Direction::kUplink ? timing_.mean_uplink_ns() : timing_.mean_downlink_ns();
  }
  /// SINR [dB] that link adaptation expects, one PRB wide.
  double expected_sinr_db(Direction direction, Ue ue) const;

  /// SINR [dB] of the reference signals that radio link monitoring looks at: other cells as loaded as they
  /// have recently been on the downlink. Of an attached UE.
  double monitored_sinr_db(Ue ue) const;
  /// Asks for the memory of a UE that is about to send.
  void fetch(Ue ue) const;

  /// What a cell has carried since the last call for it, in all and of one slice.
  CellLoad take_load(Cell cell);
  SliceLoad take_load(Cell cell, SliceId slice);
  const Timing& timing() const { return timing_; }
  std::size_t cells() const { return cells_.size(); }

 private:
  struct Owner {
    Ue ue;
    std::uint32_t attachment;
    Direction direction;
    std::uint8_t index;  // of a bearer, or of a slice
  };
  struct Repeat {
    Owner owner;  // bearer
    Part part;
  };
  struct Discard {
    Owner owner;  // bearer
    TransferId transfer;
    std::uint32_t ref;
    TimeNs enqueue_ns;
  };
  // What is to be done at a symbol.
  struct Work {
    std::vector<BlockId> granted;         // blocks whose transmission begins
    std::vector<BlockId> resolved;        // blocks whose fate the gNB knows, where that leads to something
    std::vector<Owner> wanted;            // slices with a request that may be answered, or with downlink data
    std::vector<Owner> periodic;          // bearers with data and an occasion of their periodic grant
    std::vector<Repeat> repeats;          // parts that RLC sends again
    std::vector<BlockId> ending;          // blocks that could be pre-empted, whose transmission has ended
    std::vector<Discard> discards;        // transfers whose discard timer ends
    std::vector<BroadcastId> broadcasts;  // that may be assigned from now on
    std::vector<std::pair<BroadcastId, std::uint32_t>> broadcast_discards;  // with their versions
    void clear() {
      granted.clear();
      resolved.clear();
      wanted.clear();
      periodic.clear();
      repeats.clear();
      ending.clear();
      discards.clear();
      broadcasts.clear();
      broadcast_discards.clear();
    }
  };
  struct SliceQueue {
    std::vector<Ue> waiting;               // with new data, least recently served first
    std::vector<BlockId> retransmissions;  // oldest first
    std::vector<BroadcastId> broadcasts;   // with bytes to send, oldest first
    int used = 0;                          // PRBs at Side::start
    bool idle() const { return waiting.empty() && retransmissions.empty() && broadcasts.empty(); }
  };
  struct OnAir {
    Tick start, end;
    int first_prb, end_prb;
    SliceId slice;
  };
  // The carrier as it is for slices that pre-empt: mini-slots, assigned in any symbol.
  struct MiniSlots {
    explicit MiniSlots(const CarrierParams& carrier) : timing(carrier), link(carrier, timing) {}
    Timing timing;
    LinkAdaptation link;
  };
  // One direction of a cell.
  struct Side {
    std::vector<SliceQueue> slices;
    Tick start = kNoTick;           // of the transmissions that are being granted now
    int next_prb = 0, end_prb = 0;  // what is left there
    std::vector<OnAir> on_air;      // of overlapping starts only
    std::optional<Reservations> reservations;
    double load = 0;     // share of PRBs in use, smoothed over time
    Tick load_tick = 0;  // … as of this symbol
    bool idle() const {
      for (const SliceQueue& slice : slices) {
        if (!slice.idle()) return false;
      }
      return true;
    }
  };
  struct CellContext {
    float psd_mw = 0;                    // of a PRB
    float ul_noise_interference_mw = 0;  // of a PRB, smoothed
    std::array<Side, kDirections> sides;
    std::vector<OnAir> minis;  // mini-slots on the air
    CellLoad load;
    std::vector<SliceLoad> slice_loads;
    std::vector<std::int64_t> admitted;  // UEs, by slice
    Tick pdcch = kNoTick;                // the occasion to which …
    int cces = 0;                        // … what is left belongs
    Side& side(Direction d) { return sides[static_cast<std::size_t>(d)]; }
    const Side& side(Direction d) const { return sides[static_cast<std::size_t>(d)]; }
  };
  // What a bearer's 5QI and RLC mode come to.
  struct Quality {
    float priority;
    TimeNs budget_ns;
    bool delay_critical;
    std::int64_t repeats;  // RLC retransmissions
  };
  // What a periodic grant of a bearer needs to know.
  struct PeriodicRule {
    bool on = false;
    Tick period = 0;  // symbols; 0: every start
    std::size_t period_starts = 1;
    std::int64_t bytes = 0;  // with headers
    bool random = false;
  };

  // mac.cc
  void activate(Direction direction, Ue ue, SliceId slice);
  void request_if_unannounced(Ue ue, SliceId slice);
  bool current(const Owner& o) const { return ues_[o.ue].attachments == o.attachment && attached(o.ue); }
  Owner owner(Direction direction, Ue ue, std::uint8_t index) const {
    return {ue, ues_[ue].attachments, direction, index};
  }
  float gain(Ue ue, Cell cell) const { return gains_[ue * cells_.size() + cell]; }
  Flow& flow(Direction d, Ue ue, BearerId b) {
    return flows_[(ue * kDirections + static_cast<std::size_t>(d)) * qos_.bearers.size() + b];
  }
  const Flow& flow(Direction d, Ue ue, BearerId b) const { return const_cast<Mac*>(this)->flow(d, ue, b); }
  Demand& demand(Direction d, Ue ue, SliceId s) {
    return demands_[(ue * kDirections + static_cast<std::size_t>(d)) * qos_.slices.size() + s];
  }
  const Demand& demand(Direction d, Ue ue, SliceId s) const {
    return const_cast<Mac*>(this)->demand(d, ue, s);
  }
  void aim_power(Ue ue);
  /// Before a UE's first block in a cell: as its measurement of reference signals, which all cells send all
  /// the time.
  void expect_interference(Ue ue);
  /// What small-scale fading makes of an expected SINR, as far as the gNB knows; 1 without it.
  double known_fading(Direction direction, Ue ue, double sinr) const;
  UplinkBudget uplink_budget(Ue ue) const;
  double downlink_sinr(Ue ue) const;
  double decayed_load(const Side& side, Tick tick) const;
  std::int64_t ready_bytes(Direction direction, Ue ue, SliceId slice, TimeNs at) const;
  std::int64_t fill(Direction direction, Ue ue, SliceId slice, std::int64_t room, TimeNs at,
                    std::vector<Part>& parts);
  int mcs_for(Direction direction, Ue ue, int prbs) const;
  Format format_for(Direction direction, Ue ue, const LinkAdaptation& link, std::int64_t bytes) const;
  // tick.cc
  void run_tick(Tick tick);
  void fetch(const Work& work) const;
  void repeat(const Repeat& repeat);
  void resolve(BlockId id);
  void send(BlockId id, Tick tick);
  bool prepare_pusch(BlockId id, Tick tick);
  void receive(const Transmission& transmission);
  void conclude(BlockId id);
  void settle(const Block& block);
  void discard(const Discard& discard);
  void count_prbs(const Block& block);
  double draw_fate(Direction direction, Ue ue, std::uint64_t block, int transmission) const;
  // allocate.cc
  void allocate(Direction direction, Cell cell, Tick pdcch);
  void open(Direction direction, Side& side, Tick start, std::span<const OnAir> minis);
  int wanted_prbs(Direction direction, const SliceQueue& queue, SliceId slice, Tick pdcch, Tick start);
  void serve(Direction direction, Cell cell, SliceId slice, Tick pdcch, int prbs, int& cces);
  int retransmit(Direction direction, Cell cell, SliceQueue& queue, Tick pdcch, int prbs, int& cces);
  void share_cell(Direction direction, Cell cell, Tick pdcch, int& cces);
  int cces_for(Ue ue) const;
  int cces_at(double sinr) const;
  Candidate candidate(Direction direction, Ue ue, SliceId slice, Tick pdcch, Tick start) const;
  void begin_block(Direction direction, Ue ue, SliceId slice, Tick pdcch, int prbs);
  void place(BlockId id, Side& side, Tick start);
  // preemption.cc
  void prepare_preemption();
  void mark_busy(Direction direction, SliceId slice);
  bool waiting_to_preempt(const Side& side) const;
  void preempt(Cell cell, Tick pdcch);
  std::pair<int, int> find_minis(Cell cell, SliceId slice, Tick start, int wanted);
  int room_for_minis(Cell cell, SliceId slice, Tick start);
  void puncture_by(BlockId mini);
  void puncture(BlockId block, const OnAir& mini);
  // periodic.cc
  void prepare_periodic();
  bool set_up(Direction direction, Ue ue, BearerId bearer, TimeNs ready);
  void release(Direction direction, Ue ue, BearerId bearer);
  void await_occasion(Direction direction, Ue ue, BearerId bearer, Tick from);
  void use_occasion(const Owner& owner, Tick tick);
  // broadcast.cc
  void prepare_broadcast();
  int broadcast_mcs() const { return static_cast<int>(carrier_.pdsch.broadcast.mcs); }
  const LinkAdaptation& broadcast_link(SliceId slice) const;
  void queue_broadcast(BroadcastId id);
  std::int64_t broadcast_bytes(const SliceQueue& queue);
  int wanted_broadcast_prbs(const SliceQueue& queue, SliceId slice);
  int send_broadcasts(Cell cell, SliceId slice, Tick pdcch, int prbs, int& cces);
  void receive_broadcast(const Transmission& transmission);
  void conclude_broadcast(BlockId id);
  void end_receiver(const Block& block, const Broadcast& b, const Receiver& receiver, Outcome outcome);
  static Transfer broadcast_transfer(const Broadcast& b, const Receiver& receiver);
  void discard_broadcast(BroadcastId id, std::uint32_t version);
  void leave_broadcasts(Ue ue);
  // ending.cc
  void end_transfer(const Block& block, const Transfer& transfer, Outcome outcome, Ue ue);
  void end_unsent(Direction direction, Ue ue, const Transfer& transfer, TimeNs now, Outcome outcome);

  const Occasions& starts(Direction d) const {
    return d == Direction::kUplink ? timing_.pusch_starts() : timing_.pdsch_starts();
  }
  int symbols(Direction d) const {
    return d == Direction::kUplink ? timing_.pusch_symbols() : timing_.pdsch_symbols();
  }
  bool preempts(Direction d, SliceId slice) const {
    return mini_ && d == Direction::kDownlink && qos_.slices[slice].preempts;
  }
  const Timing& timing(Direction d, SliceId slice) const {
    return preempts(d, slice) ? mini_->timing : timing_;
  }
  const LinkAdaptation& link(Direction d, SliceId slice) const {
    return preempts(d, slice) ? mini_->link : link_;
  }
  int symbols(const Block& b) const {
    return preempts(b.direction, b.slice) ? mini_->timing.pdsch_symbols() : symbols(b.direction);
  }
  /// Whether a mini-slot may take PRBs of the block.
  bool can_be_preempted(const Block& b) const {
    return mini_ && b.direction == Direction::kDownlink && b.granted && !qos_.slices[b.slice].preempts &&
           qos_.slices[b.slice].priority > urgent_;
  }

  CarrierParams carrier_;
  QosParams qos_;
  Timing timing_;
  LinkAdaptation link_;
  std::optional<MiniSlots> mini_;                                       // where a slice pre-empts
  std::optional<LinkAdaptation> broadcast_link_, mini_broadcast_link_;  // from the first broadcast on
  std::int64_t urgent_ = 0;                             // the lowest priority of those that do
  std::vector<std::unique_ptr<Scheduler>> schedulers_;  // by slice
  std::vector<std::vector<BearerId>> bearers_of_;       // by slice; the most important one first
  std::vector<SliceId> order_;                          // slices by priority
  std::vector<Quality> qualities_;                      // by bearer
  std::vector<bool> ranked_;                            // by slice: its scheduler looks at more than PRBs
  int cces_ = 0, broadcast_cces_ = 0;                   // of a PDCCH occasion; of a broadcast's assignment
  std::array<std::vector<SliceShare>, kDirections> shares_;      // by slice
  std::array<std::vector<PeriodicRule>, kDirections> periodic_;  // by bearer
  Interference interference_;
  std::unique_ptr<FastFading> fading_;
  Seed seed_;
  std::array<std::uint64_t, kDirections> fate_streams_;
  std::uint64_t sr_stream_, broadcast_stream_;
  float ue_noise_mw_, gnb_noise_mw_;           // of a PRB
  double ue_power_mw_, load_decay_;            // the latter over one symbol, log2
  std::array<double, kDirections> one_load_;   // weight of a transmission in Side::load
  std::array<bool, kDirections> overlapping_;  // whether transmissions may begin while others go on

  std::vector<CellContext> cells_;
  std::vector<UeContext> ues_;
  std::vector<Flow> flows_;      // [UE][direction][bearer]
  std::vector<Demand> demands_;  // [UE][direction][slice]
  std::vector<float> gains_;     // [UE][cell], linear
  TransferPool transfers_;
  BlockPool blocks_;
  BroadcastPool broadcasts_;
  Agenda<Work> agenda_;
  Tick next_tick_ = 0;  // the first that has not been worked through
  // Blocks whose fate the gNB knows from a symbol on, which leads to nothing: looked at when there is
  // something to do.
  std::array<std::deque<std::pair<Tick, BlockId>>, kDirections> settled_;
  std::array<bool, kDirections> busy_{};  // whether any cell has work for the scheduler
  bool preempting_ = false;               // … of a slice that pre-empts

  // Of the current call or symbol.
  Work work_;
  std::array<std::vector<Transmission>, kDirections> on_air_;
  std::vector<Candidate> candidates_;
  std::vector<bool> blocked_;  // PRBs
  std::vector<std::uint16_t> given_;
  std::vector<Ue> served_;
  std::vector<int> wanted_, used_, allowed_;
  std::vector<Done> done_;
  std::vector<StageEntry> stages_;
  std::vector<Unfinished> unfinished_;
};

}  // namespace cv2x::uu
