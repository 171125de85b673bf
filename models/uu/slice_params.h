#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/base/describe.h"

namespace cv2x {

enum class GrantKind : std::uint8_t { kDynamic, kConfigured };
inline constexpr std::array<std::string_view, 2> kUplinkGrantNames = {"dynamic", "configured"};
inline constexpr std::array<std::string_view, 2> kDownlinkGrantNames = {"dynamic", "semi_persistent"};

enum class GrantOffset : std::uint8_t { kTraffic, kRandom };
inline constexpr std::array<std::string_view, 2> kGrantOffsetNames = {"traffic", "random"};

/// PRBs that a UE has for itself, again and again: uplink a configured grant of type 1 (TS 38.321 §5.8.2),
/// downlink semi-persistent scheduling (§5.8.1).
struct PeriodicGrantParams {
  TimeNs period_ns = 0;         ///< 0: every allowed start
  std::int64_t size_bytes = 0;  ///< of the user's data; 0: a message of the service
  GrantOffset offset = GrantOffset::kTraffic;
};

/// PRB shares of a slice in one direction, RRMPolicyRatio of TS 28.541 §4.3.36.
struct RrmPolicyParams {
  double dedicated = 0;  ///< never lent
  double minimum = 0;    ///< guaranteed when it is needed; lent beyond the dedicated part when not
  double maximum = 1;
};

enum class RlcMode : std::uint8_t { kCarrier, kUnacknowledged, kAcknowledged };
inline constexpr std::array<std::string_view, 3> kRlcModeNames = {"carrier", "um", "am"};

/// A network slice: an S-NSSAI and how the radio network treats it.
struct SliceParams {
  std::string name;
  std::int64_t sst = 1;
  std::int64_t sd = -1;
  std::int64_t five_qi = 9;
  std::string scheduler = "round_robin";
  std::int64_t priority = 0;  ///< who takes first what is left over: lower is more important
  GrantKind uplink_grants = GrantKind::kDynamic;
  GrantKind downlink_grants = GrantKind::kDynamic;
  PeriodicGrantParams configured, semi_persistent;
  RrmPolicyParams uplink_policy, downlink_policy;
  std::int64_t max_ues = 0;  ///< a cell admits; 0: all
  bool preempts = false;     ///< downlink: in mini-slots over what less important slices have on the air
  std::string upf;           ///< site of its user plane function; empty: one at every serving site
  RlcMode rlc = RlcMode::kCarrier;
  TimeNs discard_ns = 0;  ///< PDCP discard timer; 0: none
};

inline void describe(Visitor& v, PeriodicGrantParams& p) {
  v.duration({"period", "0: every allowed start of the shared channel; else whole slots"}, p.period_ns,
             {0, 1e9});
  v.bytes({"size", "user data that one occasion carries; 0: a message of the service"}, p.size_bytes,
          {0, 100'000});
  v.choice({"offset",
            "traffic: the first occasion after the first message at which the PRBs are free in every period; "
            "random: the first one with free PRBs from a random slot on"},
           p.offset, kGrantOffsetNames);
}

inline void describe(Visitor& v, RrmPolicyParams& p) {
  v.quantity({"dedicated", "PRBs that no other slice may ever use (rRMPolicyDedicatedRatio)"}, p.dedicated,
             Dimension::kShare, kShareBounds);
  v.quantity({"minimum", "PRBs that it gets when it needs them (rRMPolicyMinRatio)"}, p.minimum,
             Dimension::kShare, kShareBounds);
  v.quantity({"maximum", "PRBs that it never exceeds (rRMPolicyMaxRatio)"}, p.maximum, Dimension::kShare,
             kShareBounds);
  v.require(p.dedicated <= p.minimum, "dedicated", "must not be above minimum");
  v.require(p.minimum <= p.maximum, "minimum", "must not be above maximum");
}

void describe(Visitor& v, SliceParams& p);

}  // namespace cv2x
