#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "models/base/hash.h"
#include "models/uu/mac.h"

namespace cv2x::uu {

/// A carrier at 30 kHz, 20 MHz (51 PRBs) with a request slot in every slot.
inline CarrierParams test_carrier() {
  CarrierParams carrier;
  carrier.name = "n78";
  carrier.numerology = 1;
  carrier.sr_period_ns = 500 * kMicrosecond;
  carrier.rlc_retransmissions = 0;
  return carrier;
}

inline constexpr float kGoodGainDb = -80;

/// One Mac with what it has reported so far, by ref.
struct Driver {
  struct Ended {
    Done done;
    std::vector<StageEntry> stages;
  };

  explicit Driver(const CarrierParams& carrier, std::size_t cells = 1, double power_dbm = 46, Seed seed = {})
      : mac(carrier, std::vector<double>(cells, power_dbm), seed) {}

  Driver(const CarrierParams& carrier, const QosParams& qos, std::size_t cells = 1)
      : mac(carrier, std::vector<double>(cells, 46), {}, qos) {}

  void add(Ue ue, Cell cell, const std::vector<float>& gain_db, TimeNs usable_from = 0) {
    mac.set_gains(ue, gain_db);
    mac.attach(ue, hash_name("ue" + std::to_string(ue)), cell, usable_from);
  }

  /// All slots that start before `end`.
  void run_until(TimeNs end) {
    while (mac.next_wakeup() < end) {
      ++slots;
      const auto done = mac.advance(mac.next_wakeup());
      for (const Done& d : done) {
        const auto stages = mac.stages().subspan(d.first_stage, d.stages);
        ended[d.ref] = {d, {stages.begin(), stages.end()}};
        order.push_back(d.ref);
      }
    }
  }
  void run() { run_until(kNever); }

  Mac mac;
  std::map<std::uint32_t, Ended> ended;
  std::vector<std::uint32_t> order;
  std::int64_t slots = 0;
};

}  // namespace cv2x::uu
