#include "sim/input/net.h"

#include <fmt/format.h>
#include <proj.h>

#include <array>
#include <charconv>
#include <cmath>

#include "sim/input/sumo_config.h"
#include "sim/input/xml_reader.h"

namespace cv2x {

namespace {

class LocationReader final : public XmlReader {
 public:
  using XmlReader::XmlReader;
  NetLocation read() {
    run();
    if (!found_) throw UserError({path()}, "the road network has no <location>");
    return location_;
  }

 private:
  void on_start(std::string_view name, const XmlAttributes& attributes) override {
    if (depth() == 1 && name != "net")
      fail(fmt::format("not a SUMO road network: the root element is <{}>, not <net>", name));
    if (depth() != 2 || name != "location") return;
    const auto offset = numbers<2>(attributes, "netOffset");
    location_.offset_x_m = offset[0];
    location_.offset_y_m = offset[1];
    const auto box = [&](std::string_view key) {
      const auto n = numbers<4>(attributes, key);
      return NetLocation::Box{n[0], n[1], n[2], n[3]};
    };
    location_.bounds_m = box("convBoundary");
    location_.original = box("origBoundary");
    location_.projection = attributes.find("projParameter").value_or("!");
    found_ = true;
    pause();
  }

  template <std::size_t n>
  std::array<double, n> numbers(const XmlAttributes& attributes, std::string_view key) const {
    const auto text = attributes.find(key);
    if (!text) fail(fmt::format("<location> has no {}", key));
    std::array<double, n> out{};
    const char* at = text->data();
    const char* const end = at + text->size();
    for (std::size_t i = 0; i < n; ++i) {
      if (i > 0 && (at == end || *at++ != ',')) at = nullptr;
      const auto parsed =
          at ? std::from_chars(at, end, out[i]) : std::from_chars_result{nullptr, std::errc{}};
      if (!parsed.ptr || parsed.ec != std::errc{} || !std::isfinite(out[i]) ||
          (i + 1 == n && parsed.ptr != end))
        fail(
            fmt::format("{}=\"{}\" is not {} numbers with commas between them", key, text->substr(0, 64), n));
      at = parsed.ptr;
    }
    return out;
  }

  NetLocation location_;
  bool found_ = false;
};

}  // namespace

NetLocation read_net_location(const std::string& net_file) { return LocationReader(net_file).read(); }

void NetProjection::Destroy::operator()(PJconsts* projection) const { proj_destroy(projection); }
void NetProjection::Destroy::operator()(pj_ctx* context) const { proj_context_destroy(context); }

NetProjection::NetProjection(const std::string& net_file, const NetLocation& location)
    : net_file_(net_file), offset_{location.offset_x_m, location.offset_y_m} {
  const auto& text = location.projection;
  if (text.empty() || text == "!" || text == "-")
    throw UserError({net_file}, fmt::format("the road network has no projection (projParameter=\"{}\"), so "
                                            "longitude and latitude cannot be placed in it; give x and y",
                                            text));
  context_.reset(proj_context_create());
  proj_log_level(context_.get(), PJ_LOG_NONE);
  projection_.reset(proj_create(context_.get(), text.c_str()));
  if (!projection_ || !proj_angular_input(projection_.get(), PJ_FWD))
    throw UserError({net_file},
                    fmt::format("projParameter=\"{}\" is not a projection that PROJ knows", text));
}

NetProjection::~NetProjection() = default;

XY NetProjection::to_xy(const LonLat& place) const {
  const PJ_COORD c = proj_trans(projection_.get(), PJ_FWD,
                                proj_coord(proj_torad(place.lon_deg), proj_torad(place.lat_deg), 0, 0));
  proj_errno_reset(projection_.get());
  if (!std::isfinite(c.xy.x) || !std::isfinite(c.xy.y))
    throw UserError({net_file_}, fmt::format("longitude {}, latitude {} is outside of its projection",
                                             place.lon_deg, place.lat_deg));
  return {c.xy.x + offset_.x_m, c.xy.y + offset_.y_m};
}

LonLat NetProjection::to_lon_lat(const XY& place) const {
  const PJ_COORD c = proj_trans(projection_.get(), PJ_INV,
                                proj_coord(place.x_m - offset_.x_m, place.y_m - offset_.y_m, 0, 0));
  proj_errno_reset(projection_.get());
  if (!std::isfinite(c.lp.lam) || !std::isfinite(c.lp.phi))
    throw UserError({net_file_},
                    fmt::format("x {} m, y {} m is outside of its projection", place.x_m, place.y_m));
  return {proj_todeg(c.lp.lam), proj_todeg(c.lp.phi)};
}

std::string net_file_of(const MobilityParams& params) {
  if (!params.network.empty()) return params.network;
  if (params.kind == MobilityKind::kSumo) return read_sumo_config(params.file).net_file.string();
  return {};
}

}  // namespace cv2x
