#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "models/radio/numerology.h"
#include "models/uu/five_qi.h"
#include "sim/config/check.h"
#include "sim/config/phrases.h"

namespace cv2x::config {
namespace {

/// The standardised 5QI nearest in number.
std::int64_t nearest_five_qi(std::int64_t value) {
  std::int64_t nearest = 9;
  for (const auto& q : uu::five_qis()) {
    if (std::abs(q.value - value) < std::abs(nearest - value)) nearest = q.value;
  }
  return nearest;
}

std::string five_qi_problem(std::int64_t value) {
  std::string all;
  for (const auto& q : uu::five_qis()) all += (all.empty() ? "" : ", ") + std::to_string(q.value);
  return fmt::format("5QI {} is not in TS 23.501 table 5.7.4-1; did you mean {}? allowed: {}", value,
                     nearest_five_qi(value), all);
}

/// What a period on a carrier must be whole multiples of.
struct Unit {
  TimeNs length_ns;
  std::string_view name;
};
Unit unit_of(const CarrierParams& carrier) {
  const TimeNs slot = radio::slot_ns(static_cast<int>(carrier.numerology));
  if (carrier.duplex != Duplex::kTdd) return {slot, "a slot"};
  return {slot * static_cast<TimeNs>(std::max<std::size_t>(1, carrier.tdd_pattern.size())),
          "the TDD pattern"};
}

}  // namespace

void Checker::slice_minima(std::string_view key, RrmPolicyParams SliceParams::*policy) {
  double sum = 0;
  std::string parts;
  for (const auto& slice : s_.slices) {
    if (!clean({"slices", slice.name, key})) return;
    sum += (slice.*policy).minimum;
    parts += fmt::format("{}{} {:g} %", parts.empty() ? "" : ", ", slice.name, (slice.*policy).minimum * 100);
  }
  if (sum > 1 + 1e-9)
    report({"slices"}, fmt::format("the minima of {} add up to {:g} % ({}); allowed: at most 100 % "
                                   "(TS 28.541 §4.3.36.3)",
                                   key, sum * 100, parts));
}

void Checker::blocked(const CarrierParams& carrier, std::string_view key, const BlockedParams& blocked) {
  if (blocked.prbs == 0 || !clean({"radio", "carriers", carrier.name, key, "blocked"}) ||
      !clean({"radio", "carriers", carrier.name, "tdd_pattern"}))
    return;
  const auto wrong = [&](std::string_view which, std::string message) {
    report({"radio", "carriers", carrier.name, key, "blocked", which}, std::move(message));
  };
  if (const auto [length, name] = unit_of(carrier); blocked.period_ns % length != 0)
    wrong("period", fmt::format("{} is no multiple of {}, {} of carrier '{}'", time_text(blocked.period_ns),
                                time_text(length), name, carrier.name));
  const auto prbs =
      radio::prbs(carrier.bandwidth_hz, static_cast<int>(carrier.numerology), carrier.frequency_hz);
  if (prbs && blocked.prbs >= *prbs)
    wrong("prbs", fmt::format("the carrier has {} PRBs; fewer must be blocked", *prbs));
}

/// A period must be whole slots of every carrier, and whole TDD patterns.
void Checker::grant_period(const SliceParams& slice, std::string_view key, const PeriodicGrantParams& grant) {
  if (grant.period_ns == 0 || !clean({"slices", slice.name, key, "period"})) return;
  for (const auto& carrier : s_.radio.carriers) {
    if (!clean({"radio", "carriers", carrier.name, "numerology"})) continue;
    const auto [unit, name] = unit_of(carrier);
    if (grant.period_ns % unit != 0) {
      report({"slices", slice.name, key, "period"},
             fmt::format("{} is no multiple of {}, {} of carrier '{}'", time_text(grant.period_ns),
                         time_text(unit), name, carrier.name));
      return;
    }
  }
}

void Checker::preemption(const SliceParams& slice) {
  const auto wrong = [&](std::string message) {
    report({"slices", slice.name, "preempts"}, std::move(message));
  };
  if (std::none_of(s_.slices.begin(), s_.slices.end(),
                   [&](const SliceParams& other) { return other.priority > slice.priority; })) {
    wrong(fmt::format("there is no slice of a larger priority number than {} to pre-empt", slice.priority));
    return;
  }
  if (slice.downlink_grants != GrantKind::kDynamic) {
    wrong("a slice that pre-empts needs downlink_grants: dynamic");
    return;
  }
  for (const auto& carrier : s_.radio.carriers) {
    if (!clean({"radio", "carriers", carrier.name, "pdsch"})) continue;
    const PdschParams& pdsch = carrier.pdsch;
    if (pdsch.k0 > 0) {
      wrong(fmt::format("a slice that pre-empts needs pdsch.k0: 0, and carrier '{}' has {}", carrier.name,
                        pdsch.k0));
      return;
    }
    if (pdsch.preempting_symbols >= pdsch.symbols) {
      wrong(
          fmt::format("its mini-slots (pdsch.preempting_symbols: {}) are not shorter than pdsch.symbols: "
                      "{} of carrier '{}'",
                      pdsch.preempting_symbols, pdsch.symbols, carrier.name));
      return;
    }
  }
}

void Checker::slices() {
  for (const auto& slice : s_.slices) {
    if (clean({"slices", slice.name, "five_qi"}) && !uu::find_five_qi(slice.five_qi))
      report({"slices", slice.name, "five_qi"}, five_qi_problem(slice.five_qi));
    if (slice.uplink_grants == GrantKind::kConfigured)
      grant_period(slice, "configured_grant", slice.configured);
    if (slice.downlink_grants == GrantKind::kConfigured)
      grant_period(slice, "semi_persistent", slice.semi_persistent);
  }
  for (const auto& service : s_.services) {
    if (service.five_qi != 0 && clean({"services", service.name, "five_qi"}) &&
        !uu::find_five_qi(service.five_qi))
      report({"services", service.name, "five_qi"}, five_qi_problem(service.five_qi));
  }
  slice_minima("uplink_policy", &SliceParams::uplink_policy);
  slice_minima("downlink_policy", &SliceParams::downlink_policy);
  if (s_.radio.kind != RadioKind::kNr) return;
  constexpr std::size_t kMost = 255;
  for (const auto& slice : s_.slices) {
    if (slice.rlc != RlcMode::kAcknowledged || !clean({"slices", slice.name, "rlc"})) continue;
    for (const auto& carrier : s_.radio.carriers) {
      if (carrier.rlc_retransmissions > 0) continue;
      report({"slices", slice.name, "rlc"},
             fmt::format("am needs radio.carriers.{}.rlc_retransmissions of 1 or more", carrier.name));
      break;
    }
  }
  for (const auto& slice : s_.slices) {
    if (slice.preempts && clean({"slices", slice.name, "preempts"})) preemption(slice);
  }
  if (s_.slices.size() > kMost)
    report({"slices"},
           fmt::format("{} slices; at most {} are possible with radio nr", s_.slices.size(), kMost));
  if (s_.services.size() > kMost)
    report({"services"},
           fmt::format("{} services; at most {} are possible with radio nr", s_.services.size(), kMost));
  // All periods of a direction must fit into one grid.
  constexpr TimeNs kLongest = 4 * kSecond;
  for (const bool uplink : {true, false}) {
    TimeNs all = kMillisecond;
    for (const auto& carrier : s_.radio.carriers) {
      const BlockedParams& blocked = uplink ? carrier.pusch.blocked : carrier.pdsch.blocked;
      if (blocked.prbs > 0) all = std::lcm(all, blocked.period_ns);
    }
    for (const auto& slice : s_.slices) {
      const bool on = (uplink ? slice.uplink_grants : slice.downlink_grants) == GrantKind::kConfigured;
      const TimeNs period = uplink ? slice.configured.period_ns : slice.semi_persistent.period_ns;
      if (on && period > 0) all = std::lcm(all, period);
      if (all <= kLongest) continue;
      report({"slices", slice.name},
             fmt::format("the periods of the {} grants have no common multiple up to {}",
                         uplink ? "configured" : "semi-persistent", time_text(kLongest)));
      break;
    }
  }
}

}  // namespace cv2x::config
