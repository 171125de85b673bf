// The resolved scenario, as JSON and YAML.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/config/load.h"
#include "sim/config/phrases.h"

namespace cv2x {
namespace {

using Json = nlohmann::ordered_json;

/// Writes what the structs hold, in the form in which the parser reads it.
class DumpVisitor final : public Visitor {
 public:
  DumpVisitor() { stack_.push_back(Json::object()); }
  Json take() { return std::move(stack_.front()); }

  void quantity(const Field& field, double& value, Dimension dimension, const Bounds&) override {
    put(field, format_quantity(value, dimension));
  }
  void duration(const Field& field, TimeNs& value, const Bounds&) override {
    put(field, format_quantity(static_cast<double>(value), Dimension::kTime));
  }
  void bytes(const Field& field, std::int64_t& value, const Bounds&) override {
    put(field, format_quantity(static_cast<double>(value), Dimension::kData));
  }
  void number(const Field& field, double& value, const Bounds&) override { put(field, value); }
  void integer(const Field& field, std::int64_t& value, std::int64_t, std::int64_t) override {
    put(field, value);
  }
  void flag(const Field& field, bool& value) override { put(field, value); }
  void text(const Field& field, std::string& value) override { put_text(field, value); }
  void path(const Field& field, std::string& value) override { put_text(field, value); }
  void word(const Field& field, std::string& value, std::span<const std::string_view>) override {
    put_text(field, value);
  }
  void word_or_code(const Field& field, std::string& value, std::span<const std::string_view>) override {
    put(field, value);
  }
  void reference(const Field& field, std::string& value, std::string_view) override {
    put_text(field, value);
  }
  void references(const Field& field, std::vector<std::string>& values, std::string_view) override {
    put(field, values);
  }
  void points(const Field& field, std::vector<Point>& values, const Bounds&, std::size_t) override {
    Json list = Json::array();
    for (const Point& p : values)
      list.push_back(
          {format_quantity(p.x_m, Dimension::kLength), format_quantity(p.y_m, Dimension::kLength)});
    put(field, list);
  }

  bool begin_object(const Field& field, bool& present) override {
    if (present) open(std::string(field.key));
    return present;
  }
  void end_object() override { close(); }
  std::size_t begin_entries(const Field& field, std::size_t have) override {
    open(std::string(field.key));
    return have;
  }
  void begin_entry(std::size_t, std::string& name) override { open(name); }
  void end_entry() override { close(); }
  void end_entries() override { close(); }
  std::size_t begin_variant(const Field& field, std::size_t& selected,
                            std::span<const std::string_view> names) override {
    put(field, names[selected]);
    selected_ = selected;
    return 1;
  }
  std::size_t begin_branch(std::size_t) override { return selected_; }
  void end_branch() override {}
  void end_variant() override {}
  void require(bool, std::string_view, const std::string&) override {}

 private:
  template <class T>
  void put(const Field& field, const T& value) {
    stack_.back()[std::string(field.key)] = value;
  }
  /// An empty text is one that was not given.
  void put_text(const Field& field, const std::string& value) {
    if (!value.empty()) put(field, value);
  }
  void open(std::string key) {
    keys_.push_back(std::move(key));
    stack_.push_back(Json::object());
  }
  void close() {
    Json value = std::move(stack_.back());
    stack_.pop_back();
    stack_.back()[keys_.back()] = std::move(value);
    keys_.pop_back();
  }

  std::vector<Json> stack_;
  std::vector<std::string> keys_;
  std::size_t selected_ = 0;
};

Json dump(Scenario scenario) {
  DumpVisitor visitor;
  describe(visitor, scenario);
  return visitor.take();
}

/// Whether YAML reads the text as itself, and as a text, when it stands without quotes: a word, a path, or a
/// quantity like "-80 dBm".
bool is_plain(const std::string& text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto may_occur = [&](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("_.-/% ").find(c) != std::string_view::npos;
  };
  if (text.empty() || text.back() == ' ' || !std::all_of(text.begin(), text.end(), may_occur)) return false;
  for (const std::string_view word : {"null", "Null", "NULL", "true", "false", "yes", "no", "on", "off"}) {
    if (text == word) return false;
  }
  if (is_letter(text[0])) return true;
  const std::size_t first = text[0] == '-' ? 1 : 0;
  return text.size() > first && is_digit(text[first]) && text.find(' ') != std::string::npos;
}

std::string quoted_unless_plain(const std::string& text) { return is_plain(text) ? text : Json(text).dump(); }

void write_yaml(const Json& value, int indent, std::string& out) {
  for (const auto& [key, item] : value.items()) {
    out.append(static_cast<std::size_t>(indent), ' ');
    out += quoted_unless_plain(key) + ':';
    if (item.is_object() && !item.empty()) {
      out += '\n';
      write_yaml(item, indent + 2, out);
    } else {
      out += ' ' + (item.is_string() ? quoted_unless_plain(item.get<std::string>()) : item.dump()) + '\n';
    }
  }
}

}  // namespace

std::string resolved_json(const Scenario& scenario) { return dump(scenario).dump(2) + '\n'; }

std::string resolved_yaml(const Scenario& scenario) {
  std::string out;
  write_yaml(dump(scenario), 0, out);
  return out;
}

}  // namespace cv2x
