#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/base/describe.h"

namespace cv2x {

enum class BudgetMetric : std::uint8_t { kLatency, kReliability };
inline constexpr std::array<std::string_view, 2> kBudgetMetricNames = {"latency", "reliability"};

/// A limit on a service, checked against the confidence interval of what was measured.
struct BudgetParams {
  std::string name;
  std::string service;
  BudgetMetric metric = BudgetMetric::kLatency;
  double quantile = 0.99;                ///< latency: of which quantile
  TimeNs limit_ns = 100 * kMillisecond;  ///< latency: at most
  double at_least = 0.99;                ///< reliability: share delivered within the deadline
};

inline void describe(Visitor& v, BudgetParams& p) {
  v.reference({"service", "the service it applies to", true}, p.service, "services");
  v.variant(
      {"metric",
       "latency: a quantile is at most a limit; reliability: the share delivered within the deadline", true},
      p.metric, kBudgetMetricNames, [&](BudgetMetric metric) {
        if (metric == BudgetMetric::kLatency) {
          v.quantity({"quantile", "which quantile; lost messages count as infinitely late", true}, p.quantile,
                     Dimension::kShare, {0, 0.999999, true});
          v.duration({"limit", "the quantile may be at most this", true}, p.limit_ns, kPositive);
        } else {
          v.quantity({"at_least", "share of the messages delivered within their deadline", true}, p.at_least,
                     Dimension::kShare, kShareBounds);
        }
      });
}

}  // namespace cv2x
