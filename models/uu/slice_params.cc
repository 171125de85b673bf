#include "models/uu/slice_params.h"

#include "models/uu/scheduler.h"

namespace cv2x {

void describe(Visitor& v, SliceParams& p) {
  v.integer({"sst", "slice/service type (TS 23.501 table 5.15.2.2-1)", true}, p.sst, 1, 255);
  v.integer({"sd", "slice differentiator; -1: none"}, p.sd, -1, 0xffffff);
  v.integer({"five_qi", "5QI of its traffic (TS 23.501 table 5.7.4-1)"}, p.five_qi, 1, 254);
  const auto schedulers = uu::scheduler_registry().names();
  const std::vector<std::string_view> names(schedulers.begin(), schedulers.end());
  v.word({"scheduler", "how its UEs share its PRBs"}, p.scheduler, names);
  v.integer({"priority", "which slice takes first what others leave over, and may pre-empt: the lowest"},
            p.priority, 0, 255);
  v.variant({"uplink_grants", "dynamic: request and grant; configured: type 1, reserved for every UE"},
            p.uplink_grants, kUplinkGrantNames, [&](GrantKind kind) {
              if (kind == GrantKind::kConfigured)
                v.object({"configured_grant", "of every UE and service of the slice"}, p.configured);
            });
  v.variant(
      {"downlink_grants", "dynamic: an assignment for every block; semi_persistent: reserved for every UE"},
      p.downlink_grants, kDownlinkGrantNames, [&](GrantKind kind) {
        if (kind == GrantKind::kConfigured)
          v.object({"semi_persistent", "of every UE and service of the slice"}, p.semi_persistent);
      });
  v.object({"uplink_policy", "share of the uplink PRBs (TS 28.541 §4.3.36)"}, p.uplink_policy);
  v.object({"downlink_policy", "share of the downlink PRBs (TS 28.541 §4.3.36)"}, p.downlink_policy);
  v.integer(
      {"max_ues",
       "UEs that a cell admits to the slice, in the order of their first message (network slice admission "
       "control, TS 23.501 §5.15.11); 0: all"},
      p.max_ues, 0, 1'000'000);
  v.flag({"preempts",
          "whether its downlink data goes out at once, in mini-slots of radio.carriers.*.pdsch."
          "preempting_symbols, over what slices of a larger priority number have on the air (TS 38.213 "
          "§11.2)"},
         p.preempts);
  v.reference({"upf",
               "site of its user plane function, through which all its traffic goes; default: every serving "
               "site has one (local breakout)"},
              p.upf, "sites");
  v.choice({"rlc",
            "um: what HARQ loses is lost; am: it is sent again; carrier: as the carrier's "
            "rlc_retransmissions has it"},
           p.rlc, kRlcModeNames);
  v.duration(
      {"discard",
       "PDCP discard timer (TS 38.323 §5.3): what no part has been sent of by then is dropped; 0: none"},
      p.discard_ns, {0, 60e9});
}

}  // namespace cv2x
