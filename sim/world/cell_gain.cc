#include "sim/world/cell_gain.h"

#include "models/radio/numeric.h"

namespace cv2x {

CellGain::CellGain(const radio::LargeScaleChannel& channel, const CarrierParams& carrier, const NrCell& cell)
    // The gain of an omni antenna is a constant of the field, others depend on the place.
    : field_(channel.make_field(
          cell.site_key, cell.params.antenna.kind == AntennaKind::kOmni ? cell.params.antenna_gain_db : 0)),
      antenna_(cell.params.antenna, cell.params.antenna_gain_db, cell.params.azimuth_deg,
               cell.params.downtilt_deg),
      position_(cell.position),
      steering_db_(static_cast<float>(radio::to_db(static_cast<double>(carrier.ue_antenna.elements))) +
                   static_cast<float>(antenna_.steering_db())),
      constant_db_(static_cast<float>(carrier.ue_antenna.gain_db) + steering_db_) {}

}  // namespace cv2x
