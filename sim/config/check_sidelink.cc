#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/radio/mcs.h"
#include "models/radio/numerology.h"
#include "models/sidelink/pool.h"
#include "sim/config/check.h"

namespace cv2x::config {
namespace {

constexpr std::array<std::int64_t, 8> kNrSizes = {10, 12, 15, 20, 25, 50, 75, 100};
constexpr std::array<std::int64_t, 19> kLteSizes = {4,  5,  6,  8,  9,  10, 12, 15, 16, 18,
                                                    20, 25, 30, 48, 50, 72, 75, 96, 100};

template <class List>
std::string listed(const List& values) {
  std::string out;
  for (const auto v : values) out += fmt::format("{}{}", out.empty() ? "" : ", ", v);
  return out;
}

}  // namespace

void Checker::sidelink() {
  const bool used = std::any_of(s_.services.begin(), s_.services.end(), [&](const ServiceParams& service) {
    return service.kind == ServiceKind::kSidelinkBroadcast || !clean({"services", service.name, "kind"});
  });
  if (!s_.sidelink.present) {
    for (const auto& service : s_.services) {
      if (service.kind == ServiceKind::kSidelinkBroadcast && clean({"services", service.name, "kind"}) &&
          clean({"sidelink"}))
        report({"services", service.name, "kind"},
               "sidelink_broadcast needs a sidelink, and the scenario has no section of that name");
    }
    return;
  }
  if (!used && clean({"services"}))
    report({"sidelink"},
           "no service is of kind sidelink_broadcast, so nothing would be sent; add one, or leave this away");
  if (!clean({"sidelink", "mode"})) return;
  pool();
  sensing();
  sidelink_services();
  const auto& r = s_.sidelink.range;
  if (!clean({"sidelink", "range"})) return;
  const auto length = [](double m) { return format_quantity(m, Dimension::kLength); };
  if (r.measured_m > r.links_m)
    report({"sidelink", "range", "measured"},
           fmt::format("{} is beyond `links`, up to where receptions are computed; allowed: up to {}",
                       length(r.measured_m), length(r.links_m)));
  if (r.gap_m > r.measured_m)
    report({"sidelink", "range", "gaps"},
           fmt::format("{} is beyond `measured`; allowed: up to {}", length(r.gap_m), length(r.measured_m)));
  if (r.measured_m / r.bin_m > 10'000)
    report({"sidelink", "range", "bin"}, fmt::format("makes {:.0f} bins up to {}; at most 10000 are possible",
                                                     r.measured_m / r.bin_m, length(r.measured_m)));
  if (r.from_x_m >= r.to_x_m)
    report({"sidelink", "range", "to_x"}, fmt::format("is not beyond from_x ({})", length(r.from_x_m)));
  const auto& channel = s_.sidelink.channel;
  if (channel.model == SidelinkPropagation::kWinnerB1 && clean({"sidelink", "channel"}) &&
      clean({"mobility", "antenna_height"}) && channel.environment_height_m >= s_.mobility.antenna_height_m)
    report({"sidelink", "channel", "environment_height"},
           fmt::format("{} is not below the antennas, which are {} high (mobility.antenna_height)",
                       length(channel.environment_height_m), length(s_.mobility.antenna_height_m)));
}

void Checker::pool() {
  const auto& s = s_.sidelink;
  const auto& p = s.pool;
  const bool nr = s.mode == SidelinkMode::kNrMode2;
  if (!clean({"sidelink", "pool"})) return;
  if (!nr && p.numerology != 0) {
    report({"sidelink", "pool", "numerology"}, "lte_mode4 has subcarriers of 15 kHz only; allowed: 0");
    return;
  }
  const std::int64_t prbs = sidelink::carrier_prbs(s);
  if (prbs == 0) {
    report({"sidelink", "pool", "bandwidth"},
           fmt::format("there is no {} carrier of {} with numerology {}", nr ? "NR" : "LTE",
                       format_quantity(p.bandwidth_hz, Dimension::kFrequency), p.numerology));
    return;
  }
  const auto known = [&](const auto& sizes) {
    return std::find(sizes.begin(), sizes.end(), p.subchannel_prbs) != sizes.end();
  };
  if (p.subchannel_prbs > prbs) {
    report({"sidelink", "pool", "subchannel_prbs"},
           fmt::format("a sub-channel of {} PRBs is larger than the pool, which has {}", p.subchannel_prbs,
                       prbs));
  } else if (nr ? !known(kNrSizes) : !known(kLteSizes)) {
    report({"sidelink", "pool", "subchannel_prbs"},
           fmt::format("no sub-channel has {} PRBs; allowed: {}", p.subchannel_prbs,
                       nr ? listed(kNrSizes) : listed(kLteSizes)));
  } else if (p.subchannels * p.subchannel_prbs > prbs) {
    report({"sidelink", "pool", "subchannels"},
           fmt::format("{} sub-channels of {} PRBs are more than the carrier has ({}); allowed: up to {}",
                       p.subchannels, p.subchannel_prbs, prbs, prbs / p.subchannel_prbs));
  }
  if (p.data_prbs > p.subchannel_prbs)
    report({"sidelink", "pool", "data_prbs"},
           fmt::format("{} are more than a sub-channel has ({})", p.data_prbs, p.subchannel_prbs));
  if (nr && p.control_prbs > p.subchannel_prbs)
    report({"sidelink", "pool", "control_prbs"},
           fmt::format("{} are more than a sub-channel has ({})", p.control_prbs, p.subchannel_prbs));
  if (!nr || !clean({"sidelink", "mcs"}) || !clean({"sidelink", "mcs_table"})) return;
  const auto last = static_cast<std::int64_t>(radio::mcs_table(static_cast<int>(s.mcs_table)).size()) - 1;
  if (s.mcs > last)
    report({"sidelink", "mcs"},
           fmt::format("mcs_table {} has no MCS {}; allowed: 0 to {}", s.mcs_table, s.mcs, last));
}

void Checker::sensing() {
  const auto& s = s_.sidelink;
  const auto& n = s.sensing;
  const bool nr = s.mode == SidelinkMode::kNrMode2;
  const auto good = [&](std::string_view key) { return clean({"sidelink", "sensing", key}); };
  if (!clean({"sidelink", "pool", "numerology"}) || s.pool.numerology > (nr ? 2 : 0)) return;
  const std::int64_t most_t1 = sidelink::most_t1_slots(s.mode, s.pool.numerology);
  if (good("t1") && n.t1_slots > most_t1)
    report({"sidelink", "sensing", "t1"},
           fmt::format(
               "T1 = {} slots is above its processing limit; allowed: 0 to {} ({})", n.t1_slots, most_t1,
               nr ? fmt::format("T_proc,1 of TS 38.214 table 8.1.4-2 at numerology {}", s.pool.numerology)
                  : "TS 36.213 §14.1.1.6"));
  const TimeNs t1_ns = n.t1_slots * radio::slot_ns(static_cast<int>(s.pool.numerology));
  if (good("t1") && good("t2") && n.t2_ns <= t1_ns)
    report({"sidelink", "sensing", "t2"},
           fmt::format("T2 = {} is not after T1 = {}", time_text(n.t2_ns), time_text(t1_ns)));
  if (!nr && good("t2") && (n.t2_ns < 20 * kMillisecond || n.t2_ns > 100 * kMillisecond))
    report({"sidelink", "sensing", "t2"},
           fmt::format("T2 = {}; allowed in lte_mode4: 20 ms to 100 ms (TS 36.213 §14.1.1.6)",
                       time_text(n.t2_ns)));
  if (good("keep_probability") && n.keep > 0.8 + 1e-12)
    report({"sidelink", "sensing", "keep_probability"},
           fmt::format("{} is above 80 %, the highest that TS 38.321 and TS 36.321 allow",
                       format_quantity(n.keep, Dimension::kShare)));
  if (good("list") && (nr ? n.list != 0.2 && n.list != 0.35 && n.list != 0.5 : n.list != 0.2))
    report({"sidelink", "sensing", "list"},
           fmt::format("{}; allowed: {}", format_quantity(n.list, Dimension::kShare),
                       nr ? "20 %, 35 %, 50 % (sl-TxPercentageList)" : "20 %"));
  if (nr && good("window") && n.window_ns != 100 * kMillisecond && n.window_ns != 1100 * kMillisecond)
    report({"sidelink", "sensing", "window"},
           fmt::format("{}; allowed: 100 ms, 1.1 s (sl-SensingWindow)", time_text(n.window_ns)));
  if (good("reservation_period")) {
    const TimeNs p = n.period_ns;
    const bool hundreds = p % (100 * kMillisecond) == 0 && p <= kSecond;
    const bool right = nr ? hundreds || (p % kMillisecond == 0 && p < 100 * kMillisecond)
                          : hundreds || p == 20 * kMillisecond || p == 50 * kMillisecond;
    if (!right)
      report({"sidelink", "sensing", "reservation_period"},
             fmt::format("{}; allowed: {}multiples of 100 ms up to 1 s", time_text(p),
                         nr ? "1 ms, 2 ms, … 99 ms, and " : "20 ms, 50 ms, and "));
    else if (nr && good("window") && p > n.window_ns)
      report({"sidelink", "sensing", "window"},
             fmt::format("{} is shorter than reservation_period ({}), so no reservation would be remembered; "
                         "allowed: 1.1 s",
                         time_text(n.window_ns), time_text(p)));
  }
}

void Checker::sidelink_services() {
  const auto& s = s_.sidelink;
  if (!clean({"sidelink", "pool"}) || !clean({"sidelink", "mcs"}) || !clean({"sidelink", "mcs_table"}) ||
      !clean({"sidelink", "efficiency"}))
    return;
  const sidelink::PacketFormat whole = sidelink::packet_format(s, s.pool.subchannels);
  for (const auto& service : s_.services) {
    if (service.kind != ServiceKind::kSidelinkBroadcast || !clean({"services", service.name})) continue;
    if (service.input_kind != SizeKind::kFixed) {
      report({"services", service.name, "input_distribution"},
             "packets of the sidelink have one size; allowed: fixed");
    } else if (8 * service.input_bytes > whole.bits) {
      report({"services", service.name, "input"},
             fmt::format("{} B are more than the largest transport block of the pool carries ({} B in {} "
                         "sub-channels)",
                         service.input_bytes, whole.bits / 8, s.pool.subchannels));
    }
    if (clean({"sidelink", "sensing", "t2"}) && s.sensing.t2_ns > service.deadline_ns)
      report({"sidelink", "sensing", "t2"},
             fmt::format("T2 = {} is beyond the delay budget of service '{}' (deadline {})",
                         time_text(s.sensing.t2_ns), service.name, time_text(service.deadline_ns)));
  }
  for (const auto& budget : s_.budgets) {
    const auto it = services_.find(budget.service);
    if (it != services_.end() && it->second->kind == ServiceKind::kSidelinkBroadcast &&
        clean({"budgets", budget.name, "service"}))
      report(
          {"budgets", budget.name, "service"},
          fmt::format("service '{}' broadcasts over the sidelink; budgets on it are not possible, its packet "
                      "reception ratio is in the table sidelink_receptions",
                      budget.service));
  }
}

}  // namespace cv2x::config
