#include "sim/input/fcd.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <functional>
#include <numbers>
#include <queue>
#include <unordered_map>

#include "sim/input/xml_reader.h"

namespace cv2x {

namespace {

constexpr std::size_t kMaxNameBytes = 64;
constexpr double kMaxCoordinate_m = 1e7;
constexpr double kMaxSpeed_mps = 1000;
constexpr double kMaxTime_s = 4e9;  // a difference of two is still a TimeNs

/// One <vehicle>; its name and type lie in RawStep::text.
struct RawVehicle {
  std::size_t name_at;
  std::uint32_t name_bytes, type_bytes;  // the type follows the name
  std::int32_t line, column;
  double x_m, y_m, vx_mps, vy_mps;
};

/// One <timestep> as it stands in the file.
struct RawStep {
  TimeNs time_ns = 0;  // the file's own
  std::vector<RawVehicle> vehicles;
  std::string text;

  std::string_view name(const RawVehicle& v) const { return {text.data() + v.name_at, v.name_bytes}; }
  std::string_view type(const RawVehicle& v) const {
    return {text.data() + v.name_at + v.name_bytes, v.type_bytes};
  }
};

}  // namespace

/// File → RawSteps.
class FcdSource::Parser final : public XmlReader {
 public:
  using XmlReader::XmlReader;

  /// The next step into current(); false after the last. `begin_ns` only serves a message.
  bool read(TimeNs begin_ns) {
    std::swap(current_, before_);
    if (run()) return true;
    std::swap(current_, before_);
    if (!any_step_) throw UserError({path()}, "holds no <timestep>");
    if (current_.time_ns < begin_ns)
      throw UserError({path()}, fmt::format("begin ({:.12g} s) is after the last time step ({:.12g} s)",
                                            to_seconds(begin_ns), to_seconds(current_.time_ns)));
    return false;
  }

  RawStep& current() { return current_; }
  RawStep& before() { return before_; }

 private:
  void on_start(std::string_view name, const XmlAttributes& attributes) override {
    if (depth() == 1) {
      if (name != "fcd-export")
        fail(fmt::format("not floating-car data: the root element is <{}>, not <fcd-export>", name));
    } else if (depth() == 2 && name == "timestep") {
      start_step(attributes);
    } else if (depth() == 3 && name == "vehicle") {
      if (!in_step_) fail("<vehicle> outside of a <timestep>");
      add_vehicle(attributes);
    }
  }

  void on_end(std::string_view name) override {
    if (depth() == 2 && name == "timestep") {
      in_step_ = false;
      pause();
    }
  }

  void start_step(const XmlAttributes& attributes) {
    const double time_s = number(attributes, "timestep", "time", -kMaxTime_s, kMaxTime_s);
    const TimeNs time_ns = from_seconds(time_s);
    if (any_step_ && time_ns <= before_.time_ns)
      fail(fmt::format("time {:.12g} s {} (the step before is at {:.12g} s); times must ascend", time_s,
                       time_ns == before_.time_ns ? "comes twice" : "goes backwards",
                       to_seconds(before_.time_ns)));
    any_step_ = in_step_ = true;
    current_.time_ns = time_ns;
    current_.vehicles.clear();
    current_.text.clear();
  }

  void add_vehicle(const XmlAttributes& attributes) {
    const auto id = attributes.find("id");
    if (!id || id->empty()) fail("<vehicle> has no id");
    const auto type = attributes.find("type").value_or("");
    for (const auto& word : {*id, type}) {
      if (word.size() > kMaxNameBytes)
        fail(fmt::format("a name of {} bytes (\"{}…\"); at most {} are allowed", word.size(),
                         word.substr(0, 16), kMaxNameBytes));
    }
    const Location where = here();
    const double angle_rad = number(attributes, "vehicle", "angle", -3600, 3600) * (std::numbers::pi / 180.0);
    const double speed_mps = number(attributes, "vehicle", "speed", 0, kMaxSpeed_mps);
    current_.vehicles.push_back(
        {.name_at = current_.text.size(),
         .name_bytes = static_cast<std::uint32_t>(id->size()),
         .type_bytes = static_cast<std::uint32_t>(type.size()),
         .line = where.line,
         .column = where.column,
         .x_m = number(attributes, "vehicle", "x", -kMaxCoordinate_m, kMaxCoordinate_m),
         .y_m = number(attributes, "vehicle", "y", -kMaxCoordinate_m, kMaxCoordinate_m),
         .vx_mps = speed_mps * std::sin(angle_rad),
         .vy_mps = speed_mps * std::cos(angle_rad)});
    current_.text.append(*id).append(type);
  }

  double number(const XmlAttributes& attributes, std::string_view element, std::string_view key, double min,
                double max) const {
    const auto text = attributes.find(key);
    if (!text) fail(fmt::format("<{}> has no {}", element, key));
    double value = 0;
    const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (code == std::errc::invalid_argument || end != text->data() + text->size() || !std::isfinite(value))
      fail(fmt::format("{}=\"{}\" is not a finite number", key, text->substr(0, 32)));
    if (code != std::errc{} || value < min || value > max)
      fail(fmt::format("{}=\"{}\" is not within {} … {}", key, text->substr(0, 32), min, max));
    return value;
  }

  RawStep current_, before_;
  bool any_step_ = false;
  bool in_step_ = false;
};

/// Names → slots.
class FcdSource::Slots {
 public:
  /// Fills everything but the time. Linear in the vehicles present and those of the step before.
  void assign(const RawStep& raw, const std::string& path, TraceStep& step) {
    step.entered.clear();
    step.left.clear();
    step.samples.clear();
    for (std::size_t row = 0; row < raw.vehicles.size(); ++row) {
      const auto name = raw.name(raw.vehicles[row]);
      const auto known = slot_of_.find(name);
      const std::uint32_t slot = known != slot_of_.end() ? known->second : enter(name);
      if (slots_[slot].row != kAbsent)
        throw UserError(
            {path, raw.vehicles[row].line, raw.vehicles[row].column},
            fmt::format("vehicle \"{}\" is twice in the time step {:.12g} s", name, to_seconds(raw.time_ns)));
      slots_[slot].row = row;
    }
    for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
      State& state = slots_[slot];
      if (state.row != kAbsent) {
        const RawVehicle& v = raw.vehicles[state.row];
        if (!state.present) step.entered.push_back({slot, state.name, std::string(raw.type(v))});
        step.samples.push_back({slot, v.x_m, v.y_m, v.vx_mps, v.vy_mps});
        state.present = true;
        state.row = kAbsent;
      } else if (state.present) {
        step.left.push_back(slot);
        state.present = false;
        slot_of_.erase(slot_of_.find(state.name));
      }
    }
    for (const auto slot : step.left) free_.push(slot);  // only now: not reused within this step
  }

 private:
  static constexpr std::size_t kAbsent = ~std::size_t{0};
  struct State {
    std::string name;
    std::size_t row = kAbsent;  // in the step being assigned
    bool present = false;       // in the step before
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };

  std::uint32_t enter(std::string_view name) {
    std::uint32_t slot;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(slots_.size());
      slots_.emplace_back();
    } else {
      slot = free_.top();
      free_.pop();
    }
    slots_[slot].name = name;
    slot_of_.emplace(name, slot);
    return slot;
  }

  std::vector<State> slots_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> slot_of_;
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free_;  // smallest first
};

FcdSource::FcdSource(const std::string& file, TimeNs begin_ns)
    : parser_(std::make_unique<Parser>(file)), slots_(std::make_unique<Slots>()), begin_ns_(begin_ns) {}

FcdSource::~FcdSource() = default;

bool FcdSource::next(TraceStep& step) {
  const auto emit = [&](const RawStep& raw) {
    slots_->assign(raw, parser_->path(), step);
    step.time_ns = raw.time_ns - begin_ns_;
    return true;
  };
  if (!started_) {  // skip to the last step at or before begin; it takes one step more to know which that is
    started_ = true;
    parser_->read(begin_ns_);
    const bool first_of_all = parser_->current().time_ns >= begin_ns_;
    while (parser_->current().time_ns < begin_ns_) parser_->read(begin_ns_);
    if (first_of_all || parser_->current().time_ns == begin_ns_) return emit(parser_->current());
    ahead_ = true;
    return emit(parser_->before());
  }
  if (ahead_) {
    ahead_ = false;
  } else if (!parser_->read(begin_ns_)) {
    return false;
  }
  return emit(parser_->current());
}

}  // namespace cv2x
