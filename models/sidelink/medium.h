#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/sidelink/counts.h"
#include "models/sidelink/kernel.h"
#include "models/sidelink/memory.h"
#include "models/sidelink/params.h"
#include "models/sidelink/pool.h"
#include "models/sidelink/roster.h"

namespace cv2x::sidelink {

/// A packet in a slot.
struct Transmission {
  std::uint32_t vehicle = 0;  ///< its slot in the roster
  std::uint32_t draw = 0;     ///< random, of this transmission
  std::int32_t subchannel = 0;
  std::int32_t length = 1;  ///< sub-channels
  std::uint16_t service = 0;
  bool reserves = true;   ///< its control information reserves the same resource a period later
  bool counts = true;     ///< whether receptions are counted
  TimeNs latency_ns = 0;  ///< from the packet's creation until its reception

  std::uint32_t heard = 0, could = 0;  ///< out: receivers within measured_m that got it, and all
};

/// Calls a job for each of the parts 0 … n − 1 of the receivers, in any order or at the same time, and
/// returns when all are done.
using Spread = std::function<void(const std::function<void(int)>& job)>;

/// The air: everybody's transmissions of a slot at every receiver near them, what they sense, and the counts.
/// Receivers are divided among threads; each evaluates all transmissions in the same order, so a receiver's
/// sum does not depend on their number.
class Medium {
 public:
  /// `curves`: of packets of 1, 2, … sub-channels; the last one holds for longer ones too.
  Medium(const SidelinkParams& params, std::span<const LinkCurve> curves, double antenna_height_m,
         int services);

  Roster& roster() { return roster_; }
  const Roster& roster() const { return roster_; }
  /// The receivers are worked on in so many parts, by `spread`; until then in one. Before the first slot.
  void divide(int parts, Spread spread);

  /// After vehicles have entered, left or moved: sorts them anew where that is due.
  void settle();

  /// Gaps are measured anew from here on: a vehicle has entered at this slot of the roster.
  void forget_gaps(std::uint32_t vehicle);

  /// All transmissions of a slot; slots ascend. `epoch`: of SidelinkChannelParams::redraw.
  void run(std::int64_t slot, std::span<Transmission> transmissions, std::uint32_t epoch);
  /// Whatever was sensed up to this slot can be asked for: slots without transmissions are forgotten.
  void advance(std::int64_t slot);

  /// Codes of RSRP (8 an octave from 2^(kRsrpFirst − 127) mW on), and of S-RSSI (lte_mode4).
  const SensingMemory& rsrp() const { return rsrp_; }
  const SensingMemory& rssi() const { return rssi_; }

  /// Busy sub-channels that the vehicle at this place has counted, and slots in which it could not (it was
  /// sending).
  std::uint32_t busy(std::uint32_t place) const { return busy_[place]; }
  std::uint32_t own_slots(std::uint32_t place) const { return own_[place]; }
  void restart_busy();

  ReceptionCounts counts(std::uint16_t service) const;
  const GapCounts& gaps(std::uint16_t service, int bin) const;
  int bins() const { return bins_; }
  int gap_bins() const { return gap_bins_; }
  std::uint64_t links() const;  ///< evaluated so far

 private:
  struct Block {
    std::uint32_t transmission, begin, n;
    std::uint32_t first, last;  // places: computed
    std::uint32_t low, high;    // of the n: whole tiles outside of which nothing is counted
    std::size_t at;             // in mw, bin
  };
  struct Heard {
    std::uint32_t transmission, vehicle, key;
    std::uint16_t bin;
  };
  /// What a thread works with.
  struct Part {
    std::vector<float> mw;
    std::vector<std::uint16_t> bin;
    std::vector<Block> blocks;
    std::vector<Heard> heard_near;
    std::vector<std::uint32_t> heard, could;
    std::vector<ReceptionCounts> counts;
    std::uint64_t links = 0;
  };
  /// Transmissions that use the same sub-channels.
  struct Pattern {
    std::int32_t subchannel, length;
    std::vector<float> shares;  // of the power in each sub-channel of its own, that falls into each
    std::vector<float> power;   // in one of its own, by place
    std::vector<float> far;     // the same from far away, by run
    bool active = false;
  };
  std::size_t pattern_of(const Transmission& t);
  void add_far(const Emission& e, std::size_t pattern, std::span<const Roster::Range> near);
  static constexpr std::uint32_t kPiece = 512;
  void work(int part);
  void work_piece(Part& p, std::uint32_t low, std::uint32_t high);
  void add_powers(Part& p, std::uint32_t low, std::uint32_t high);
  void sum_up(std::uint32_t low, std::uint32_t high);
  void receive(Part& p, const Block& block);
  void count(Part& p, const Block& block, const Reception* fate);
  void note_gaps();

  SidelinkParams params_;
  int services_, bins_, gap_bins_;
  float noise_mw_, busy_mw_;  // of a sub-channel
  Propagation propagation_;
  Kernel kernel_;
  Roster roster_;
  SensingMemory rsrp_, rssi_;
  bool ranks_;  // lte_mode4: S-RSSI is remembered
  Spread spread_;
  std::vector<Part> parts_;
  std::vector<Pattern> patterns_;
  std::vector<LinkTable> links_;
  std::vector<Decoding> decoding_;         // by length
  std::vector<float> power_db_;            // with antenna gains, by length
  std::vector<float> far_gain_;            // by distance in squares
  std::vector<std::vector<float>> total_;  // by sub-channel and place
  std::vector<std::uint8_t> on_air_;
  std::vector<std::uint32_t> busy_, own_;
  std::int64_t slot_ = -1, cleared_ = -1;  // cleared_: memory up to here is of this turn of the ring
  std::span<Transmission> transmissions_;
  std::uint32_t emission_place_ = 0;
  std::vector<Emission> emissions_;
  std::vector<std::size_t> pattern_;              // of each transmission
  std::vector<std::vector<Roster::Range>> near_;  // of each transmission
  struct Stamp {
    std::uint32_t key = 0, slot = kNoSlot;  // of the receiver, its last reception
  };
  static constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};
  static constexpr std::size_t kStamps = 256;  // of a transmitter
  std::vector<Stamp> stamps_;                  // by vehicle
  std::vector<GapCounts> gaps_;                // by service and bin
};

}  // namespace cv2x::sidelink
