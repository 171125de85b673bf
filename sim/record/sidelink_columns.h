#pragma once

#include <tuple>

#include "sim/record/column.h"
#include "sim/record/sidelink_rows.h"

namespace cv2x {

template <class Row>
struct TableOf;

template <>
struct TableOf<SidelinkReceptionRow> {
  using R = SidelinkReceptionRow;
  static constexpr std::string_view kName = "sidelink_receptions";
  static constexpr std::string_view kDescription =
      "Counted packets of the sidelink at the receivers around their senders, by distance";
  static constexpr std::size_t kChunkRows = 256;
  static constexpr std::tuple kColumns{
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"from_m", &R::from_m, "m", "Least distance of the bin"},
      Column{"to_m", &R::to_m, "m", "Its end"},
      Column{"received", &R::received, "1", "Packets and receivers: decoded"},
      Column{"half_duplex", &R::half_duplex, "1", "Lost: the receiver was sending itself"},
      Column{"sensitivity", &R::sensitivity, "1", "Lost: received below the sensitivity"},
      Column{"propagation", &R::propagation, "1", "Lost: not decoded even without interference"},
      Column{"collision", &R::collision, "1", "Lost: not decoded for interference"},
      Column{"gaps", &R::gaps, "1", "Gaps between two successive receptions of a pair; the later one here"},
      Column{"gap_mean_ns", &R::gap_mean_ns, "ns", "Their mean; NaN: none"},
      Column{"age_mean_ns", &R::age_mean_ns, "ns",
             "Age of information over the time in those gaps; NaN: none"}};
};

template <>
struct TableOf<SidelinkGapRow> {
  using R = SidelinkGapRow;
  static constexpr std::string_view kName = "sidelink_gaps";
  static constexpr std::string_view kDescription = "Gaps between receptions by distance: a histogram";
  static constexpr std::size_t kChunkRows = 1024;
  static constexpr std::tuple kColumns{Column{"service", &R::service, "", "Service", "names/services"},
                                       Column{"from_m", &R::from_m, "m", "Least distance of the bin"},
                                       Column{"to_m", &R::to_m, "m", "Its end"},
                                       Column{"lower_ns", &R::lower_ns, "ns", "Least gap of the bucket"},
                                       Column{"upper_ns", &R::upper_ns, "ns", "Its end"},
                                       Column{"count", &R::count, "1", "Gaps"}};
};

template <>
struct TableOf<SidelinkLoadRow> {
  using R = SidelinkLoadRow;
  static constexpr std::string_view kName = "sidelink_load";
  static constexpr std::string_view kDescription = "Load of the sidelink over time";
  static constexpr std::size_t kChunkRows = 512;
  static constexpr std::tuple kColumns{
      Column{"time_ns", &R::time_ns, "ns", "End of the interval (100 ms)"},
      Column{"vehicles", &R::vehicles, "1", "Vehicles present at its end"},
      Column{"packets", &R::packets, "1", "Packets sent in it"},
      Column{"cbr_mean", &R::cbr_mean, "1", "Channel busy ratio (TS 38.215 §5.1.27), mean over the vehicles"},
      Column{"cbr_p50", &R::cbr_p50, "1", "Its median over the vehicles"},
      Column{"cbr_p95", &R::cbr_p95, "1", "Its 95 % quantile over the vehicles"}};
};

template <>
struct TableOf<SidelinkCbrRow> {
  using R = SidelinkCbrRow;
  static constexpr std::string_view kName = "sidelink_cbr";
  static constexpr std::string_view kDescription =
      "Channel busy ratios of all vehicles and intervals that count: a histogram";
  static constexpr std::size_t kChunkRows = 256;
  static constexpr std::tuple kColumns{Column{"from", &R::from, "1", "Least ratio of the bucket"},
                                       Column{"to", &R::to, "1", "Its end"},
                                       Column{"count", &R::count, "1", "Vehicles and intervals"}};
};

template <>
struct TableOf<SidelinkTotalRow> {
  using R = SidelinkTotalRow;
  static constexpr std::string_view kName = "sidelink_totals";
  static constexpr std::string_view kDescription = "Packets of the services of the sidelink, counted or not";
  static constexpr std::size_t kChunkRows = 64;
  static constexpr std::tuple kColumns{
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"packets", &R::packets, "1", "Sent"},
      Column{"given_up", &R::given_up, "1", "Not sent before the next one came"}};
};

}  // namespace cv2x
