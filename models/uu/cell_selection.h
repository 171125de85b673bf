#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/base/time.h"
#include "models/uu/params.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// RSRP [dBm]: power of one resource element of a cell whose total power is spread evenly over its PRBs
/// (TS 38.215 §5.1.1), received over `gain_db` (antenna gain − path loss − shadowing).
double rsrp_dbm(double cell_power_dbm, int prbs, double gain_db);

/// RSRP of a cell.
struct Measured {
  Cell cell = kNoCell;
  float rsrp_dbm = 0;
};

/// What a measurement led to.
struct CellChange {
  enum class Kind : std::uint8_t {
    kNone,
    kAccess,            ///< was out of coverage: now served by `cell`
    kHandover,          ///< from the serving cell to `cell`
    kCoverageLost,      ///< no cell is strong enough any more
    kHandoverFailed,    ///< the handover command to `cell` was lost; the serving cell stays
    kRadioLinkFailed,   ///< T310 has expired: re-establishment in `cell`, or kNoCell: none is strong enough
    kRecoveredByTarget  ///< T310 has expired: `cell` is a prepared target of conditional handover
  };
  Kind kind = Kind::kNone;
  Cell cell = kNoCell;  ///< serving from now on (kHandoverFailed: the one that was aimed at)
};

/// Serving cell of every UE: a state machine that is told, once a position epoch, the RSRP of the cells that
/// a UE can hear and the SINR of its serving link. The cells may be on several carriers. All timers are
/// looked at when a measurement comes, so they end with the first one that is not before their end.
///
/// Filter: layer 3, F ← (1 − a) F + a M, a = 2^(−k/4) for an L1 period of 200 ms (TS 38.331 §5.5.3.2), made
/// to the actual period: 1 − a is raised to the power period / 200 ms. A cell that comes into hearing starts
/// with its first measurement.
///
/// Event A3 (§5.5.4.4): a neighbour stronger than the serving cell by more than offset + hysteresis in every
/// measurement for the time to trigger. Of several, the strongest. Then the report goes out, the target is
/// prepared, and after `preparation` the command comes. It is lost when T310 is running then (TR 36.839
/// §5.2.1.3, where that counts as PDCCH failure): the handover fails, and A3 may trigger anew.
///
/// Conditional handover (§5.3.5.13): a cell above serving + prepare_offset − hysteresis … for the time to
/// trigger is prepared (the command reaches the UE `preparation` later, unless T310 runs then); a prepared
/// cell that fulfils A3 is taken at once. It is released when it falls below prepare_offset − 2 hysteresis.
///
/// Radio link monitoring (§5.3.10, TS 38.133 §8.1): a measurement with an SINR below q_out is an out-of-sync
/// indication, above q_in an in-sync one. N310 of the former in a row start T310, N311 of the latter in a row
/// stop it; when it expires the link has failed: the UE selects the strongest cell. Without monitoring, a
/// serving cell below min_rsrp is left at once for the strongest one.
///
/// Left out: measurement errors and gaps, cell-specific offsets, loss of the measurement report, failure at
/// the target (T304), maximum of RLC retransmissions and random access as causes of failure, beams.
class CellSelection {
 public:
  explicit CellSelection(const HandoverParams& params);

  /// A measurement: `heard` in ascending order of cell, with the serving cell in it; `sinr_db` of the serving
  /// link (only where it is monitored). Times of one UE do not decrease. A tie goes to the lower index.
  CellChange measure(Ue ue, std::span<const Measured> heard, double sinr_db, TimeNs now);
  /// The UE is gone; its number may be used for another.
  void forget(Ue ue);
  /// kNoCell: out of coverage.
  Cell serving(Ue ue) const { return ue < ues_.size() ? ues_[ue].serving : kNoCell; }
  /// Whether measurements like the last one, over and over, would change nothing: served by the strongest
  /// cell, nothing filtered and nothing monitored.
  bool settled(Ue ue) const;

  /// SINR [dB] below which the link is out of sync, and above which it is in sync.
  double out_of_sync_db() const { return out_of_sync_db_; }
  double in_sync_db() const { return in_sync_db_; }

 private:
  struct Neighbour {
    Cell cell = kNoCell;
    float filtered_dbm = 0;
    TimeNs a3_since = kNever;       // above offset + hysteresis
    TimeNs prepare_since = kNever;  // above the preparation's threshold
    TimeNs command_at = kNever;     // when the UE gets its conditional command
    bool prepared = false;          // the UE has it
  };
  struct State {
    Cell serving = kNoCell;
    TimeNs measured_ns = kNever;
    TimeNs t310_since = kNever;
    std::int64_t out_of_sync = 0, in_sync = 0;  // indications in a row
    Cell target = kNoCell;                      // of the handover command that is to come …
    TimeNs command_at = kNever;                 // … then
    bool by_strongest = false;                  // served by the strongest cell
    std::vector<Neighbour> kept;                // of the cells heard, those whose past matters
  };

  /// Into heard_.
  void filter(State& state, std::span<const Measured> heard, TimeNs now);
  CellChange decide(State& state, double sinr_db, TimeNs now);
  void keep(State& state) const;
  void monitor(State& state, double sinr_db, TimeNs now) const;
  CellChange fail(State& state, const Neighbour& best);
  CellChange hand_over(State& state, TimeNs now);
  Cell triggered(const State& state, const Neighbour& serving, TimeNs now);
  void prepare(const State& state, Neighbour& neighbour, float above_db, TimeNs now) const;
  CellChange change_to(State& state, CellChange::Kind kind, Cell cell);

  HandoverParams params_;
  double forget_;  // 1 − a of the filter
  double out_of_sync_db_, in_sync_db_;
  std::vector<State> ues_;
  std::vector<Neighbour> heard_;  // of the current call; the serving cell is one of them
};

}  // namespace cv2x::uu
