#include "sim/config/outline.h"

#include <algorithm>

#include "sim/config/phrases.h"
#include "sim/config/scenario.h"

namespace cv2x::config {
namespace {

using Type = KeyInfo::Type;

class OutlineVisitor final : public Visitor {
 public:
  OutlineVisitor() { stack_.emplace_back(); }
  std::vector<KeyInfo> take() { return std::move(stack_.front()); }

  void quantity(const Field& field, double& value, Dimension dimension, const Bounds& bounds) override {
    add_quantity(field, value, dimension, bounds);
  }
  void duration(const Field& field, TimeNs& value, const Bounds& bounds) override {
    add_quantity(field, static_cast<double>(value), Dimension::kTime, duration_bounds(bounds));
  }
  void bytes(const Field& field, std::int64_t& value, const Bounds& bounds) override {
    add_quantity(field, static_cast<double>(value), Dimension::kData, bytes_bounds(bounds));
  }
  void number(const Field& field, double& value, const Bounds& bounds) override {
    add(field, Type::kNumber, value).bounds = bounds;
  }
  void integer(const Field& field, std::int64_t& value, std::int64_t min, std::int64_t max) override {
    KeyInfo& info = add(field, Type::kInteger, value);
    info.min = min;
    info.max = max;
  }
  void flag(const Field& field, bool& value) override { add(field, Type::kFlag, value); }
  void text(const Field& field, std::string& value) override { add(field, Type::kText, or_none(value)); }
  void path(const Field& field, std::string& value) override { add(field, Type::kPath, or_none(value)); }
  void word(const Field& field, std::string& value, std::span<const std::string_view> options) override {
    add(field, Type::kWord, or_none(value)).options.assign(options.begin(), options.end());
  }
  void word_or_code(const Field& field, std::string& value,
                    std::span<const std::string_view> options) override {
    KeyInfo& info = add(field, Type::kWordOrCode, value);
    info.options.assign(options.begin(), options.end());
  }
  void reference(const Field& field, std::string& value, std::string_view section) override {
    add(field, Type::kReference, or_none(value)).section = section;
  }
  void references(const Field& field, std::vector<std::string>& values, std::string_view section) override {
    add(field, Type::kReferences, values).section = section;
  }
  void points(const Field& field, std::vector<Point>&, const Bounds& bounds, std::size_t fewest) override {
    KeyInfo& info = add(field, Type::kPoints, nullptr);
    info.dimension = Dimension::kLength;
    info.bounds = bounds;
    info.min = static_cast<std::int64_t>(fewest);
    info.max = static_cast<std::int64_t>(kMostPoints);
  }

  bool begin_object(const Field& field, bool& present) override {
    KeyInfo& info = add(field, Type::kObject, nullptr);
    info.optional = !present;
    open(info);
    present = true;
    stack_.emplace_back();
    return true;
  }
  void end_object() override { close(); }
  std::size_t begin_entries(const Field& field, std::size_t) override {
    open(add(field, Type::kEntries, nullptr));
    return 1;
  }
  void begin_entry(std::size_t, std::string&) override { stack_.emplace_back(); }
  void end_entry() override { close(); }
  void end_entries() override {}

  std::size_t begin_variant(const Field& field, std::size_t& selected,
                            std::span<const std::string_view> names) override {
    add(field, Type::kWord, names[selected]).options.assign(names.begin(), names.end());
    branches_.push_back({std::string(field.key), {}, {names.begin(), names.end()}, stack_.size()});
    return names.size();
  }
  std::size_t begin_branch(std::size_t i) override {
    branches_.back().option = branches_.back().names[i];
    return i;
  }
  void end_branch() override {}
  void end_variant() override { branches_.pop_back(); }
  void require(bool, std::string_view, const std::string&) override {}

 private:
  struct Branch {
    std::string variant;
    std::string option;
    std::vector<std::string> names;
    std::size_t depth;  ///< of the stack: keys below it belong to an object within the branch
  };

  static nlohmann::ordered_json or_none(const std::string& value) {
    return value.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(value);
  }

  KeyInfo& add(const Field& field, Type type, nlohmann::ordered_json standard) {
    KeyInfo info;
    info.key = field.key;
    info.doc = field.doc;
    info.type = type;
    info.required = field.required;
    if (!field.required) info.standard = std::move(standard);
    auto& keys = stack_.back();
    if (!branches_.empty() && branches_.back().depth == stack_.size()) {
      info.variant = branches_.back().variant;
      info.when = {branches_.back().option};
      // The same key of an earlier branch, told by its words.
      for (auto& other : keys) {
        if (other.key != info.key || other.doc != info.doc || other.variant != info.variant) continue;
        other.when.push_back(branches_.back().option);
        return other;
      }
    }
    return keys.emplace_back(std::move(info));
  }

  void add_quantity(const Field& field, double value, Dimension dimension, const Bounds& bounds) {
    KeyInfo& info = add(field, Type::kQuantity, format_quantity(value, dimension));
    info.dimension = dimension;
    info.bounds = bounds;
  }

  /// The next close() is of this key, which need not be the last one: an earlier branch may have it too.
  void open(const KeyInfo& info) { open_.push_back(static_cast<std::size_t>(&info - stack_.back().data())); }
  void close() {
    auto keys = std::move(stack_.back());
    stack_.pop_back();
    stack_.back()[open_.back()].keys = std::move(keys);
    open_.pop_back();
  }

  std::vector<std::vector<KeyInfo>> stack_;
  std::vector<std::size_t> open_;  // places in their lists
  std::vector<Branch> branches_;
};

}  // namespace

std::vector<KeyInfo> outline() {
  Scenario scenario;
  OutlineVisitor visitor;
  describe(visitor, scenario);
  return visitor.take();
}

}  // namespace cv2x::config
