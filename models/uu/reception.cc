#include "models/uu/reception.h"

#include <algorithm>

#include "models/base/prefetch.h"

namespace cv2x::uu {

Interference::Interference(std::size_t cells, int prbs)
    : cells_(cells), prbs_(static_cast<std::size_t>(prbs)) {}

void Interference::find_active(std::span<const Transmission> transmissions) {
  active_.clear();
  for (std::uint32_t i = 0; i < transmissions.size(); ++i) {
    const Transmission& t = transmissions[i];
    if (active_.empty() || active_.back().cell != t.cell) active_.push_back({t.cell, t.psd_mw, i, i});
    active_.back().end = i + 1;
  }
}

void Interference::downlink(std::span<Transmission> transmissions, std::span<const float> gains) {
  find_active(transmissions);
  if (active_.size() < 2) return;
  const std::size_t row = prbs_ + 1;
  used_before_.assign(active_.size() * row, 0);
  for (std::size_t k = 0; k < active_.size(); ++k) {
    std::uint16_t* used = used_before_.data() + k * row;
    for (std::uint32_t i = active_[k].first; i < active_[k].end; ++i) {
      for (std::size_t prb = transmissions[i].first_prb; prb < transmissions[i].end_prb; ++prb)
        used[prb + 1] = 1;
    }
    for (std::size_t prb = 0; prb < prbs_; ++prb)
      used[prb + 1] = static_cast<std::uint16_t>(used[prb + 1] + used[prb]);
  }
  for (Transmission& t : transmissions) {
    if (t.ue != kEverybody) t.interference_mw = downlink_at(t.ue, t, gains);
  }
}

float Interference::downlink_at(Ue ue, const Transmission& t, std::span<const float> gains) const {
  if (active_.size() < 2) return 0;
  const float* gain = gains.data() + ue * cells_;
  float sum = 0;
  for (std::size_t k = 0; k < active_.size(); ++k) {
    if (active_[k].cell == t.cell) continue;
    const std::uint16_t* used = used_before_.data() + k * (prbs_ + 1);
    const int overlap = used[t.end_prb] - used[t.first_prb];
    sum += active_[k].psd_mw * gain[active_[k].cell] * static_cast<float>(overlap);
  }
  return sum / static_cast<float>(t.end_prb - t.first_prb);
}

void Interference::uplink(std::span<Transmission> transmissions, std::span<const float> gains) {
  find_active(transmissions);
  const std::size_t receivers = active_.size();
  if (receivers < 2) return;
  // Receivers beside each other, so that a transmitter's gains are read once and the sums vectorise. Every
  // sum is over the transmissions in their order, whoever else is on the air.
  for (const Transmission& t : transmissions) prefetch(gains.data() + t.ue * cells_, cells_);
  power_mw_.assign(prbs_ * receivers, 0);
  received_mw_.resize(receivers);
  for (std::size_t k = 0; k < receivers; ++k) {
    for (std::uint32_t i = active_[k].first; i < active_[k].end; ++i) {
      const Transmission& t = transmissions[i];
      const float* gain = gains.data() + t.ue * cells_;
      for (std::size_t r = 0; r < receivers; ++r) received_mw_[r] = t.psd_mw * gain[active_[r].cell];
      received_mw_[k] = 0;
      for (std::size_t prb = t.first_prb; prb < t.end_prb; ++prb) {
        float* power = power_mw_.data() + prb * receivers;
        for (std::size_t r = 0; r < receivers; ++r) power[r] += received_mw_[r];
      }
    }
  }
  for (std::size_t k = 0; k < receivers; ++k) {
    for (std::uint32_t i = active_[k].first; i < active_[k].end; ++i) {
      Transmission& t = transmissions[i];
      float sum = 0;
      for (std::size_t prb = t.first_prb; prb < t.end_prb; ++prb) sum += power_mw_[prb * receivers + k];
      t.interference_mw = sum / static_cast<float>(t.end_prb - t.first_prb);
    }
  }
}

}  // namespace cv2x::uu
