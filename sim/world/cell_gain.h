#pragma once

#include "models/base/ids.h"
#include "models/base/kinematics.h"
#include "models/radio/antenna.h"
#include "models/radio/channel.h"
#include "models/uu/params.h"

namespace cv2x {

/// A cell with where it stands. `site_key`: hash of the site's name; cells of one site share its shadowing.
struct NrCell {
  CellParams params;
  SiteIndex site;
  std::uint64_t site_key;
  Position position;
  std::uint32_t carrier;
};

/// Gain between a cell and the terminals of its carrier: large-scale channel, antenna of the cell, antenna of
/// the terminal. Between a terminal and its serving cell with what both gain by steering, between a terminal
/// and others without (antenna.h). RSRP counts the steering too: cells and UEs sweep their beams while they
/// measure.
class CellGain {
 public:
  CellGain(const radio::LargeScaleChannel& channel, const CarrierParams& carrier, const NrCell& cell);

  /// [dB], all steering included.
  float served_db(const radio::LargeScaleChannel& channel, const Position& terminal) const {
    float gain_db = channel.gain_db(field_, position_, terminal) + constant_db_;
    if (!antenna_.omni()) gain_db += static_cast<float>(antenna_.gain_db(position_, terminal));
    return gain_db;
  }
  bool line_of_sight(const radio::LargeScaleChannel& channel, const Position& terminal) const {
    return channel.line_of_sight(field_, position_, terminal);
  }
  /// What a terminal that another cell serves lacks of that [dB].
  float steering_db() const { return steering_db_; }

 private:
  radio::CellField field_;
  radio::Antenna antenna_;
  Position position_;
  float steering_db_, constant_db_;
};

}  // namespace cv2x
