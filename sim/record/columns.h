#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/record/column.h"
#include "sim/record/compute_columns.h"
#include "sim/record/rows.h"
#include "sim/record/summary_columns.h"

namespace cv2x {

// The tables of a result file: what the writer makes, the reader reads and FORMAT.md lists (a test compares).
// A column that is added raises kFormatMinor, one that is removed or changes its meaning kFormatMajor.

inline constexpr std::string_view kFormatName = "cv2x-edge result";
inline constexpr int kFormatMajor = 1;
inline constexpr int kFormatMinor = 3;

inline constexpr std::array<std::string_view, 4> kMessageKindNames = {"uplink", "downlink", "v2n2v", "copy"};
inline constexpr std::array<std::string_view, 19> kEventKindNames = {"enter",
                                                                     "leave",
                                                                     "handover",
                                                                     "coverage_lost",
                                                                     "handover_failed",
                                                                     "radio_link_failed",
                                                                     "host_failed",
                                                                     "host_repaired",
                                                                     "image_pulled",
                                                                     "instance_ready",
                                                                     "instance_stopped",
                                                                     "instance_evicted",
                                                                     "instance_refused",
                                                                     "scaled",
                                                                     "relocation_detected",
                                                                     "relocation_decided",
                                                                     "relocation_executed",
                                                                     "relocation_completed",
                                                                     "relocation_failed"};
inline constexpr std::array<std::string_view, 2> kDirectionNames = {"forward", "backward"};
// As kSiteKindNames of models/topology (a test compares).
inline constexpr std::array<std::string_view, 5> kSiteColumnNames = {"gnb", "rsu", "mec", "cloud", "router"};
/// A row of `stages`: entered at enter_ns, until the next row of the same message or task, the last one until
/// its end_ns.
struct StageRow {
  Stage stage = Stage::kDecision;
  TimeNs enter_ns = 0;
};

template <>
struct TableOf<MessageRow> {
  using R = MessageRow;
  static constexpr std::string_view kName = "messages";
  static constexpr std::string_view kDescription =
      "Messages, and copies of messages, in the order of their end";
  static constexpr std::size_t kChunkRows = 8192;
  static constexpr std::tuple kColumns{
      Column{"id", &R::id, "", "Counts from 1; shared with tasks"},
      Column{"parent_id", &R::parent_id, "", "The message or task this one is a part of; 0: none"},
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"kind", &R::kind, "", "What the row is", "", kMessageKindNames},
      Column{"outcome", &R::outcome, "", "How it ended", "", kOutcomeNames},
      Column{"counted", &R::counted, "", "1: created within [warm-up, duration - drain)"},
      Column{"vehicle", &R::vehicle, "", "Sender (uplink, v2n2v) or receiver (downlink, copy)",
             "vehicle_names"},
      Column{"cell", &R::cell, "", "Serving cell (radio: nr) or site (other radios) when it ended; -1: none",
             "names/cells"},
      Column{"bytes", &R::bytes, "byte", "Size"},
      Column{"created_ns", &R::created_ns, "ns", "When it was created; of a copy: when its parent was"},
      Column{"end_ns", &R::end_ns, "ns", "When it was delivered or lost, or the end of the run"},
      Column{"x_m", &R::x_m, "m", "Place of the sending vehicle when it was created"},
      Column{"y_m", &R::y_m, "m", "Place of the sending vehicle when it was created"},
      Column{"first_stage", &R::first_stage, "", "First of its stages", "stages"},
      Column{"stages", &R::stages, "1", "How many stages"}};
};

template <>
struct TableOf<TaskRow> {
  using R = TaskRow;
  static constexpr std::string_view kName = "tasks";
  static constexpr std::string_view kDescription = "Tasks, in the order of their end";
  static constexpr std::size_t kChunkRows = 8192;
  static constexpr std::tuple kColumns{
      Column{"id", &R::id, "", "Counts from 1; shared with messages"},
      Column{"parent_id", &R::parent_id, "", "The task this one is a part of; 0: none"},
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"outcome", &R::outcome, "", "How it ended", "", kOutcomeNames},
      Column{"counted", &R::counted, "", "1: created within [warm-up, duration - drain)"},
      Column{"vehicle", &R::vehicle, "", "Whose task it is", "vehicle_names"},
      Column{"host", &R::host, "",
             "Where it ran; -1: in the vehicle, -2: not decided, -3: a task graph, see its subtasks",
             "names/hosts"},
      Column{"cell", &R::cell, "", "Serving cell or site at the decision; -1: none", "names/cells"},
      Column{"input_bytes", &R::input_bytes, "byte", "Size of the input"},
      Column{"output_bytes", &R::output_bytes, "byte", "Size of the result"},
      Column{"cycles", &R::cycles, "cycle", "CPU cycles it needs"},
      Column{"created_ns", &R::created_ns, "ns", "When it was created"},
      Column{"decided_ns", &R::decided_ns, "ns", "When the offloading policy had answered"},
      Column{"end_ns", &R::end_ns, "ns", "When its result was there, or it was lost, or the end of the run"},
      Column{"x_m", &R::x_m, "m", "Place of the vehicle when it was created"},
      Column{"y_m", &R::y_m, "m", "Place of the vehicle when it was created"},
      Column{"first_stage", &R::first_stage, "", "First of its stages", "stages"},
      Column{"stages", &R::stages, "1", "How many stages"},
      Column{"subtask", &R::subtask, "",
             "Which subtask of its graph, in the order of the scenario (detect, fuse, warn); -1: none"}};
};

template <>
struct TableOf<StageRow> {
  using R = StageRow;
  static constexpr std::string_view kName = "stages";
  static constexpr std::string_view kDescription =
      "Stages of messages and tasks; the ranges of different rows may overlap";
  static constexpr std::size_t kChunkRows = 32768;
  static constexpr std::tuple kColumns{
      Column{"stage", &R::stage, "", "Where the time went from here on", "", kStageNames},
      Column{"enter_ns", &R::enter_ns, "ns",
             "When it was entered; it lasts until the next one of the same message or task, or its end"}};
};

template <>
struct TableOf<CellRow> {
  using R = CellRow;
  static constexpr std::string_view kName = "cells";
  static constexpr std::string_view kDescription = "Load of the cells over time";
  static constexpr std::size_t kChunkRows = 1024;
  static constexpr std::tuple kColumns{
      Column{"time_ns", &R::time_ns, "ns", "End of the interval"},
      Column{"cell", &R::cell, "", "Cell", "names/cells"},
      Column{"ues", &R::ues, "1", "Vehicles attached at that time"},
      Column{"ul_prb_share", &R::ul_prb_share, "1", "Uplink PRBs used, of those of the interval's slots"},
      Column{"dl_prb_share", &R::dl_prb_share, "1", "Downlink PRBs used, of those of the interval's slots"},
      Column{"ul_blocks", &R::ul_blocks, "1", "Uplink transport blocks sent, retransmissions included"},
      Column{"ul_nacks", &R::ul_nacks, "1", "Uplink transport blocks that failed"},
      Column{"dl_blocks", &R::dl_blocks, "1", "Downlink transport blocks sent, retransmissions included"},
      Column{"dl_nacks", &R::dl_nacks, "1", "Downlink transport blocks that failed"},
      Column{"handovers_in", &R::handovers_in, "1", "Handovers to this cell"},
      Column{"handovers_out", &R::handovers_out, "1", "Handovers from this cell"},
      Column{"handover_failures", &R::handover_failures, "1",
             "Handovers from this cell of which the command was lost"},
      Column{"radio_link_failures", &R::radio_link_failures, "1", "Radio links to this cell that failed"}};
};

template <>
struct TableOf<SliceRow> {
  using R = SliceRow;
  static constexpr std::string_view kName = "slices";
  static constexpr std::string_view kDescription =
      "Slices in the cells over time; no row where a slice sent nothing in the interval";
  static constexpr std::size_t kChunkRows = 1024;
  static constexpr std::tuple kColumns{
      Column{"time_ns", &R::time_ns, "ns", "End of the interval"},
      Column{"cell", &R::cell, "", "Cell", "names/cells"},
      Column{"slice", &R::slice, "", "Slice", "names/slices"},
      Column{"ul_prb_share", &R::ul_prb_share, "1", "Uplink PRBs used, of those of the interval's slots"},
      Column{"dl_prb_share", &R::dl_prb_share, "1", "Downlink PRBs used, of those of the interval's slots"},
      Column{"ul_blocks", &R::ul_blocks, "1", "Uplink transport blocks sent, retransmissions included"},
      Column{"ul_nacks", &R::ul_nacks, "1", "Uplink transport blocks that failed"},
      Column{"dl_blocks", &R::dl_blocks, "1", "Downlink transport blocks sent, retransmissions included"},
      Column{"dl_nacks", &R::dl_nacks, "1", "Downlink transport blocks that failed"},
      Column{"ul_mcs", &R::ul_mcs, "1", "Mean MCS index of the uplink blocks; NaN: none"},
      Column{"dl_mcs", &R::dl_mcs, "1", "Mean MCS index of the downlink blocks; NaN: none"},
      Column{"ul_sinr_db", &R::ul_sinr_db, "dB", "Mean SINR of the uplink transmissions; NaN: none"},
      Column{"dl_sinr_db", &R::dl_sinr_db, "dB", "Mean SINR of the downlink transmissions; NaN: none"},
      Column{"dl_preempted", &R::dl_preempted, "1",
             "Downlink transport blocks that lost PRBs to a slice that pre-empts"}};
};

template <>
struct TableOf<LinkRow> {
  using R = LinkRow;
  static constexpr std::string_view kName = "links";
  static constexpr std::string_view kDescription = "Load of the links over time";
  static constexpr std::size_t kChunkRows = 1024;
  static constexpr std::tuple kColumns{
      Column{"time_ns", &R::time_ns, "ns", "End of the interval"},
      Column{"link", &R::link, "", "Link", "names/links"},
      Column{"direction", &R::direction, "", "As the link is written in the scenario, or against it", "",
             kDirectionNames},
      Column{"bytes", &R::bytes, "byte", "Whose transmission began in the interval"},
      Column{"drops", &R::drops, "1", "Messages dropped because the queue was full"},
      Column{"utilisation", &R::utilisation, "1", "Share of the interval during which it transmitted"},
      Column{"queued_bytes", &R::queued_bytes, "byte", "Waiting at that time"}};
};

template <>
struct TableOf<VehicleRow> {
  using R = VehicleRow;
  static constexpr std::string_view kName = "vehicles";
  static constexpr std::string_view kDescription = "Where the vehicles were, decimated";
  static constexpr std::size_t kChunkRows = 4096;
  static constexpr std::tuple kColumns{
      Column{"time_ns", &R::time_ns, "ns", "When"},
      Column{"vehicle", &R::vehicle, "", "Vehicle", "vehicle_names"},
      Column{"cell", &R::cell, "", "Serving cell (nr) or site (others); -1: none", "names/cells"},
      Column{"x_m", &R::x_m, "m", "In the plane of the road network"},
      Column{"y_m", &R::y_m, "m", "In the plane of the road network"},
      Column{"speed_mps", &R::speed_mps, "m/s", "Speed"}};
};

template <>
struct TableOf<EventRow> {
  using R = EventRow;
  static constexpr std::string_view kName = "events";
  static constexpr std::string_view kDescription = "What happened once";
  static constexpr std::size_t kChunkRows = 512;
  static constexpr std::tuple kColumns{
      Column{"time_ns", &R::time_ns, "ns", "When"},
      Column{"kind", &R::kind, "", "What", "", kEventKindNames},
      Column{"vehicle", &R::vehicle, "", "Whom; 4294967295: none, it happened to a host", "vehicle_names"},
      Column{"from", &R::from, "", "The cell before; -1: none", "names/cells"},
      Column{"to", &R::to, "",
             "handover, radio_link_failed: the cell after; handover_failed: that was aimed at; -1: none",
             "names/cells"},
      Column{"service", &R::service, "", "image_, instance_, scaled, relocation_: which; -1: none",
             "names/services"},
      Column{"host", &R::host, "",
             "image_, instance_, scaled, host_: where; relocation_: from where; -1: none", "names/hosts"},
      Column{"to_host", &R::to_host, "", "relocation_: to where; -1: none", "names/hosts"},
      Column{
          "value", &R::value, "1",
          "image_pulled: bytes fetched; instance_: its number on that host; scaled: instances from now on"}};
};

template <>
struct TableOf<VehicleNameRow> {
  using R = VehicleNameRow;
  static constexpr std::string_view kName = "vehicle_names";
  static constexpr std::string_view kDescription = "Vehicles; row n is vehicle n of the other tables";
  static constexpr std::size_t kChunkRows = 256;
  static constexpr std::tuple kColumns{Column{"name", &R::name, "", "Name in the trace, cut to 64 bytes"},
                                       Column{"type", &R::type, "", "Type in the trace, cut to 64 bytes"}};
};

template <>
struct TableOf<SiteRow> {
  using R = SiteRow;
  static constexpr std::string_view kName = "sites";
  static constexpr std::string_view kDescription = "Where the sites are";
  static constexpr std::size_t kChunkRows = 256;
  static constexpr std::tuple kColumns{
      Column{"site", &R::site, "", "Site", "names/sites"},
      Column{"kind", &R::kind, "", "What stands there", "", kSiteColumnNames},
      Column{"placed", &R::placed, "", "1: it has a place on the map"},
      Column{"x_m", &R::x_m, "m", "In the plane of the road network"},
      Column{"y_m", &R::y_m, "m", "In the plane of the road network"},
      Column{"height_m", &R::height_m, "m", "Antenna height above ground"}};
};

template <>
struct TableOf<RoadPointRow> {
  using R = RoadPointRow;
  static constexpr std::string_view kName = "roads";
  static constexpr std::string_view kDescription =
      "Roads, simplified for a map; empty when the road network is not known";
  static constexpr std::size_t kChunkRows = 4096;
  static constexpr std::tuple kColumns{
      Column{"road", &R::road, "", "Consecutive rows with the same number are one polyline"},
      Column{"x_m", &R::x_m, "m", "In the plane of the road network"},
      Column{"y_m", &R::y_m, "m", "In the plane of the road network"}};
};

template <>
struct TableOf<CoverageRow> {
  using R = CoverageRow;
  static constexpr std::string_view kName = "coverage";
  static constexpr std::string_view kDescription =
      "Coverage on a square grid (radio: nr): the strongest cell at a vehicle's antenna height";
  static constexpr std::size_t kChunkRows = 4096;
  static constexpr std::tuple kColumns{
      Column{"x_m", &R::x_m, "m", "Centre of the square"},
      Column{"y_m", &R::y_m, "m", "Centre of the square"},
      Column{"cell", &R::cell, "", "Strongest cell; -1: no coverage", "names/cells"},
      Column{"rsrp_dbm", &R::rsrp_dbm, "dBm", "Received power of one of its resource elements"},
      Column{"sinr_db", &R::sinr_db, "dB", "Downlink, with all other cells of its carrier at full power"}};
};

/// Calls f(column) for each column of the table of `Row`.
template <class Row, class F>
constexpr void for_each_column(F&& f) {
  std::apply([&](const auto&... column) { (f(column), ...); }, TableOf<Row>::kColumns);
}

/// All row types, in the order of the columns of `flushed`. Stages come before the rows that point to them.
using AllRows = std::tuple<StageRow, MessageRow, TaskRow, CellRow, LinkRow, HostRow, VehicleRow, EventRow,
                           VehicleNameRow, ServiceSummaryRow, StageSummaryRow, DecisionRow, BudgetRow,
                           HistogramRow, SiteRow, RoadPointRow, CoverageRow, BudgetStageRow, BudgetLossRow,
                           SliceRow, LatencyCellRow, HostSummaryRow, InstanceRow, RelocationRow>;
inline constexpr std::size_t kTables = std::tuple_size_v<AllRows>;

/// Place of a row type in AllRows.
template <class Row, std::size_t I = 0>
constexpr std::size_t table_index() {
  if constexpr (std::is_same_v<Row, std::tuple_element_t<I, AllRows>>) {
    return I;
  } else {
    return table_index<Row, I + 1>();
  }
}

/// The same without the types: what is written to the file about a column and a table.
struct ColumnInfo {
  std::string_view name;
  ColumnType type;
  std::string_view unit;
  std::string_view description;
  std::string_view index_of;
  std::span<const std::string_view> words;
};
struct TableInfo {
  std::string_view name;
  std::string_view description;
  std::size_t chunk_rows;
  std::vector<ColumnInfo> columns;
};
/// All tables, in the order of AllRows.
const std::vector<TableInfo>& all_tables();

}  // namespace cv2x
