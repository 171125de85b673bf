// Configured grants of type 1 and semi-persistent scheduling: PRBs that a UE has again and again.
#include <algorithm>
#include <cassert>
#include <numeric>

#include "models/base/hash.h"
#include "models/base/random.h"
#include "models/uu/mac.h"

namespace cv2x::uu {
namespace {

/// A grant whose MCS is that much above what the link now takes is set up anew.
constexpr int kTooBold = 2;

}  // namespace

void Mac::prepare_periodic() {
  for (const Direction d : {Direction::kUplink, Direction::kDownlink}) {
    const auto i = static_cast<std::size_t>(d);
    const bool uplink = d == Direction::kUplink;
    std::int64_t hyper = timing_.frame().slots();
    bool any = false;
    for (const BearerParams& bearer : qos_.bearers) {
      const SliceParams& slice = qos_.slices[bearer.slice];
      const PeriodicGrantParams& grant = uplink ? slice.configured : slice.semi_persistent;
      PeriodicRule rule;
      rule.on = (uplink ? slice.uplink_grants : slice.downlink_grants) == GrantKind::kConfigured;
      rule.random = grant.offset == GrantOffset::kRandom;
      rule.bytes = (grant.size_bytes > 0 ? grant.size_bytes : bearer.message_bytes[i]) + kPdcpHeaderBytes +
                   kPartHeaderBytes + (uplink ? kReportBytes : 0);
      const std::int64_t slots = grant.period_ns / timing_.slot_ns();
      if (rule.on && slots > 0) {
        assert(slots % timing_.frame().slots() == 0);
        rule.period = tick_of(slots, 0);
        rule.period_starts = static_cast<std::size_t>(starts(d).number(rule.period));
        hyper = std::lcm(hyper, slots);
      }
      any |= rule.on;
      periodic_[i].push_back(rule);
    }
    const BlockedParams& blocked = uplink ? carrier_.pusch.blocked : carrier_.pdsch.blocked;
    const std::int64_t period = blocked.period_ns / timing_.slot_ns();
    const std::int64_t length = (blocked.duration_ns + timing_.slot_ns() - 1) / timing_.slot_ns();
    if (blocked.prbs > 0) hyper = std::lcm(hyper, period);
    if (!any && blocked.prbs == 0) continue;
    for (CellContext& cell : cells_) {
      Reservations& made = cell.side(d).reservations.emplace(starts(d), hyper, timing_.prbs(), shares_[i]);
      if (blocked.prbs > 0)
        made.block(static_cast<int>(blocked.prbs), tick_of(period, 0), tick_of(length, 0));
    }
  }
}

bool Mac::set_up(Direction direction, Ue ue, BearerId bearer, TimeNs ready) {
  const PeriodicRule& rule = periodic_[static_cast<std::size_t>(direction)][bearer];
  if (!rule.on) return false;
  PeriodicGrant& grant = flow(direction, ue, bearer).grant;
  if (grant.state != PeriodicGrant::State::kNone) return grant.state == PeriodicGrant::State::kActive;
  const UeContext& context = ues_[ue];
  const SliceId slice = qos_.bearers[bearer].slice;
  Reservations& reservations = *cells_[context.cell].side(direction).reservations;
  const Format format = format_for(direction, ue, link_, rule.bytes);
  Tick at = starts(direction).next(timing_.tick(ready));
  if (rule.random && rule.period > 0) {
    const auto draw =
        philox(seed_, sr_stream_, combine(context.key, bearer), 1 + static_cast<std::size_t>(direction));
    at = starts(direction).next(timing_.tick(ready) + static_cast<Tick>(draw[0]) % rule.period);
  }
  grant.state = PeriodicGrant::State::kNoRoom;
  for (std::size_t tried = 0; tried < rule.period_starts; ++tried, at = starts(direction).next(at + 1)) {
    const int prb = reservations.find(at, rule.period_starts, format.prbs, slice);
    if (prb < 0) continue;
    reservations.set(at, rule.period_starts, prb, format.prbs, slice, true);
    grant = {.state = PeriodicGrant::State::kActive,
             .mcs = static_cast<std::uint8_t>(format.mcs),
             .first_prb = static_cast<std::uint16_t>(prb),
             .prbs = static_cast<std::uint16_t>(format.prbs),
             .first = at};
    return true;
  }
  return false;
}

void Mac::release(Direction direction, Ue ue, BearerId bearer) {
  PeriodicGrant& grant = flow(direction, ue, bearer).grant;
  if (grant.state == PeriodicGrant::State::kActive) {
    const PeriodicRule& rule = periodic_[static_cast<std::size_t>(direction)][bearer];
    cells_[ues_[ue].cell].side(direction).reservations->set(grant.first, rule.period_starts, grant.first_prb,
                                                            grant.prbs, qos_.bearers[bearer].slice, false);
  }
  grant = PeriodicGrant{};
}

void Mac::await_occasion(Direction direction, Ue ue, BearerId bearer, Tick from) {
  PeriodicGrant& grant = flow(direction, ue, bearer).grant;
  const PeriodicRule& rule = periodic_[static_cast<std::size_t>(direction)][bearer];
  Tick at = starts(direction).next(std::max(from, grant.first));
  if (rule.period > 0) at = grant.first + (at - grant.first + rule.period - 1) / rule.period * rule.period;
  if (grant.next != kNoTick && grant.next <= at) return;
  grant.next = at;
  agenda_.at(at).periodic.push_back(owner(direction, ue, bearer));
}

void Mac::use_occasion(const Owner& who, Tick tick) {
  if (!current(who)) return;
  const Direction direction = who.direction;
  const auto bearer = static_cast<BearerId>(who.index);
  Flow& f = flow(direction, who.ue, bearer);
  if (f.grant.next != tick) return;  // superseded
  f.grant.next = kNoTick;
  if (f.buffer.empty()) return;  // it went out with another grant
  UeContext& context = ues_[who.ue];
  Link& link = context.link(direction);
  const TimeNs now = timing_.time(tick);
  if (mcs_for(direction, who.ue, f.grant.prbs) + kTooBold < f.grant.mcs) {
    release(direction, who.ue, bearer);
    if (!set_up(direction, who.ue, bearer, timing_.time(tick + 1))) {
      if (direction == Direction::kUplink) {
        request_if_unannounced(who.ue, qos_.bearers[bearer].slice);
      } else {
        agenda_.at(timing_.assignments().next(tick + 1))
            .wanted.push_back(owner(direction, who.ue, qos_.bearers[bearer].slice));
      }
      return;
    }
  } else if (link.processes < kHarqProcesses && link.busy_until <= tick) {
    const BlockId id = blocks_.add();
    Block& block = blocks_[id];
    block.ue = who.ue;
    block.cell = context.cell;
    block.direction = direction;
    block.slice = qos_.bearers[bearer].slice;
    block.granted = false;
    block.mcs = f.grant.mcs;
    block.prbs = block.sent_prbs = f.grant.prbs;
    block.first_prb = f.grant.first_prb;
    block.grant = block.start = block.first_start = tick;
    const bool uplink = direction == Direction::kUplink;
    f.buffer.fill(transfers_, link_.bytes(direction, {block.mcs, block.prbs}) - (uplink ? kReportBytes : 0),
                  now, block.parts);
    if (block.parts.empty()) {
      blocks_.remove(id);
    } else {
      block.sequence = link.blocks++;
      ++link.processes;
      link.busy_until = tick + symbols(direction);
      if (uplink) {
        Demand& wish = demand(direction, who.ue, block.slice);
        block.granted_bytes_then = wish.granted_bytes;
        block.report_bytes = ready_bytes(direction, who.ue, block.slice, now);
        if (block.report_bytes > 0) ++wish.reports_under_way;
      }
      count_prbs(block);
      send(id, tick);
    }
  }
  if (!f.buffer.empty() && f.grant.state == PeriodicGrant::State::kActive)
    await_occasion(direction, who.ue, bearer, tick + 1);
}

}  // namespace cv2x::uu
