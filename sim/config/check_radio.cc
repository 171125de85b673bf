#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "models/radio/bands.h"
#include "models/radio/mcs.h"
#include "models/radio/numerology.h"
#include "models/uu/timing.h"
#include "sim/config/check.h"
#include "sim/config/phrases.h"

namespace cv2x::config {
namespace {

std::string frequency_text(double hz) { return format_quantity(hz, Dimension::kFrequency); }

std::string listed_bandwidths(const std::vector<double>& all_hz) {
  std::string out;
  for (const double hz : all_hz) out += (out.empty() ? "" : ", ") + frequency_text(hz);
  return out;
}

}  // namespace

/// No bandwidth fits numerology and frequency.
void Checker::no_carriers(const CarrierParams& c, const std::string& spacing) {
  std::string possible;
  for (int mu = 0; mu <= 3; ++mu) {
    if (!radio::allowed_bandwidths_hz(mu, c.frequency_hz).empty())
      possible += (possible.empty() ? "" : ", ") + std::to_string(mu);
  }
  if (possible.empty()) {
    report({"radio", "carriers", c.name, "frequency"},
           fmt::format(
               "TS 38.101 has no carriers at {}; allowed: 410 MHz to 7.125 GHz (FR1), 24.25 GHz to 71 GHz "
               "(FR2)",
               frequency_text(c.frequency_hz)));
  } else {
    report({"radio", "carriers", c.name, "numerology"},
           fmt::format("TS 38.101 has no carriers with numerology {} (subcarriers of {}) at {}; allowed: {}",
                       c.numerology, spacing, frequency_text(c.frequency_hz), possible));
  }
}

/// Frequency, duplex and bandwidth against the band that is named.
void Checker::band(const CarrierParams& c) {
  const auto good = [&](std::string_view key) { return clean({"radio", "carriers", c.name, key}); };
  const radio::Band* band = radio::find_band(c.band);
  if (!band || !good("band") || !good("frequency") || !good("bandwidth") || !good("numerology")) return;
  if (c.frequency_hz < band->downlink_low_hz || c.frequency_hz > band->downlink_high_hz) {
    report({"radio", "carriers", c.name, "frequency"},
           fmt::format("{} is not in band {}{}; allowed: {} to {}", frequency_text(c.frequency_hz), c.band,
                       band->fdd ? " (downlink)" : "", frequency_text(band->downlink_low_hz),
                       frequency_text(band->downlink_high_hz)));
    return;
  }
  if (good("duplex") && band->fdd != (c.duplex == Duplex::kFdd))
    report({"radio", "carriers", c.name, "duplex"},
           fmt::format("band {} is for {}", c.band, band->fdd ? "fdd" : "tdd"));
  const auto& widths = band->bandwidths_hz[static_cast<std::size_t>(c.numerology)];
  if (widths.empty()) {
    std::string possible;
    for (int mu = 0; mu <= 3; ++mu) {
      if (!band->bandwidths_hz[static_cast<std::size_t>(mu)].empty())
        possible += (possible.empty() ? "" : ", ") + std::to_string(mu);
    }
    report({"radio", "carriers", c.name, "numerology"},
           fmt::format("band {} has no carriers with numerology {}; allowed: {}", c.band, c.numerology,
                       possible));
  } else if (std::find(widths.begin(), widths.end(), c.bandwidth_hz) == widths.end()) {
    report({"radio", "carriers", c.name, "bandwidth"},
           fmt::format("band {} has no {} carrier with numerology {}; allowed: {}", c.band,
                       frequency_text(c.bandwidth_hz), c.numerology, listed_bandwidths(widths)));
  } else if (!band->holds(c.frequency_hz, c.bandwidth_hz)) {
    report({"radio", "carriers", c.name, "frequency"},
           fmt::format("a carrier of {} at {} reaches beyond band {}; allowed: {} to {}",
                       frequency_text(c.bandwidth_hz), frequency_text(c.frequency_hz), c.band,
                       frequency_text(band->downlink_low_hz + c.bandwidth_hz / 2),
                       frequency_text(band->downlink_high_hz - c.bandwidth_hz / 2)));
  }
}

void Checker::carrier(const CarrierParams& c) {
  const auto good = [&](std::string_view key) { return clean({"radio", "carriers", c.name, key}); };
  if (!good("numerology")) return;
  const int mu = static_cast<int>(c.numerology);
  if (good("frequency") && good("bandwidth") && !radio::prbs(c.bandwidth_hz, mu, c.frequency_hz)) {
    const auto allowed = radio::allowed_bandwidths_hz(mu, c.frequency_hz);
    const std::string spacing = frequency_text(radio::subcarrier_spacing_hz(mu));
    if (allowed.empty()) {
      no_carriers(c, spacing);
    } else {
      report(
          {"radio", "carriers", c.name, "bandwidth"},
          fmt::format("TS 38.101 has no {} carrier with numerology {} (subcarriers of {}) at {}; allowed: {}",
                      frequency_text(c.bandwidth_hz), mu, spacing, frequency_text(c.frequency_hz),
                      listed_bandwidths(allowed)));
    }
  } else {
    band(c);
  }
  const int capability = static_cast<int>(c.ue_capability);
  if (good("ue_capability") && (!radio::tproc1_ns(mu, capability) || !radio::tproc2_ns(mu, capability)))
    report(
        {"radio", "carriers", c.name, "ue_capability"},
        fmt::format("TS 38.214 has no processing times of capability {} for numerology {}; use capability 1",
                    capability, mu));
  timing(c);
  if (c.pdsch.broadcast_given) broadcast(c);
  if (good("sr_period") && c.sr_period_ns < radio::slot_ns(mu))
    report({"radio", "carriers", c.name, "sr_period"},
           fmt::format("{} is shorter than a slot, which numerology {} makes {}",
                       format_quantity(static_cast<double>(c.sr_period_ns), Dimension::kTime), mu,
                       format_quantity(static_cast<double>(radio::slot_ns(mu)), Dimension::kTime)));
}

void Checker::broadcast(const CarrierParams& c) {
  if (!clean({"radio", "carriers", c.name, "pdsch"}) || !clean({"radio", "carriers", c.name, "mcs_table"}))
    return;
  const auto last = static_cast<std::int64_t>(radio::mcs_table(static_cast<int>(c.mcs_table)).size()) - 1;
  if (c.pdsch.broadcast.mcs > last)
    report({"radio", "carriers", c.name, "pdsch", "broadcast", "mcs"},
           fmt::format("mcs_table {} has no MCS {}; allowed: 0 to {}", c.mcs_table, c.pdsch.broadcast.mcs,
                       last));
  const bool used = std::any_of(s_.services.begin(), s_.services.end(), [&](const ServiceParams& service) {
    return service.delivery == Delivery::kBroadcast || !clean({"services", service.name});
  });
  if (!used && clean({"services"}))
    report({"radio", "carriers", c.name, "pdsch", "broadcast"},
           "no service has delivery: broadcast, so nothing would follow it; give it to a "
           "cooperative_warning, or "
           "leave this away");
}

void Checker::timing(const CarrierParams& c) {
  const int mu = static_cast<int>(c.numerology), capability = static_cast<int>(c.ue_capability);
  for (const std::string_view key : {"ue_capability", "duplex", "tdd_pattern", "tdd_special", "pdsch",
                                     "pusch", "pdcch", "processing", "sr_symbol"}) {
    if (!clean({"radio", "carriers", c.name, key})) return;
  }
  blocked(c, "pdsch", c.pdsch.blocked);
  blocked(c, "pusch", c.pusch.blocked);
  if (!radio::tproc1_ns(mu, capability) || !radio::tproc2_ns(mu, capability)) return;
  const uu::TimingProblem problem = uu::timing_problem(c);
  if (problem.key.empty()) return;
  const std::size_t dot = problem.key.find('.');
  if (dot == std::string::npos) {
    report({"radio", "carriers", c.name, problem.key}, problem.message);
  } else {
    report({"radio", "carriers", c.name, problem.key.substr(0, dot), problem.key.substr(dot + 1)},
           problem.message);
  }
}

void Checker::edgecloudsim() {
  const SiteParams* gateway = site(s_.radio.edgecloudsim.gateway);
  if (gateway && gateway->kind != SiteKind::kCloud && clean({"sites", gateway->name, "kind"}) &&
      clean({"radio", "edgecloudsim", "gateway"}))
    report({"radio", "edgecloudsim", "gateway"},
           fmt::format("site '{}' is of kind {}; the cellular network of EdgeCloudSim ends at a cloud",
                       gateway->name, kSiteKindNames[static_cast<std::size_t>(gateway->kind)]));
  if (!s_.links.empty())
    report({"links"}, "radio 'edgecloudsim' has its own networks between sites; leave the links away");
  for (const auto& slice : s_.slices) {
    if (!slice.upf.empty())
      report({"slices", slice.name, "upf"}, "radio 'edgecloudsim' knows no UPF; leave it away");
  }
  for (const auto& service : s_.services) {
    if (service.kind != ServiceKind::kPerceptionOffload && clean({"services", service.name, "kind"}))
      report({"services", service.name, "kind"},
             fmt::format("radio 'edgecloudsim' carries tasks that a policy places, kind {}",
                         kServiceKindNames[static_cast<std::size_t>(ServiceKind::kPerceptionOffload)]));
    for (const auto& [key, there] :
         {std::pair{"container", service.contained}, std::pair{"relocation", service.relocates}}) {
      if (there)
        report({"services", service.name, key},
               "radio 'edgecloudsim' moves nothing but tasks between sites; leave it away");
    }
  }
}

void Checker::radio() {
  const auto& r = s_.radio;
  if (!clean({"radio", "kind"})) return;
  if (r.kind != RadioKind::kNr) {
    const auto sites = access_sites();
    // Vehicles that have a sidelink and nothing else need no sites.
    const bool direct = s_.sidelink.present && r.kind == RadioKind::kIdeal && !s_.services.empty() &&
                        std::all_of(s_.services.begin(), s_.services.end(), [](const ServiceParams& service) {
                          return service.kind == ServiceKind::kSidelinkBroadcast;
                        });
    if (sites.empty() && absent({"sites"}) && !direct)
      report({"radio", "kind"},
             fmt::format("{} access needs at least one site of kind gnb or rsu, and there is none",
                         kRadioKindNames[static_cast<std::size_t>(r.kind)]));
    if (r.kind == RadioKind::kSharedLink) at_most_65535({"links"}, s_.links.size() + sites.size());
    if (r.kind == RadioKind::kEdgeCloudSim) edgecloudsim();
    return;
  }
  if (r.carriers.empty() && absent({"radio", "carriers"}))
    report({"radio", "kind"}, "nr needs at least one carrier in radio.carriers");
  if (r.cells.empty() && absent({"radio", "cells"}))
    report({"radio", "kind"}, "nr needs at least one cell in radio.cells");

  for (std::size_t i = 0; i < r.carriers.size(); ++i) {
    const auto& c = r.carriers[i];
    carrier(c);
    if (!clean({"radio", "carriers", c.name, "frequency"})) continue;
    for (std::size_t k = 0; k < i && !log_.full(); ++k) {
      const auto& other = r.carriers[k];
      if (std::abs(c.frequency_hz - other.frequency_hz) * 2 < c.bandwidth_hz + other.bandwidth_hz &&
          clean({"radio", "carriers", other.name, "frequency"})) {
        report({"radio", "carriers", c.name, "frequency"},
               fmt::format("overlaps carrier '{}', but only cells on the same carrier interfere; use one "
                           "carrier, or move one of them",
                           other.name));
        break;
      }
    }
  }

  std::unordered_map<std::string, std::vector<const CellParams*>> places;  // cells of a site on a carrier
  for (const auto& cell : r.cells) {
    const SiteParams* at = site(cell.site);
    if (!at || !clean({"radio", "cells", cell.name, "site"}) || !clean({"sites", at->name, "kind"})) continue;
    if (at->kind != SiteKind::kGnb && at->kind != SiteKind::kRsu)
      report({"radio", "cells", cell.name, "site"},
             fmt::format("site '{}' is of kind {}; a cell stands on a gnb or rsu", at->name,
                         kSiteKindNames[static_cast<std::size_t>(at->kind)]));
    if (!clean({"radio", "cells", cell.name, "carrier"})) continue;
    auto& others = places[cell.site + '\n' + cell.carrier];
    const auto same = std::find_if(others.begin(), others.end(), [&](const CellParams* other) {
      return cell.antenna.kind == AntennaKind::kOmni || other->antenna.kind == AntennaKind::kOmni ||
             std::fmod(cell.azimuth_deg - other->azimuth_deg, 360) == 0;
    });
    if (same == others.end()) {
      others.push_back(&cell);
    } else {
      report(
          {"radio", "cells", cell.name},
          fmt::format(
              "has the site, carrier and direction of cell '{}', so the two would only disturb each other; "
              "give them antennas of kind sector or array with different azimuths",
              (*same)->name));
    }
  }
}

}  // namespace cv2x::config
