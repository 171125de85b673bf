#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/base/random.h"
#include "models/base/time.h"
#include "models/sidelink/candidates.h"
#include "models/sidelink/medium.h"
#include "models/sidelink/params.h"

namespace cv2x::sidelink {

/// A service that broadcasts over the sidelink.
struct Flow {
  std::string name;
  std::int64_t subchannels = 1;             ///< of its packets
  TimeNs deadline_ns = 100 * kMillisecond;  ///< packet delay budget
};

/// Packets created in [begin, end) are counted.
struct Window {
  TimeNs begin_ns = 0, end_ns = kNever;
};

/// A packet that was sent, and how many of the receivers within range.measured got it.
struct Sent {
  std::uint32_t vehicle;
  std::uint16_t service;
  bool counted;
  TimeNs created_ns, end_ns;
  std::uint32_t heard, could;
};

/// A carrier with a resource pool in which all vehicles broadcast: each service of a vehicle has a process
/// that senses, chooses resources and keeps them for some periods (semi-persistent scheduling).
///
/// A packet comes in slot n. Without a resource the process chooses one in [n + T1, n + min(T2, delay
/// budget)] by TS 38.214 V17 §8.1.4 or TS 36.213 §14.1.1.6 (candidates.h), draws its reselection counter and
/// keeps the resource every period; each packet that is sent takes 1 off the counter. When the last one is
/// sent the resource is kept with the keep probability (and a new counter), else the packet announces no
/// further reservation (TS 36.321 §5.14.1.1) and the next one makes a new choice. A packet that is not sent
/// before the next one comes is given up. A packet whose occasion comes after its delay budget makes the
/// process choose anew.
///
/// Reservations are those of one period back; all processes have one period (SidelinkSensingParams), so other
/// distances cannot be reserved. Left out: retransmissions, HARQ feedback, aperiodic reservations,
/// priorities.
class Engine {
 public:
  Engine(const SidelinkParams& params, std::span<const LinkCurve> curves, double antenna_height_m,
         std::vector<Flow> flows, const Window& window, const Seed& seed);

  /// Before the first slot: see Medium::divide.
  void divide(int parts, Spread spread) { medium_.divide(parts, std::move(spread)); }

  void enter(std::uint32_t vehicle, std::uint64_t key, double x_m, double y_m);
  void leave(std::uint32_t vehicle);
  void move(std::uint32_t vehicle, double x_m, double y_m) {
    medium_.roster().move(vehicle, x_m, y_m, params_.channel.decorrelation_m);
  }
  /// After a round of the three above, before the next slot.
  void settle() { medium_.settle(); }

  /// A packet of a service, now.
  void send(std::uint32_t vehicle, std::uint16_t service, TimeNs now);

  /// Start of the next slot in which there is something to do; kNever: none.
  TimeNs next_wakeup() const;
  /// Does what is due in the slot that begins now; returns what was sent.
  std::span<const Sent> advance(TimeNs now);

  /// Channel busy ratio of everybody over the time since the last call, ending now: share of the sub-channels
  /// above the threshold (TS 38.215 §5.1.27), slots left out in which the vehicle was sending itself. By
  /// vehicle in the order of their slots.
  std::span<const float> measure_cbr(TimeNs now);

  const Medium& medium() const { return medium_; }
  std::uint64_t given_up(std::uint16_t service) const { return given_up_[service]; }
  std::uint64_t selections() const { return selections_; }
  std::uint64_t moved() const { return moved_; }  ///< resources given up by re-evaluation

 private:
  struct Process {
    std::uint64_t key = 0;
    Resource grant;
    std::int64_t last_slot = 0;  // of the selection window
    TimeNs created_ns = 0;
    std::int64_t counter = 0;
    std::uint32_t version = 0, draws = 0, packets = 0;
    std::uint8_t unused = 0;
    bool pending = false, granted = false, announced = false;
  };
  struct Due {
    std::uint32_t process, version;
    bool check;  // re-evaluation, not the occasion itself
  };
  std::size_t process_of(std::uint32_t vehicle, std::uint16_t service) const {
    return vehicle * flows_.size() + service;
  }
  void select(std::uint32_t process, std::int64_t now_slot, std::int64_t last_slot);
  void sense(std::uint32_t process, std::int64_t now_slot, std::int64_t first, std::int64_t last);
  int choices(std::uint32_t process, std::int64_t first, std::uint32_t salt);
  void check(std::uint32_t process, std::int64_t slot);
  void schedule(std::uint32_t process, std::int64_t slot, bool check);
  std::int64_t draw_counter(std::uint32_t high, std::uint32_t low) const;
  void occasion(std::uint32_t process, std::int64_t slot);
  std::int64_t slot_start(std::int64_t slot) const { return slot * slot_ns_; }

  SidelinkParams params_;
  std::vector<Flow> flows_;
  Window window_;
  Seed seed_;
  TimeNs slot_ns_;
  std::int64_t period_, t1_, t2_, t3_, proc0_;  // slots
  CounterRange counter_;
  std::vector<std::uint8_t> threshold_;  // by sub-channels of a packet
  Medium medium_;
  std::vector<Process> processes_;
  std::vector<std::vector<Due>> agenda_;  // by slot, a ring
  std::int64_t next_slot_ = 0;            // what is before has been done
  std::size_t agenda_size_ = 0;
  Candidates candidates_;
  std::vector<float> average_;
  std::vector<Transmission> transmissions_;
  std::vector<std::uint32_t> sending_;  // their processes
  std::vector<Sent> sent_;
  std::vector<float> cbr_;
  TimeNs cbr_since_ns_ = 0;
  std::vector<std::uint64_t> given_up_;
  std::uint64_t selections_ = 0, moved_ = 0;
};

}  // namespace cv2x::sidelink
