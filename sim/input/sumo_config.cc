#include "sim/input/sumo_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "sim/input/xml_reader.h"

namespace cv2x {

namespace {

namespace fs = std::filesystem;
using Names = std::initializer_list<std::string_view>;

bool contains(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The long names of the options used here (synonyms as `sumo --save-template` of SUMO 1.15 lists them).
std::string long_name(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kSynonyms = {
      {{"n", "net-file"},
       {"net", "net-file"},
       {"r", "route-files"},
       {"routes", "route-files"},
       {"a", "additional-files"},
       {"additional", "additional-files"},
       {"w", "weight-files"},
       {"weights", "weight-files"},
       {"b", "begin"}}};
  for (const auto& [synonym, meant] : kSynonyms) {
    if (name == synonym) return std::string(meant);
  }
  return std::string(name);
}

bool names_input_files(std::string_view name) {
  return contains({"net-file", "route-files", "additional-files", "weight-files", "load-state",
                   "astar.all-distances", "astar.landmark-distances"},
                  name);
}

/// Options that do not change how vehicles move, or that run_sumo() sets itself.
bool is_left_out(std::string_view name) {
  if (name.find("output") != std::string_view::npos)
    return true;  // tripinfo-output, device.rerouting.output …
  for (const std::string_view prefix : {"netstate", "dump-", "save-", "vehroute", "tripinfo", "personroute",
                                        "device.fcd", "person-device.fcd", "device.ssm", "device.toc.file",
                                        "duration-log", "step-log", "gui-", "window-", "game"}) {
    if (name.starts_with(prefix)) return true;
  }
  return contains({"ndump",
                   "summary",
                   "log",
                   "l",
                   "log-file",
                   "message-log",
                   "error-log",
                   "no-duration-log",
                   "t",
                   "no-step-log",
                   "verbose",
                   "v",
                   "print-options",
                   "help",
                   "?",
                   "version",
                   "V",
                   "no-warnings",
                   "W",
                   "suppress-warnings",
                   "aggregate-warnings",
                   "human-readable-time",
                   "H",
                   "write-license",
                   "random",
                   "abs-rand",
                   "seed",
                   "srand",
                   "end",
                   "e",
                   "remote-port",
                   "num-clients",
                   "configuration-file",
                   "c",
                   "configuration",
                   "C",
                   "g",
                   "quit-on-end",
                   "Q",
                   "G",
                   "start",
                   "S",
                   "delay",
                   "d",
                   "breakpoints",
                   "B",
                   "demo",
                   "D",
                   "disable-textures",
                   "T",
                   "edgedata-files",
                   "data-files",
                   "registry-viewport"},
                  name);
}

std::string with_environment(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find("${");
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) return out.append(text);
    out.append(text.substr(0, open));
    const std::string name(text.substr(open + 2, close - open - 2));
    if (const char* const value = std::getenv(name.c_str())) out += value;
    text.remove_prefix(close + 1);
  }
  return out;
}

/// SUMO takes %20 and the like in file names for the characters they stand for.
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<fs::path> file_list(std::string_view text, const fs::path& folder) {
  std::vector<fs::path> files;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view word = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t first = word.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) continue;
    word = word.substr(first, word.find_last_not_of(" \t\r\n") - first + 1);
    files.push_back((folder / percent_decoded(word)).lexically_normal());
  }
  return files;
}

/// "0.5" or "1:30" or "1:00:00.5" or "1:0:0:0" (days first).
TimeNs time_of(const SumoOption& option) {
  const auto wrong = [&]() -> UserError {
    return {option.where, fmt::format("{}=\"{}\" is not a time (seconds, or hours:minutes:seconds)",
                                      option.name, option.value.substr(0, 32))};
  };
  static constexpr std::array<double, 4> kFactors = {1, 60, 60, 24};
  std::vector<double> parts;
  const char* at = option.value.data();
  const char* const end = at + option.value.size();
  while (true) {
    double part = 0;
    const auto [stop, code] = std::from_chars(at, end, part);
    if (code != std::errc{} || !std::isfinite(part) || part < 0 || part > 1e9) throw wrong();
    parts.push_back(part);
    at = stop;
    if (at == end) break;
    if (*at++ != ':' || parts.size() == kFactors.size()) throw wrong();
  }
  double seconds = 0, unit = 1;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    unit *= kFactors[i];
    seconds += parts[parts.size() - 1 - i] * unit;
  }
  if (seconds > 9e9) throw wrong();
  return from_seconds(seconds);
}

/// Any element with a value is an option, wherever it stands; the value is an attribute or the text.
class ConfigReader final : public XmlReader {
 public:
  using XmlReader::XmlReader;
  std::vector<SumoOption> read() {
    run();
    return std::move(options_);
  }

 private:
  void on_start(std::string_view name, const XmlAttributes& attributes) override {
    if (depth() == 1 && !contains({"configuration", "sumoConfiguration"}, name))
      fail(fmt::format("not a SUMO configuration: the root element is <{}>, not <configuration>", name));
    text_.clear();
    where_ = here();
    auto value = attributes.find("value");
    if (!value) value = attributes.find("v");
    if (value && depth() > 1) add(name, *value);
  }
  void on_text(std::string_view text) override { text_ += text; }
  void on_end(std::string_view name) override {
    if (depth() > 1 && text_.find_first_not_of(" \t\r\n") != std::string::npos) add(name, text_);
    text_.clear();
  }
  void add(std::string_view name, std::string_view value) {
    if (!value.empty() && !is_left_out(name))
      options_.push_back({long_name(name), with_environment(value), where_, {}});
  }

  std::vector<SumoOption> options_;
  std::string text_;
  Location where_;
};

/// The files that an additional or route file names.
class NamedFilesReader final : public XmlReader {
 public:
  explicit NamedFilesReader(const fs::path& file) : XmlReader(file.string()), folder_(file.parent_path()) {}
  void read() { run(); }
  std::vector<fs::path> inputs, output_folders;

 private:
  void on_start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "include") {
      if (const auto href = attributes.find("href")) add_input(*href);
      return;
    }
    for (const std::string_view key : {"file", "dest", "output"}) {
      const auto value = attributes.find(key);
      if (!value || value->empty()) continue;
      if (key == "file" && contains({"rerouter", "variableSpeedSign", "vss"}, name))
        add_input(*value);
      else
        output_folders.push_back((folder_ / fs::path(*value)).lexically_normal().parent_path());
    }
  }
  void add_input(std::string_view value) {
    auto file = (folder_ / fs::path(value)).lexically_normal();
    if (std::error_code ignored; !fs::is_regular_file(file, ignored))
      fail(fmt::format("names a file that does not exist: {}", file.string()));
    inputs.push_back(std::move(file));
  }

  fs::path folder_;
};

}  // namespace

SumoConfig read_sumo_config(const std::string& path) {
  SumoConfig config{.path = path, .options = ConfigReader(path).read(), .net_file = {}};
  const fs::path folder = fs::absolute(path).parent_path();
  std::vector<Diagnostic> missing;
  for (auto& option : config.options) {
    if (names_input_files(option.name)) option.files = file_list(option.value, folder);
    for (const auto& file : option.files) {
      if (std::error_code ignored; !fs::is_regular_file(file, ignored))
        missing.push_back({option.where, option.name, fmt::format("no such file: {}", file.string())});
    }
    if (option.name == "phemlight-path") option.value = (folder / option.value).lexically_normal().string();
    if (option.name == "net-file" && !option.files.empty()) config.net_file = option.files.front();
    if (option.name == "begin") config.begin_ns = time_of(option);
    if (option.name == "step-length") config.step_ns = time_of(option);
  }
  if (config.net_file.empty()) missing.push_back({{path}, "", "the SUMO configuration names no net-file"});
  if (!missing.empty()) throw UserError(std::move(missing));
  return config;
}

SumoNamedFiles find_named_files(const SumoConfig& config) {
  SumoNamedFiles found;
  std::vector<fs::path> all;
  for (const auto& option : config.options) {
    if (option.name == "additional-files" || option.name == "route-files")
      all.insert(all.end(), option.files.begin(), option.files.end());
  }
  const auto listed = static_cast<std::ptrdiff_t>(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    NamedFilesReader reader(all[i]);
    reader.read();
    found.output_folders.insert(found.output_folders.end(), reader.output_folders.begin(),
                                reader.output_folders.end());
    for (auto& input : reader.inputs) {
      if (std::find(all.begin(), all.end(), input) == all.end()) all.push_back(std::move(input));
    }
  }
  found.inputs.assign(all.begin() + listed, all.end());
  std::sort(found.output_folders.begin(), found.output_folders.end());
  const auto repeated = std::unique(found.output_folders.begin(), found.output_folders.end());
  found.output_folders.erase(repeated, found.output_folders.end());
  return found;
}

}  // namespace cv2x
