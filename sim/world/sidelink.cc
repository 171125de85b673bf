#include "sim/world/sidelink.h"

#include <algorithm>
#include <limits>

namespace cv2x {
namespace {

constexpr int kCbrBuckets = 200;

std::vector<sidelink::Flow> flows_of(const SidelinkParams& params,
                                     const std::vector<ServiceParams>& services) {
  std::vector<sidelink::Flow> flows;
  for (const auto& s : services) {
    if (s.kind == ServiceKind::kSidelinkBroadcast)
      flows.push_back({.name = s.name,
                       .subchannels = sidelink::subchannels_for(params, s.input_bytes),
                       .deadline_ns = s.deadline_ns});
  }
  return flows;
}

}  // namespace

SidelinkRadio::SidelinkRadio(const SidelinkParams& params, std::span<const sidelink::LinkCurve> curves,
                             double antenna_height_m, const std::vector<ServiceParams>& services,
                             const sidelink::Window& counted, const Seed& seed, Fleet& fleet,
                             ResultSink& results)
    : params_(params),
      counted_(counted),
      workers_(static_cast<int>(params.threads)),
      engine_(params, curves, antenna_height_m, flows_of(params, services), counted, seed),
      fleet_(fleet),
      results_(results),
      cbr_counts_(kCbrBuckets) {
  for (std::uint16_t s = 0; s < services.size(); ++s) {
    flow_of_.push_back(static_cast<std::uint16_t>(service_of_.size()));
    if (services[s].kind == ServiceKind::kSidelinkBroadcast) service_of_.push_back(s);
  }
  packets_of_.resize(service_of_.size());
  engine_.divide(workers_.parts(), [this](const std::function<void(int)>& job) { workers_.run(job); });
}

void SidelinkRadio::start() { schedule_at(now_ns() + kStepNs, &SidelinkRadio::step, this); }

void SidelinkRadio::enter(const VehicleState& v) {
  engine_.enter(v.slot, v.key, v.kinematics.position.x_m, v.kinematics.position.y_m);
  unsettled_ = true;
}

void SidelinkRadio::leave(std::uint32_t slot) {
  engine_.leave(slot);
  unsettled_ = true;
}

void SidelinkRadio::broadcast(std::uint32_t slot, ServiceIndex service) {
  if (unsettled_) engine_.settle();
  unsettled_ = false;
  engine_.send(slot, flow_of_[service.value], now_ns());
  wake_up_.at(engine_.next_wakeup(), &SidelinkRadio::slot, this);
}

void SidelinkRadio::slot() {
  if (!wake_up_.fired()) return;
  if (unsettled_) engine_.settle();
  unsettled_ = false;
  if (engine_.next_wakeup() == now_ns()) {
    for (const sidelink::Sent& s : engine_.advance(now_ns())) {
      ++packets_;
      ++packets_of_[s.service];
      if (s.counted)
        results_.sidelink_packet({.service = ServiceIndex{service_of_[s.service]},
                                  .vehicle_key = fleet_.key(s.vehicle),
                                  .created_ns = s.created_ns,
                                  .end_ns = s.end_ns,
                                  .heard = s.heard,
                                  .could = s.could});
    }
  }
  const TimeNs next = engine_.next_wakeup();
  if (next != kNever) wake_up_.at(next, &SidelinkRadio::slot, this);
}

void SidelinkRadio::step() {
  if (unsettled_) engine_.settle();
  measure_load();
  for (const VehicleState& v : fleet_.states())
    engine_.move(v.slot, v.kinematics.position.x_m, v.kinematics.position.y_m);
  engine_.settle();
  unsettled_ = false;
  schedule_at(now_ns() + kStepNs, &SidelinkRadio::step, this);
}

void SidelinkRadio::measure_load() {
  const auto ratios = engine_.measure_cbr(now_ns());
  const bool counts = now_ns() > counted_.begin_ns && now_ns() <= counted_.end_ns;
  double sum = 0;
  for (const float r : ratios) {
    sum += static_cast<double>(r);
    if (counts) ++cbr_counts_[static_cast<std::size_t>(std::min(r * kCbrBuckets, kCbrBuckets - 1.0F))];
  }
  sorted_.assign(ratios.begin(), ratios.end());
  const auto quantile = [&](double q) {
    if (sorted_.empty()) return std::numeric_limits<float>::quiet_NaN();
    const auto at =
        sorted_.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(sorted_.size() - 1));
    std::nth_element(sorted_.begin(), at, sorted_.end());
    return *at;
  };
  results_.sidelink_load({.time_ns = now_ns(),
                          .vehicles = static_cast<std::uint32_t>(ratios.size()),
                          .packets = packets_,
                          .cbr_mean = static_cast<float>(sum / static_cast<double>(ratios.size())),
                          .cbr_p50 = quantile(0.5),
                          .cbr_p95 = quantile(0.95)});
  packets_ = 0;
}

std::vector<SidelinkReceptionRow> SidelinkRadio::receptions() const {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const sidelink::Medium& medium = engine_.medium();
  std::vector<SidelinkReceptionRow> rows;
  for (std::uint16_t flow = 0; flow < service_of_.size(); ++flow) {
    const auto counts = medium.counts(flow);
    for (int bin = 0; bin < medium.bins(); ++bin) {
      const auto& n = counts.bins[static_cast<std::size_t>(bin)];
      SidelinkReceptionRow row{.service = service_of_[flow],
                               .from_m = static_cast<float>(bin * params_.range.bin_m),
                               .to_m = static_cast<float>((bin + 1) * params_.range.bin_m),
                               .received = n[0],
                               .half_duplex = n[1],
                               .sensitivity = n[2],
                               .propagation = n[3],
                               .collision = n[4],
                               .gap_mean_ns = nan,
                               .age_mean_ns = nan};
      if (bin < medium.gap_bins() && medium.gaps(flow, bin).count() > 0) {
        const auto& gaps = medium.gaps(flow, bin);
        row.gaps = gaps.count();
        row.gap_mean_ns = gaps.mean_s() * 1e9;
        row.age_mean_ns = gaps.mean_age_s() * 1e9;
      }
      rows.push_back(row);
    }
  }
  return rows;
}

std::vector<SidelinkGapRow> SidelinkRadio::gaps() const {
  using sidelink::GapCounts;
  const sidelink::Medium& medium = engine_.medium();
  const TimeNs unit = kMillisecond >> params_.pool.numerology;
  std::vector<SidelinkGapRow> rows;
  for (std::uint16_t flow = 0; flow < service_of_.size(); ++flow) {
    for (int bin = 0; bin < medium.gap_bins(); ++bin) {
      for (int b = 0; b < GapCounts::kBuckets; ++b) {
        const std::uint64_t n = medium.gaps(flow, bin).count(b);
        if (n == 0) continue;
        rows.push_back({.service = service_of_[flow],
                        .from_m = static_cast<float>(bin * params_.range.bin_m),
                        .to_m = static_cast<float>((bin + 1) * params_.range.bin_m),
                        .lower_ns = GapCounts::lower(b) * unit,
                        .upper_ns = b + 1 < GapCounts::kBuckets ? GapCounts::lower(b + 1) * unit : kNever,
                        .count = n});
      }
    }
  }
  return rows;
}

std::vector<SidelinkCbrRow> SidelinkRadio::cbr() const {
  std::vector<SidelinkCbrRow> rows;
  for (int b = 0; b < kCbrBuckets; ++b) {
    if (const std::uint64_t n = cbr_counts_[static_cast<std::size_t>(b)]; n > 0)
      rows.push_back({static_cast<float>(b) / kCbrBuckets, static_cast<float>(b + 1) / kCbrBuckets, n});
  }
  return rows;
}

std::vector<SidelinkTotalRow> SidelinkRadio::totals() const {
  std::vector<SidelinkTotalRow> rows;
  for (std::uint16_t flow = 0; flow < service_of_.size(); ++flow)
    rows.push_back({service_of_[flow], packets_of_[flow], engine_.given_up(flow)});
  return rows;
}

}  // namespace cv2x
