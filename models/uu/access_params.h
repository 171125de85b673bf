#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/base/describe.h"

namespace cv2x {

/// How the transfers on a shared link share its rate.
enum class LinkDiscipline : std::uint8_t { kProcessorSharing, kFifo };
inline constexpr std::array<std::string_view, 2> kLinkDisciplineNames = {"processor_sharing", "fifo"};

/// What becomes of a transfer whose vehicle is served by another site now.
enum class TransferAtHandover : std::uint8_t { kFinish, kRestart };
inline constexpr std::array<std::string_view, 2> kTransferAtHandoverNames = {"finish", "restart"};

/// `radio: shared_link`: the vehicles of a site share one rate in each direction.
struct SharedLinkParams {
  double uplink_bps = 10e6;
  double downlink_bps = 10e6;
  LinkDiscipline discipline = LinkDiscipline::kProcessorSharing;
  std::int64_t queue_bytes = 10'000'000;
  TimeNs delay_ns = 0;
  TransferAtHandover handover = TransferAtHandover::kFinish;
};

/// `radio: edgecloudsim`: the networks of EdgeCloudSim's vehicular sample (models/uu/estimated_delay.h) with
/// the values of its configuration as shipped; two of its propagation delays are misspelt there, so 0.
struct EdgeCloudSimParams {
  double wlan_bps = 10e6, man_bps = 1000e6, wan_bps = 50e6, gsm_bps = 20e6;
  TimeNs man_delay_ns = 10 * kMillisecond, wan_delay_ns = 0, gsm_delay_ns = 0;
  TimeNs update_ns = 500 * kMillisecond;
  TimeNs longest_ns = 7500 * kMillisecond;
  std::string gateway;
};

inline void describe(Visitor& v, SharedLinkParams& p) {
  v.quantity({"uplink", "rate of every site, which its vehicles share"}, p.uplink_bps, Dimension::kRate,
             {1e3, 1e15});
  v.quantity({"downlink", "rate of every site, which its vehicles share"}, p.downlink_bps, Dimension::kRate,
             {1e3, 1e15});
  v.choice({"discipline",
            "processor_sharing: all transfers under way get equal parts of the rate; fifo: one after the "
            "other at the full rate"},
           p.discipline, kLinkDisciplineNames);
  v.bytes({"queue",
           "bytes under way in each direction of a site; a message that does not fit is lost "
           "(radio_queue_full)"},
          p.queue_bytes, kPositive);
  v.duration({"delay", "one-way delay after the transfer"}, p.delay_ns, {0, 3.6e12});
  v.choice({"at_handover",
            "transfers under way when another site becomes the nearest; finish: they end at the site where "
            "they began (two links for as long as that takes); restart: they begin anew at the new site, "
            "results after the way there over the backhaul"},
           p.handover, kTransferAtHandoverNames);
}

inline void describe(Visitor& v, EdgeCloudSimParams& p) {
  const Bounds rate{.min = 1e3, .max = 1e15};
  const Bounds delay{.min = 0, .max = 3.6e12};
  v.quantity({"wlan", "rate of the WLAN of every gnb or rsu site, in each direction"}, p.wlan_bps,
             Dimension::kRate, rate);
  v.quantity({"man", "rate of the network between these sites, in each direction"}, p.man_bps,
             Dimension::kRate, rate);
  v.quantity({"wan", "rate of the network from these sites to clouds, in each direction"}, p.wan_bps,
             Dimension::kRate, rate);
  v.quantity({"gsm", "rate of the cellular network to the gateway, in each direction"}, p.gsm_bps,
             Dimension::kRate, rate);
  v.duration({"man_delay", "added to each transfer by the MAN"}, p.man_delay_ns, delay);
  v.duration(
      {"wan_delay",
       "added to each transfer by the WAN; EdgeCloudSim's file means 150 ms, but its misspelt key makes "
       "it 0"},
      p.wan_delay_ns, delay);
  v.duration({"gsm_delay", "added to each transfer by GSM; the same with 160 ms"}, p.gsm_delay_ns, delay);
  v.duration({"update", "period of the estimates of load"}, p.update_ns, {1e6, 3.6e12});
  v.duration({"longest", "a transfer whose estimated delay is longer (or negative) fails (link_saturated)"},
             p.longest_ns, {1e6, 3.6e12});
  v.reference({"gateway", "cloud site at which the cellular network ends", true}, p.gateway, "sites");
}

}  // namespace cv2x
