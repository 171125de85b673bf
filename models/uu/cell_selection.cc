#include "models/uu/cell_selection.h"

#include <algorithm>
#include <cassert>

#include "models/radio/control_channel.h"
#include "models/radio/numeric.h"
#include "models/radio/power.h"

namespace cv2x::uu {
namespace {

constexpr double kL1PeriodNs = 200e6;

}  // namespace

double rsrp_dbm(double cell_power_dbm, int prbs, double gain_db) {
  return radio::per_resource_element_dbm(radio::per_prb_dbm(cell_power_dbm, prbs)) + gain_db;
}

CellSelection::CellSelection(const HandoverParams& params)
    : params_(params),
      forget_(1 - radio::exp2p(-0.25 * static_cast<double>(params.filter_coefficient))),
      out_of_sync_db_(radio::control_channel_sinr_db(params.monitoring.q_out, radio::kOutOfSyncChannel)),
      in_sync_db_(radio::control_channel_sinr_db(params.monitoring.q_in, radio::kInSyncChannel)) {}

CellChange CellSelection::change_to(State& state, CellChange::Kind kind, Cell cell) {
  const TimeNs measured = state.measured_ns;
  std::vector<Neighbour> kept = std::move(state.kept);
  for (Neighbour& n : heard_) n = {.cell = n.cell, .filtered_dbm = n.filtered_dbm};
  state = State{};
  state.serving = cell;
  state.measured_ns = measured;
  state.kept = std::move(kept);
  return {kind, cell};
}

void CellSelection::filter(State& state, std::span<const Measured> heard, TimeNs now) {
  heard_.clear();
  const double period_ns = state.measured_ns == kNever ? 0 : static_cast<double>(now - state.measured_ns);
  const auto old_weight =
      forget_ > 0 ? static_cast<float>(radio::exp2p(radio::log2p(forget_) * period_ns / kL1PeriodNs)) : 0.0F;
  auto before = state.kept.begin();
  for (const Measured& m : heard) {
    while (before != state.kept.end() && before->cell < m.cell) ++before;
    Neighbour n{.cell = m.cell, .filtered_dbm = m.rsrp_dbm};
    if (before != state.kept.end() && before->cell == m.cell) {
      n = *before;
      n.filtered_dbm = m.rsrp_dbm + old_weight * (n.filtered_dbm - m.rsrp_dbm);
    }
    heard_.push_back(n);
  }
  state.measured_ns = now;
}

void CellSelection::keep(State& state) const {
  state.kept.clear();
  const bool all = forget_ > 0 || params_.conditional_given;
  for (const Neighbour& n : heard_) {
    if (all || n.a3_since != kNever) state.kept.push_back(n);
  }
}

void CellSelection::monitor(State& state, double sinr_db, TimeNs now) const {
  if (sinr_db < out_of_sync_db_) {
    state.in_sync = 0;
    if (++state.out_of_sync >= params_.monitoring.n310 && state.t310_since == kNever) state.t310_since = now;
  } else if (sinr_db > in_sync_db_) {
    state.out_of_sync = 0;
    if (++state.in_sync >= params_.monitoring.n311) state.t310_since = kNever;
  }
}

CellChange CellSelection::measure(Ue ue, std::span<const Measured> heard, double sinr_db, TimeNs now) {
  if (ue >= ues_.size()) ues_.resize(ue + 1);
  State& state = ues_[ue];
  filter(state, heard, now);
  const CellChange change = decide(state, sinr_db, now);
  keep(state);
  return change;
}

CellChange CellSelection::decide(State& state, double sinr_db, TimeNs now) {
  assert(!heard_.empty());
  const Neighbour& best = *std::max_element(
      heard_.begin(), heard_.end(),
      [](const Neighbour& a, const Neighbour& b) { return a.filtered_dbm < b.filtered_dbm; });
  const bool covered = best.filtered_dbm >= params_.min_rsrp_dbm;
  if (state.serving == kNoCell)
    return covered ? change_to(state, CellChange::Kind::kAccess, best.cell) : CellChange{};
  state.by_strongest = best.cell == state.serving;
  const auto serving =
      std::find_if(heard_.begin(), heard_.end(), [&](const Neighbour& n) { return n.cell == state.serving; });
  assert(serving != heard_.end());
  if (params_.monitoring_given) {
    monitor(state, sinr_db, now);
    if (state.t310_since != kNever && now - state.t310_since >= params_.monitoring.t310_ns)
      return fail(state, best);
  } else if (serving->filtered_dbm < params_.min_rsrp_dbm) {
    return covered ? change_to(state, CellChange::Kind::kHandover, best.cell)
                   : change_to(state, CellChange::Kind::kCoverageLost, kNoCell);
  }
  const Cell target = triggered(state, *serving, now);
  if (params_.conditional_given)
    return target == kNoCell ? CellChange{CellChange::Kind::kNone, state.serving}
                             : change_to(state, CellChange::Kind::kHandover, target);
  if (target != kNoCell && state.target == kNoCell) {
    state.target = target;
    state.command_at = now + params_.preparation_ns;
  }
  return hand_over(state, now);
}

CellChange CellSelection::hand_over(State& state, TimeNs now) {
  if (state.target == kNoCell || now < state.command_at) return {CellChange::Kind::kNone, state.serving};
  const Cell target = state.target;
  if (state.t310_since == kNever) return change_to(state, CellChange::Kind::kHandover, target);
  state.target = kNoCell;
  for (Neighbour& n : heard_) n.a3_since = kNever;
  return {CellChange::Kind::kHandoverFailed, target};
}

CellChange CellSelection::fail(State& state, const Neighbour& best) {
  if (best.filtered_dbm < params_.min_rsrp_dbm)
    return change_to(state, CellChange::Kind::kRadioLinkFailed, kNoCell);
  const bool prepared = params_.conditional_given && best.prepared;
  return change_to(
      state, prepared ? CellChange::Kind::kRecoveredByTarget : CellChange::Kind::kRadioLinkFailed, best.cell);
}

Cell CellSelection::triggered(const State& state, const Neighbour& serving, TimeNs now) {
  const Neighbour* target = nullptr;
  const float serving_dbm = serving.filtered_dbm;
  for (Neighbour& n : heard_) {
    if (n.cell == state.serving) continue;
    const float above_db = n.filtered_dbm - serving_dbm;
    if (params_.conditional_given) prepare(state, n, above_db, now);
    if (above_db <= params_.offset_db + params_.hysteresis_db) {
      n.a3_since = kNever;
      continue;
    }
    n.a3_since = std::min(n.a3_since, now);
    const bool triggered =
        now - n.a3_since >= params_.time_to_trigger_ns && (!params_.conditional_given || n.prepared);
    if (triggered && (!target || n.filtered_dbm > target->filtered_dbm)) target = &n;
  }
  return target ? target->cell : kNoCell;
}

void CellSelection::prepare(const State& state, Neighbour& n, float above_db, TimeNs now) const {
  const double threshold_db = params_.conditional.prepare_offset_db;
  if (n.command_at != kNever) {
    const bool lost = !n.prepared && now >= n.command_at && state.t310_since != kNever;
    if (lost || above_db < threshold_db - 2 * params_.hysteresis_db) {
      n.command_at = n.prepare_since = kNever;
      n.prepared = false;
    } else {
      n.prepared = now >= n.command_at;
    }
    return;
  }
  if (above_db <= threshold_db) {
    n.prepare_since = kNever;
    return;
  }
  n.prepare_since = std::min(n.prepare_since, now);
  if (now - n.prepare_since >= params_.time_to_trigger_ns) n.command_at = now + params_.preparation_ns;
  n.prepared = now >= n.command_at && state.t310_since == kNever;
}

void CellSelection::forget(Ue ue) {
  if (ue < ues_.size()) ues_[ue] = State{};
}

bool CellSelection::settled(Ue ue) const {
  const State& state = ues_[ue];
  return state.serving != kNoCell && state.by_strongest && state.target == kNoCell &&
         params_.filter_coefficient == 0 && !params_.monitoring_given && !params_.conditional_given;
}

}  // namespace cv2x::uu
