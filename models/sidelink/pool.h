#pragma once

#include <cstdint>
#include <vector>

#include "models/base/time.h"
#include "models/sidelink/params.h"

namespace cv2x::sidelink {

/// T_proc,0 (sensing results are ready so many slots later) and T_proc,1 (preparation of a transmission), TS
/// 38.214 V17 tables 8.1.4-1 and -2, µ = 0 … 2; LTE: 0 and 4 subframes (TS 36.213 §14.1.1.6: T1 ≤ 4).
std::int64_t sensing_slots(SidelinkMode mode, std::int64_t numerology);
std::int64_t most_t1_slots(SidelinkMode mode, std::int64_t numerology);

/// A period or window in slots, rounded down, at least 1.
std::int64_t to_slots(TimeNs span, std::int64_t numerology);

/// Range of the reselection counter: 5 … 15 from 100 ms on, otherwise times C = 100 / max(20 ms, period) (TS
/// 38.321 V17 §5.22.1.1, TS 36.321 §5.14.1.1).
struct CounterRange {
  std::int64_t low = 5, high = 15;
};
CounterRange counter_range(TimeNs period);

/// What `subchannels` sub-channels of a pool carry.
struct PacketFormat {
  std::int64_t subchannels = 1;
  std::int64_t data_prbs = 0;  ///< over which noise is counted and power is spread
  std::int64_t bits = 0;       ///< of the transport block
};

/// nr_mode2: TS 38.214 V17 §8.1.3.2 and §5.1.3.2 with 12 symbols a slot (the first is a copy for the gain
/// control, the last a gap), two of them with DMRS (12 resource elements a PRB), the PSCCH and 2nd-stage SCI
/// taken off. lte_mode4: efficiency · resource elements, 9 data symbols a subframe (TS 36.211 §9: 14 less 4
/// DMRS and the gap), rounded down to bytes.
/// The 2nd-stage SCI has 35 + 24 bits (SCI 2-A) at the rate of the data times 3.5, rounded up.
PacketFormat packet_format(const SidelinkParams& params, std::int64_t subchannels);

/// The fewest sub-channels that carry so many bytes; 0 when not even all of the pool do.
std::int64_t subchannels_for(const SidelinkParams& params, std::int64_t bytes);

/// PRBs of the carrier: TS 38.101-1 table 5.3.2-1, TS 36.101 table 5.6-1; 0: no such carrier.
std::int64_t carrier_prbs(const SidelinkParams& params);

/// Noise power over `prbs` PRBs [dBm].
double noise_dbm(const SidelinkParams& params, std::int64_t prbs);

/// Total transmit power of a packet [dBm].
double power_dbm(const SidelinkParams& params, const PacketFormat& format);

/// In-band emissions of a packet of `length` sub-channels from `first` on: share of the power in one of its
/// own sub-channels that falls into each sub-channel of the pool; 1 in its own. General and IQ-image terms of
/// TS 38.101-1 V17 table 6.4.2.3-1 (TS 36.101 table 6.5.2.3.1-1 has the same) at their limits, EVM 17.5 %,
/// averaged over the victim's PRBs. `enabled` false: 0 in all others.
std::vector<float> emission_shares(const SidelinkParams& params, std::int64_t first, std::int64_t length);

}  // namespace cv2x::sidelink
