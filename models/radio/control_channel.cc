#include "models/radio/control_channel.h"

#include <cmath>

#include "models/radio/information.h"
#include "models/radio/numeric.h"

namespace cv2x::radio {
namespace {

constexpr int kResourceElementsPerCce = 6 * 9;  // REGs, and what DM-RS leaves of each (TS 38.211 §7.3.2)
constexpr double kGapDb = 1;
constexpr int kQpsk = 2;

}  // namespace

double control_channel_error_rate(double sinr_db, const ControlChannel& channel) {
  const double symbols = kResourceElementsPerCce * channel.cces;
  const Information at = qam_information(kQpsk, from_db(sinr_db + channel.boost_db - kGapDb));
  return normal_tail((symbols * at.capacity - channel.bits) / std::sqrt(symbols * at.dispersion));
}

double control_channel_sinr_db(double error_rate, const ControlChannel& channel) {
  double low = -30, high = 30;
  for (int i = 0; i < 50; ++i) {
    const double middle = 0.5 * (low + high);
    (control_channel_error_rate(middle, channel) > error_rate ? low : high) = middle;
  }
  return high;
}

}  // namespace cv2x::radio
