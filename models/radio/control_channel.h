#pragma once

namespace cv2x::radio {

/// A PDCCH: DCI with its CRC [bit] on so many control channel elements, its resource elements stronger than
/// those that the SINR is measured on.
struct ControlChannel {
  int bits = 0;
  int cces = 0;
  double boost_db = 0;
};

/// DCI format 1_0 with 24 PRBs: 39 bits (TS 38.521-4 table A.3.3.1.1-2) and a CRC of 24. The hypothetical
/// PDCCH of radio link monitoring (TS 38.133 tables 8.1.2.1-1 and -2).
inline constexpr int kFallbackDciBits = 39 + 24;
inline constexpr ControlChannel kOutOfSyncChannel{kFallbackDciBits, 8, 4};
inline constexpr ControlChannel kInSyncChannel{kFallbackDciBits, 4, 0};

/// Block error rate of a PDCCH: normal approximation (bler.h) of QPSK on 54 resource elements a CCE, at an
/// SINR lowered by 1 dB for the polar code with list decoding and channel estimation. Falls strictly in SINR.
/// Left out: fading within the CORESET, and what a list decoder gains or loses at other sizes.
double control_channel_error_rate(double sinr_db, const ControlChannel& channel);
/// The SINR [dB] at which that is `error_rate`, in (0, 1).
double control_channel_sinr_db(double error_rate, const ControlChannel& channel);

}  // namespace cv2x::radio
