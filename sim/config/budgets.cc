#include "sim/config/budgets.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/check.h"
#include "sim/config/parse.h"
#include "sim/config/yaml.h"

namespace cv2x {
namespace {

using config::Value;

/// The sections that recorded_scenario() reads.
void describe_recorded(Visitor& v, Scenario& s) {
  v.object({"simulation", ""}, s.simulation);
  v.entries({"slices", ""}, s.slices);
  v.entries({"services", ""}, s.services);
  v.entries({"areas", ""}, s.areas);
  v.entries({"budgets", ""}, s.budgets);
  v.object({"recording", ""}, s.recording);
}

void describe_budgets_file(Visitor& v, Scenario& s) {
  v.entries({"areas", "parts of the plane that budgets may be about, by name"}, s.areas);
  v.entries({"budgets", "limits, by name", true}, s.budgets);
}

Value parse(const std::string& text, const std::string& name, config::Log& log) {
  log.add_source(name, {});
  config::YamlOptions options;
  auto value = config::parse_yaml(text, options, log);
  log.throw_if_any();
  return value ? std::move(*value) : Value{};
}

/// One line for a tree, its keys in alphabetical order.
void write(const Value& value, std::string& out) {
  switch (value.kind) {
    case Value::Kind::kEmpty:
    case Value::Kind::kNull:
      out += '~';
      break;
    case Value::Kind::kScalar:
      out += fmt::format("{}:{}", value.scalar.size(), value.scalar);
      break;
    case Value::Kind::kList:
      out += '[';
      for (const auto& item : value.list) write(item, out);
      out += ']';
      break;
    case Value::Kind::kMap: {
      std::vector<const config::Entry*> entries;
      for (const auto& entry : value.map) entries.push_back(&entry);
      std::sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
      out += '{';
      for (const auto* entry : entries) {
        out += fmt::format("{}:{}=", entry->key.size(), entry->key);
        write(entry->value, out);
      }
      out += '}';
      break;
    }
  }
}

}  // namespace

Scenario recorded_scenario(const std::string& resolved, const std::string& path) {
  Scenario out;
  try {
    config::Log log;
    const Value tree = parse(resolved, path, log);
    config::ParseVisitor parser(tree, log);
    describe_recorded(parser, out);
    log.throw_if_any();
  } catch (const UserError& error) {
    // The place within the text means nothing to the user.
    throw UserError(Location{path}, fmt::format("the scenario in it cannot be read by this version: {}",
                                                error.diagnostics().front().message));
  }
  return out;
}

std::string scenario_key(const std::string& resolved) {
  config::Log log;
  Value tree = parse(resolved, "scenario", log);
  if (config::Entry* simulation = tree.find("simulation")) {
    std::erase_if(simulation->value.map,
                  [](const auto& entry) { return entry.key == "seed" || entry.key == "replication"; });
  }
  std::string out;
  write(tree, out);
  return out;
}

std::string read_budgets_file(const std::string& path) {
  config::Log log;
  const auto text = config::read_file(path, {log.add_source(path, {}), 0, 0}, {}, log);
  log.throw_if_any();
  return *text;
}

void replace_budgets(const std::string& text, const std::string& name, Scenario& recorded) {
  config::Log log;
  const Value tree = parse(text, name, log);
  if (!tree.is_map()) {
    log.report(
        {0, tree.place.line, tree.place.column}, {},
        fmt::format("found {}; a budgets file is a map with the key budgets and, if they need any, areas",
                    config::found_text(tree)));
    log.throw_if_any();
  }
  Scenario file = recorded;
  file.areas.clear();  // or what the file leaves out would be taken from them
  file.budgets.clear();
  config::ParseVisitor parser(tree, log);
  for (const auto& service : recorded.services) parser.know("services", service.name);
  for (const auto& slice : recorded.slices) parser.know("slices", slice.name);
  describe_budgets_file(parser, file);
  for (const auto& area : recorded.areas) {
    const bool again = std::any_of(file.areas.begin(), file.areas.end(),
                                   [&](const AreaParams& a) { return a.name == area.name; });
    if (again) continue;
    parser.know("areas", area.name);
    file.areas.push_back(area);
  }
  parser.finish();
  config::Checker(file, tree, log).budgets();
  if (file.budgets.empty() && log.count() == 0)
    log.report(tree.place, "budgets", "there is no budget in it, so there is nothing to judge");
  log.throw_if_any();
  recorded.areas = std::move(file.areas);
  recorded.budgets = std::move(file.budgets);
}

}  // namespace cv2x
