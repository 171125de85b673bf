#include "models/uu/reception.h"

#include <algorithm>

namespace cv2x::uu {

Interference::Interference(std::size_t cells, int prbs)
    : cells_(cells), prbs_(static_cast<std::size_t>(prbs)), power_mw_(static_cast<std::size_t>(prbs)) {}

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
  if (active_.size() < 2) return;
  for (const Active& receiver : active_) {
    std::fill(power_mw_.begin(), power_mw_.end(), 0.0F);
    for (const Transmission& t : transmissions) {
      if (t.cell == receiver.cell) continue;
      const float received = t.psd_mw * gains[t.ue * cells_ + receiver.cell];
      for (std::size_t prb = t.first_prb; prb < t.end_prb; ++prb) power_mw_[prb] += received;
    }
    for (std::uint32_t i = receiver.first; i < receiver.end; ++i) {
      Transmission& t = transmissions[i];
      float sum = 0;
      for (std::size_t prb = t.first_prb; prb < t.end_prb; ++prb) sum += power_mw_[prb];
      t.interference_mw = sum / static_cast<float>(t.end_prb - t.first_prb);
    }
  }
}

}  // namespace cv2x::uu
