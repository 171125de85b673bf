#include "sim/input/roads.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

#include "models/mobility/ring.h"
#include "sim/input/xml_reader.h"

namespace cv2x {

namespace {

class RoadReader final : public XmlReader {
 public:
  using XmlReader::XmlReader;
  std::vector<Polyline> read() {
    run();
    return std::move(roads_);
  }

 private:
  void on_start(std::string_view name, const XmlAttributes& attributes) override {
    if (depth() == 1 && name != "net")
      fail(fmt::format("not a SUMO road network: the root element is <{}>, not <net>", name));
    if (depth() == 2) {
      wanted_ = name == "edge" && attributes.find("function").value_or("normal") == "normal";
    } else if (depth() == 3 && wanted_ && name == "lane") {
      wanted_ = false;  // the first lane stands for the edge
      const auto shape = attributes.find("shape");
      if (!shape) fail("<lane> has no shape");
      roads_.push_back(simplified(points_of(*shape), kRoadTolerance_m));
    }
  }

  /// "x,y x,y …", or with heights "x,y,z x,y,z …".
  Polyline points_of(const std::string_view shape) const {
    Polyline line;
    std::string_view text = shape;
    const auto number = [&](const char*& at, const char* end) {
      double value = 0;
      const auto parsed = std::from_chars(at, end, value);
      if (parsed.ec != std::errc{} || !std::isfinite(value))
        fail(fmt::format("shape=\"{}\" is not a list of points \"x,y\"", shape.substr(0, 64)));
      at = parsed.ptr;
      return value;
    };
    while (!text.empty()) {
      const std::size_t space = std::min(text.find(' '), text.size());
      const std::string_view point = text.substr(0, space);
      const char* at = point.data();
      const char* const end = at + point.size();
      XY xy{};
      xy.x_m = number(at, end);
      if (at == end || *at++ != ',') at = end;
      xy.y_m = number(at, end);
      line.push_back(xy);
      text.remove_prefix(std::min(space + 1, text.size()));
    }
    if (line.size() < 2) fail("a shape needs at least two points");
    return line;
  }

  std::vector<Polyline> roads_;
  bool wanted_ = false;
};

/// From the segment a–b.
double distance_m(const XY& p, const XY& a, const XY& b) {
  const double dx = b.x_m - a.x_m, dy = b.y_m - a.y_m;
  const double length2 = dx * dx + dy * dy;
  double t = length2 > 0 ? ((p.x_m - a.x_m) * dx + (p.y_m - a.y_m) * dy) / length2 : 0;
  t = std::min(1.0, std::max(0.0, t));
  return std::hypot(p.x_m - a.x_m - t * dx, p.y_m - a.y_m - t * dy);
}

/// The carriageways of HighwaySource: eastbound below y = 0, westbound above, drawn along their middles.
std::vector<Polyline> highway_roads(const HighwayParams& p) {
  const double middle_m = static_cast<double>(p.lanes) * p.lane_width_m / 2;
  return {{{0, -middle_m}, {p.length_m, -middle_m}}, {{p.length_m, middle_m}, {0, middle_m}}};
}

/// In pieces of 5 degrees at most, so that chords stay within a thousandth of the radius.
Polyline ring_road(const RingParams& p) {
  double length_m = 0;
  for (const auto& stretch : p.stretches) length_m += stretch.length_m;
  constexpr int kPieces = 72;
  Polyline road;
  for (int i = 0; i <= kPieces; ++i) {
    const Point at = ring_point(length_m, length_m * (i % kPieces) / kPieces);
    road.push_back({at.x_m, at.y_m});
  }
  return road;
}

}  // namespace

Polyline simplified(const Polyline& line, double tolerance_m) {
  if (line.size() < 3) return line;
  std::vector<bool> keep(line.size(), false);
  keep.front() = keep.back() = true;
  std::vector<std::pair<std::size_t, std::size_t>> open = {{0, line.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    std::size_t farthest = first;
    double most_m = tolerance_m;
    for (std::size_t i = first + 1; i < last; ++i) {
      const double d_m = distance_m(line[i], line[first], line[last]);
      if (d_m > most_m) {
        most_m = d_m;
        farthest = i;
      }
    }
    if (farthest == first) continue;
    keep[farthest] = true;
    open.emplace_back(first, farthest);
    open.emplace_back(farthest, last);
  }
  Polyline out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (keep[i]) out.push_back(line[i]);
  }
  return out;
}

std::vector<Polyline> read_roads(const std::string& net_file) { return RoadReader(net_file).read(); }

std::vector<Polyline> roads_of(const MobilityParams& params) {
  if (params.kind == MobilityKind::kHighway) return highway_roads(params.highway);
  if (params.kind == MobilityKind::kRing) return {ring_road(params.ring)};
  if (params.kind == MobilityKind::kStatic) return {};
  const std::string net_file = net_file_of(params);
  return net_file.empty() ? std::vector<Polyline>{} : read_roads(net_file);
}

}  // namespace cv2x
