#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/record/column.h"
#include "sim/record/rows.h"
#include "sim/record/summary_rows.h"

namespace cv2x {

// The tables of a result file: what the writer makes, the reader reads and FORMAT.md lists (a test compares).
// A column that is added raises kFormatMinor, one that is removed or changes its meaning kFormatMajor.

inline constexpr std::string_view kFormatName = "cv2x-edge result";
inline constexpr int kFormatMajor = 1;
inline constexpr int kFormatMinor = 1;

inline constexpr std::array<std::string_view, 4> kMessageKindNames = {"uplink", "downlink", "v2n2v", "copy"};
inline constexpr std::array<std::string_view, 4> kEventKindNames = {"enter", "leave", "handover",
                                                                    "coverage_lost"};
inline constexpr std::array<std::string_view, 2> kDirectionNames = {"forward", "backward"};
// As kBudgetMetricNames and kVerdictNames of models/measure (a test compares).
inline constexpr std::array<std::string_view, 2> kMetricColumnNames = {"latency", "reliability"};
inline constexpr std::array<std::string_view, 3> kVerdictColumnNames = {"pass", "fail", "inconclusive"};

/// A row of `stages`: entered at enter_ns, until the next row of the same message or task, the last one until
/// its end_ns.
struct StageRow {
  Stage stage = Stage::kDecision;
  TimeNs enter_ns = 0;
};

/// Name, description, rows a chunk and columns of the table of `Row`. Chunks of tables that fill slowly are
/// short: what a flush writes of a chunk that is not full is written again by the next.
template <class Row>
struct TableOf;

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
      Column{"cell", &R::cell, "", "Serving cell (radio: nr) or site (radio: ideal) when it ended; -1: none",
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
      Column{"host", &R::host, "", "Where it ran; -1: in the vehicle, -2: not decided", "names/hosts"},
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
      Column{"stages", &R::stages, "1", "How many stages"}};
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
      Column{"dl_nacks", &R::dl_nacks, "1", "Downlink transport blocks that failed"}};
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
      Column{"dl_sinr_db", &R::dl_sinr_db, "dB", "Mean SINR of the downlink transmissions; NaN: none"}};
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
struct TableOf<HostRow> {
  using R = HostRow;
  static constexpr std::string_view kName = "hosts";
  static constexpr std::string_view kDescription = "Load of MEC hosts and clouds over time";
  static constexpr std::size_t kChunkRows = 1024;
  static constexpr std::tuple kColumns{
      Column{"time_ns", &R::time_ns, "ns", "End of the interval"},
      Column{"host", &R::host, "", "Host", "names/hosts"},
      Column{"running", &R::running, "1", "Tasks on a core at that time"},
      Column{"waiting", &R::waiting, "1", "Tasks in the queue at that time"},
      Column{"finished", &R::finished, "1", "Tasks finished in the interval"},
      Column{"dropped", &R::dropped, "1", "Tasks dropped in the interval because the queue was full"},
      Column{"utilisation", &R::utilisation, "1", "Busy cores, averaged over the interval, of all cores"}};
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
      Column{"cell", &R::cell, "", "Serving cell (nr) or site (ideal); -1: none", "names/cells"},
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
      Column{"time_ns", &R::time_ns, "ns", "When"}, Column{"kind", &R::kind, "", "What", "", kEventKindNames},
      Column{"vehicle", &R::vehicle, "", "Whom", "vehicle_names"},
      Column{"from", &R::from, "", "handover, coverage_lost: the cell before; -1: none", "names/cells"},
      Column{"to", &R::to, "", "handover: the cell after; -1: none", "names/cells"}};
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
struct TableOf<ServiceSummaryRow> {
  using R = ServiceSummaryRow;
  static constexpr std::string_view kName = "summary";
  static constexpr std::string_view kDescription =
      "Services: counted messages and tasks, with 95 % intervals; lost ones are infinitely late";
  static constexpr std::size_t kChunkRows = 64;
  static constexpr std::tuple kColumns{
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"sent", &R::sent, "1", "Counted messages or tasks"},
      Column{"delivered", &R::delivered, "1", "Of those, delivered"},
      Column{"in_time", &R::in_time, "1", "Of those, within the deadline"},
      Column{"sum_ns", &R::sum_ns, "ns", "Sum of the latencies of the delivered ones"},
      Column{"mean_ns", &R::mean_ns, "ns", "Mean latency of the delivered ones"},
      Column{"mean_low_ns", &R::mean_low_ns, "ns", "Its interval: low end"},
      Column{"mean_high_ns", &R::mean_high_ns, "ns", "Its interval: high end"},
      Column{"p50_ns", &R::p50_ns, "ns", "Median latency"},
      Column{"p50_low_ns", &R::p50_low_ns, "ns", "Its interval: low end"},
      Column{"p50_high_ns", &R::p50_high_ns, "ns", "Its interval: high end"},
      Column{"p95_ns", &R::p95_ns, "ns", "95 % of the messages or tasks are at most this late"},
      Column{"p95_low_ns", &R::p95_low_ns, "ns", "Its interval: low end"},
      Column{"p95_high_ns", &R::p95_high_ns, "ns", "Its interval: high end"},
      Column{"p99_ns", &R::p99_ns, "ns", "99 % of the messages or tasks are at most this late"},
      Column{"p99_low_ns", &R::p99_low_ns, "ns", "Its interval: low end"},
      Column{"p99_high_ns", &R::p99_high_ns, "ns", "Its interval: high end"},
      Column{"reliability", &R::reliability, "1", "Share delivered within the deadline"},
      Column{"reliability_low", &R::reliability_low, "1", "Its interval: low end"},
      Column{"reliability_high", &R::reliability_high, "1", "Its interval: high end"},
      Column{"warm_up_short", &R::warm_up_short, "", "1: the warm-up looks too short (MSER)"}};
};

template <>
struct TableOf<StageSummaryRow> {
  using R = StageSummaryRow;
  static constexpr std::string_view kName = "stage_summary";
  static constexpr std::string_view kDescription =
      "Where the time of counted, delivered messages and tasks went; adds up to sum_ns of `summary`";
  static constexpr std::size_t kChunkRows = 256;
  static constexpr std::tuple kColumns{
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"stage", &R::stage, "", "Stage", "", kStageNames},
      Column{"delivered", &R::delivered, "1", "Counted and delivered messages or tasks of the service"},
      Column{"sum_ns", &R::sum_ns, "ns", "Time they spent in the stage"}};
};

template <>
struct TableOf<DecisionRow> {
  using R = DecisionRow;
  static constexpr std::string_view kName = "decisions";
  static constexpr std::string_view kDescription = "Where counted tasks were placed";
  static constexpr std::size_t kChunkRows = 256;
  static constexpr std::tuple kColumns{
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"host", &R::host, "", "Host; -1: the vehicle itself, -2: not decided", "names/hosts"},
      Column{"tasks", &R::tasks, "1", "How many"}};
};

template <>
struct TableOf<BudgetRow> {
  using R = BudgetRow;
  static constexpr std::string_view kName = "budgets";
  static constexpr std::string_view kDescription = "Verdicts; limit, measured, low, high in ns or as a share";
  static constexpr std::size_t kChunkRows = 64;
  static constexpr std::tuple kColumns{
      Column{"budget", &R::budget, "", "Budget", "names/budgets"},
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"metric", &R::metric, "", "What it limits", "", kMetricColumnNames},
      Column{"quantile", &R::quantile, "1", "latency: of which quantile"},
      Column{"limit", &R::limit, "", "latency: at most [ns]; reliability: at least [1]"},
      Column{"measured", &R::measured, "", "What was measured, in the unit of the limit"},
      Column{"low", &R::low, "", "Its 95 % interval: low end"},
      Column{"high", &R::high, "", "Its 95 % interval: high end"},
      Column{"verdict", &R::verdict, "", "Verdict", "", kVerdictColumnNames},
      Column{"replications", &R::replications, "1",
             "inconclusive: replications that would decide; 0: not known"}};
};

template <>
struct TableOf<HistogramRow> {
  using R = HistogramRow;
  static constexpr std::string_view kName = "histograms";
  static constexpr std::string_view kDescription =
      "Latencies of all counted messages and tasks, whatever the recording mode, by service and block of "
      "time";
  static constexpr std::size_t kChunkRows = 4096;
  static constexpr std::tuple kColumns{
      Column{"service", &R::service, "", "Service", "names/services"},
      Column{"block_start_ns", &R::block_start_ns, "ns", "Created at or after this"},
      Column{"block_ns", &R::block_ns, "ns", "Length of the block of time"},
      Column{"lower_ns", &R::lower_ns, "ns", "Bucket's lower edge, within it; 2^63 - 1: lost"},
      Column{"upper_ns", &R::upper_ns, "ns", "Bucket's upper edge, not within it; 2^63 - 1: lost"},
      Column{"count", &R::count, "1", "How many"}};
};

/// Calls f(column) for each column of the table of `Row`.
template <class Row, class F>
constexpr void for_each_column(F&& f) {
  std::apply([&](const auto&... column) { (f(column), ...); }, TableOf<Row>::kColumns);
}

/// All row types, in the order of the columns of `flushed`. Stages come before the rows that point to them.
using AllRows =
    std::tuple<StageRow, MessageRow, TaskRow, CellRow, SliceRow, LinkRow, HostRow, VehicleRow, EventRow,
               VehicleNameRow, ServiceSummaryRow, StageSummaryRow, DecisionRow, BudgetRow, HistogramRow>;
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
