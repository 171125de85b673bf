#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "models/base/ids.h"
#include "models/base/random.h"
#include "models/base/stage.h"
#include "models/base/time.h"
#include "models/uu/agenda.h"
#include "models/uu/harq.h"
#include "models/uu/link_adaptation.h"
#include "models/uu/params.h"
#include "models/uu/reception.h"
#include "models/uu/scheduler.h"
#include "models/uu/timing.h"
#include "models/uu/types.h"
#include "models/uu/ue_context.h"

namespace cv2x::uu {

/// gNB–UE MAC (and RLC) of NR Uu on one carrier frequency, with all cells of it: buffers,
/// scheduling requests, buffer status reports, grants, PRB scheduling, segmentation and concatenation, link
/// adaptation, HARQ with Chase combining, interference between cells.
///
/// A state machine that is told the time. The caller wakes it at next_wakeup(), once a slot while anybody has
/// something to send or to answer and never otherwise:
///
///     mac.set_gains(ue, gains); mac.attach(ue, key, cell, usable_from); mac.enqueue(kUplink, ue, ref, bytes,
///     now); for (const Done& done : mac.advance(mac.next_wakeup())) … mac.stages() …
///
/// A slot has two phases: first all cells allocate, then all receptions of the slot are evaluated with the
/// interference of whoever is on the air. All input must come in order of time; what concerns the same
/// instant as a slot's start counts from that slot on when it comes before advance() (gains), and from the
/// next one on otherwise.
///
/// Laws: timing.h; TBS, BLER, power control: models/radio; conventions of headers: buffer.h. Each cell fills
/// its slot from PRB 0 up, so lightly loaded neighbours do collide. SINR is that of the large-scale gain (no
/// fast fading). A block's fate is one uniform number: it is decoded by the first transmission at which the
/// error rate at the combined SINR is below it. What HARQ loses, RLC sends again (acknowledged mode) or not
/// (unacknowledged mode, rlc_retransmissions = 0); its status reports take a given time and no PRBs. Left
/// out: TDD, slices, configured grants; PDCCH errors and capacity but for kMaxGrants; errors of requests and
/// feedback; CSI delay but for HARQ feedback; BSR quantisation; closed-loop power control; random access.
class Mac {
 public:
  /// UEs that one cell can schedule in a slot and direction (PDCCH capacity, roughly).
  static constexpr int kMaxGrants = 16;

  /// One cell for each power: total downlink power [dBm], spread evenly over the carrier's PRBs.
  /// Throws UserError where the carrier's bandwidth or capability does not exist.
  Mac(const CarrierParams& carrier, std::span<const double> cell_power_dbm, const Seed& seed,
      std::string_view scheduler = "round_robin");

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

  /// `bytes` (> 0) to be sent. `ref` comes back in Done or from detach().
  void enqueue(Direction direction, Ue ue, std::uint32_t ref, std::int64_t bytes, TimeNs now);

  /// Start of the next slot in which there is something to do; kNever when nobody has anything.
  TimeNs next_wakeup() const;
  /// Works through all slots that start at or before `now`. The result, and stages(), are valid until the
  /// next call.
  std::span<const Done> advance(TimeNs now);
  std::span<const StageEntry> stages() const { return stages_; }

  /// What the UE could get now [bit/s]: all PRBs, less what the cell has recently been using, but no less
  /// than an equal share among those waiting. 0 when not attached.
  double expected_bps(Direction direction, Ue ue) const;
  /// Mean latency of a lone small transfer without errors.
  TimeNs access_delay_ns(Direction direction) const {
    return direction == Direction::kUplink ? timing_.mean_uplink_ns() : timing_.mean_downlink_ns();
  }
  /// SINR [dB] that link adaptation expects, one PRB wide.
  double expected_sinr_db(Direction direction, Ue ue) const;

  /// SINR [dB] of the reference signals that radio link monitoring looks at: other cells as loaded as they
  /// have recently been on the downlink. Of an attached UE.
  double monitored_sinr_db(Ue ue) const;

  /// What a cell has carried since the last call for it.
  CellLoad take_load(Cell cell);
  const Timing& timing() const { return timing_; }
  std::size_t cells() const { return cells_.size(); }

 private:
  struct Request {
    Ue ue;
    std::uint32_t attachment;
  };
  struct Repeat {
    Request owner;
    Direction direction;
    Part part;
  };
  // What is to be done in a slot.
  struct Work {
    std::vector<BlockId> granted;   // uplink blocks whose PUSCH is in this slot, by cell
    std::vector<BlockId> resolved;  // blocks whose fate the gNB knows from this slot on
    std::vector<Request> requests;  // scheduling requests that may be answered from this slot on
    std::vector<Request> arrivals;  // downlink data that may be sent from this slot on
    std::vector<Repeat> repeats;    // parts that RLC sends again from this slot on
    void clear() {
      granted.clear();
      resolved.clear();
      requests.clear();
      arrivals.clear();
      repeats.clear();
    }
  };
  // One direction of a cell.
  struct Side {
    std::vector<Ue> waiting;               // with new data, least recently served first
    std::vector<BlockId> retransmissions;  // oldest first
    double load = 0;                       // share of PRBs in use, smoothed over time
    std::int64_t load_slot = 0;            // … as of this slot
    bool idle() const { return waiting.empty() && retransmissions.empty(); }
  };
  struct CellContext {
    float psd_mw = 0;                    // of a PRB
    float ul_noise_interference_mw = 0;  // of a PRB, smoothed
    std::array<Side, kDirections> sides;
    CellLoad load;
    Side& side(Direction d) { return sides[static_cast<std::size_t>(d)]; }
    const Side& side(Direction d) const { return sides[static_cast<std::size_t>(d)]; }
  };

  // mac.cc
  void activate(Direction direction, Ue ue);
  void request_if_unannounced(Ue ue);
  bool current(const Request& r) const { return ues_[r.ue].attachments == r.attachment && attached(r.ue); }
  float gain(Ue ue, Cell cell) const { return gains_[ue * cells_.size() + cell]; }
  void aim_power(Ue ue);
  /// Before a UE's first block in a cell: as its measurement of reference signals, which all cells send all
  /// the time.
  void expect_interference(Ue ue);
  UplinkBudget uplink_budget(Ue ue) const;
  double downlink_sinr(Ue ue) const;
  double decayed_load(const Side& side, std::int64_t slot) const;
  void end_transfer(const Block& block, const Transfer& transfer, std::int64_t slot, Outcome outcome);
  // slot.cc
  void run_slot(std::int64_t slot);
  void repeat(const Repeat& repeat);
  void resolve(BlockId id);
  void allocate(Direction direction, Cell cell, std::int64_t slot);
  int retransmit(Direction direction, Cell cell, std::int64_t slot, int& first_prb);
  Candidate candidate(Direction direction, Ue ue, std::int64_t slot) const;
  int begin_block(Direction direction, Ue ue, std::int64_t slot, int first_prb, int prbs);
  void place(BlockId id, std::int64_t slot, int first_prb);
  void send_pusch(BlockId id, std::int64_t slot);
  void receive(const Transmission& transmission, std::int64_t slot);
  void settle(const Block& block, std::int64_t slot);

  CarrierParams carrier_;
  Timing timing_;
  LinkAdaptation link_;
  std::unique_ptr<Scheduler> scheduler_;
  Interference interference_;
  Seed seed_;
  std::array<std::uint64_t, kDirections> fate_streams_;
  std::uint64_t sr_stream_;
  float ue_noise_mw_, gnb_noise_mw_;  // of a PRB
  double ue_power_mw_;
  double load_decay_;     // over one slot, log2
  double one_slot_load_;  // weight of a slot in Side::load

  std::vector<CellContext> cells_;
  std::vector<UeContext> ues_;
  std::vector<float> gains_;  // [UE][cell], linear
  TransferPool transfers_;
  BlockPool blocks_;
  Agenda<Work> agenda_;
  std::int64_t next_slot_ = 0;  // the first that has not been worked through

  // Of the current call or slot.
  Work work_;
  std::array<std::vector<Transmission>, kDirections> on_air_;
  std::vector<Candidate> candidates_;
  std::vector<std::uint16_t> given_;
  std::vector<Ue> served_;
  std::vector<Done> done_;
  std::vector<StageEntry> stages_;
  std::vector<Unfinished> unfinished_;
};

}  // namespace cv2x::uu
