#include "models/uu/fast_fading.h"

#include <algorithm>
#include <cassert>

#include "models/radio/numeric.h"
#include "models/radio/numerology.h"

namespace cv2x::uu {

FastFading::FastFading(const CarrierParams& carrier, int prbs, const Seed& seed)
    : params_(carrier.fading),
      frequency_hz_(carrier.frequency_hz),
      group_hz_(radio::prb_bandwidth_hz(static_cast<int>(carrier.numerology)) *
                static_cast<double>(carrier.fading.prb_group)),
      prbs_(prbs),
      seed_(seed) {}

void FastFading::move(Ue ue, std::uint64_t link_key, const LinkMotion& motion) {
  if (ue >= links_.size()) links_.resize(ue + 1);
  Link& link = links_[ue];
  if (!link.known || link.key != link_key) {
    link = Link{};
    link.known = true;
    link.key = link_key;
    link.fading = radio::Fading(params_, frequency_hz_, group_hz_, seed_, link_key);
  }
  link.motion = motion;
}

Position FastFading::place(const LinkMotion& motion, TimeNs at) {
  const double seconds = 1e-9 * static_cast<double>(at - motion.time_ns);
  return {motion.at.x_m + motion.vx_mps * seconds, motion.at.y_m + motion.vy_mps * seconds, motion.at.z_m};
}

double FastFading::effective(Ue ue, double sinr, int first_prb, int end_prb, int qm, TimeNs at) {
  if (ue >= links_.size() || !links_[ue].known) return sinr;
  const Link& link = links_[ue];
  const int group = static_cast<int>(params_.prb_group);
  const int first = first_prb / group, last = (end_prb - 1) / group;
  gain_.resize(static_cast<std::size_t>(last - first + 1));
  link.fading.gains(place(link.motion, at), link.motion.line_of_sight, first, gain_);
  weight_.clear();
  for (int g = first; g <= last; ++g) {
    weight_.push_back(
        static_cast<float>(std::min(end_prb, (g + 1) * group) - std::max(first_prb, g * group)));
    // A gain of 0 has no logarithm.
    constexpr float kDeepest = 1e-6F;
    float& gain = gain_[static_cast<std::size_t>(g - first)];
    gain = std::max(gain, kDeepest) * static_cast<float>(sinr);
  }
  return law_(gain_, weight_, qm);
}

double FastFading::known(Ue ue, Direction direction, double sinr, TimeNs now) {
  if (ue >= links_.size() || !links_[ue].known) return 1;
  Link& link = links_[ue];
  Report& report = link.reports[static_cast<std::size_t>(direction)];
  const TimeNs measured = std::max<TimeNs>(0, now - params_.csi_delay_ns);
  const std::int64_t index = measured / params_.csi_period_ns;
  if (index == report.index) return report.ratio;
  report.index = index;
  const int group = static_cast<int>(params_.prb_group);
  gain_.resize(static_cast<std::size_t>((prbs_ + group - 1) / group));
  link.fading.gains(place(link.motion, index * params_.csi_period_ns), link.motion.line_of_sight, 0, gain_);
  double bits = 0;
  for (const float gain : gain_) bits += radio::log2p(1 + sinr * double{gain});
  report.ratio = (radio::exp2p(bits / static_cast<double>(gain_.size())) - 1) / sinr;
  return report.ratio;
}

}  // namespace cv2x::uu
