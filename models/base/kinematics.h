#pragma once

namespace cv2x {

/// A point in the plane of the road network [m].
struct Point {
  double x_m = 0;
  double y_m = 0;
};

/// A point in the plane of the road network [m] and the height of an antenna above ground [m].
struct Position {
  double x_m = 0;
  double y_m = 0;
  double z_m = 0;
};

/// Where a vehicle is and how it moves: velocity in m/s along the axes of the road network.
struct Kinematics {
  Position position;
  double vx_mps = 0;
  double vy_mps = 0;
};

}  // namespace cv2x
