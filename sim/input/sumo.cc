#include "sim/input/sumo.h"

#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <limits>

#include "sim/input/child_process.h"
#include "sim/input/content_hash.h"
#include "sim/input/sumo_config.h"

namespace cv2x {

namespace {

namespace fs = std::filesystem;

/// SUMO counts time in whole milliseconds.
std::string seconds_text(TimeNs t) {
  return fmt::format("{:.3f}", static_cast<double>(t / kMillisecond) * 1e-3);
}

std::vector<std::string> sumo_environment() {
  std::vector<std::string> out;
  for (char** entry = environ; *entry; ++entry) out.emplace_back(*entry);
  static constexpr const char* kHome = "/usr/share/sumo";
  if (!getenv("SUMO_HOME") && fs::is_directory(kHome)) out.push_back(fmt::format("SUMO_HOME={}", kHome));
  return out;
}

std::string find_sumo() {
  auto program = find_program("sumo");
  if (program.empty())
    throw UserError(
        "mobility: SUMO is not installed: no program \"sumo\" in $PATH (Debian and Ubuntu: "
        "apt-get install sumo; elsewhere: pip install eclipse-sumo)");
  return program;
}

/// First line of `sumo --version`.
std::string sumo_version(const std::string& program) {
  std::string text;
  run_child(
      {program, {"--version"}, sumo_environment(), "/"}, [&](std::string_view s) { text += s; },
      [] { return true; });
  return text.substr(0, text.find('\n'));
}

struct Run {
  SumoConfig config;
  SumoNamedFiles named;
  std::vector<std::pair<std::string, std::string>> own;  // options that we set
  TimeNs end_ns;
};

Run plan(const MobilityParams& params, std::uint64_t replication, TimeNs duration_ns) {
  Run run{.config = read_sumo_config(params.file), .named = {}, .own = {}, .end_ns = 0};
  auto& config = run.config;
  if (params.step_ns > 0) {
    config.step_ns = params.step_ns;
    std::erase_if(config.options, [](const SumoOption& o) { return o.name == "step-length"; });
    run.own.emplace_back("step-length", seconds_text(params.step_ns));
  }
  if (config.step_ns < kMillisecond || config.step_ns % kMillisecond != 0)
    throw UserError({params.file}, fmt::format("SUMO's step must be whole milliseconds, not {:.12g} s",
                                               to_seconds(config.step_ns)));
  constexpr TimeNs kLatest = std::numeric_limits<TimeNs>::max() / 4;
  if (params.begin_ns > kLatest || duration_ns > kLatest || config.step_ns > kLatest)
    throw UserError({params.file}, "mobility.begin, the duration or SUMO's step is longer than 73 years");
  if (params.begin_ns < config.begin_ns)
    throw UserError({params.file},
                    fmt::format("mobility.begin is {:.12g} s, but the SUMO configuration begins at {:.12g} s",
                                to_seconds(params.begin_ns), to_seconds(config.begin_ns)));
  // One step more at either end, for a begin and an end that lie between two steps.
  const TimeNs first_ns = std::max(config.begin_ns, params.begin_ns - config.step_ns);
  run.end_ns = params.begin_ns + duration_ns + config.step_ns;
  const auto seed = static_cast<std::uint64_t>(params.sumo_seed) +
                    (params.seed_per_replication ? replication : std::uint64_t{0});
  run.own.insert(run.own.end(),
                 {{"device.fcd.begin", seconds_text(first_ns)},
                  {"end", seconds_text(run.end_ns + kMillisecond - 1)},
                  {"seed", std::to_string(seed % 2147483648U)},
                  {"fcd-output", "trace.fcd.xml.gz"},
                  {"fcd-output.attributes", "x,y,speed,angle,type"},
                  {"step-log.period", std::to_string(std::max<TimeNs>(1, kSecond / config.step_ns))},
                  {"duration-log.disable", "true"},
                  {"no-warnings", "true"}});
  run.named = find_named_files(config);
  return run;
}

std::string cache_key(const Run& run, const std::string& version) {
  ContentHash hash;
  hash.add_field(version);
  for (const auto& option : run.config.options) {
    hash.add_field(option.name);
    if (option.files.empty()) hash.add_field(option.value);
    for (const auto& file : option.files) hash.add_field(hash_file(file.string()));
  }
  for (const auto& [name, value] : run.own) hash.add_field(name).add_field(value);
  for (const auto& file : run.named.inputs) hash.add_field(hash_file(file.string()));
  return hash.hex().substr(0, 32);
}

fs::path cache_folder() {
  const auto variable = [](const char* name) -> fs::path {
    const char* const value = getenv(name);
    return value ? value : "";
  };
  fs::path base = variable("CV2X_CACHE_DIR");
  if (base.empty()) {
    base = variable("XDG_CACHE_HOME");
    if (base.empty()) base = variable("HOME") / ".cache";
    base /= "cv2x";
  }
  const auto folder = fs::absolute(base) / "fcd";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw UserError({folder.string()},
                    fmt::format("the cache folder cannot be made: {}; set CV2X_CACHE_DIR", error.message()));
  return folder;
}

/// A folder of its own for one run of SUMO, in the cache folder so that its result can be renamed into it.
class WorkFolder {
 public:
  explicit WorkFolder(const fs::path& parent) {
    remove_old(parent);
    std::string name = (parent / "work-XXXXXX").string();
    if (!mkdtemp(name.data())) throw UserError({parent.string()}, "the cache folder cannot be written to");
    path_ = name;
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

  /// Where a folder or file outside appears inside: relative to path(), in plain characters (SUMO splits
  /// lists at commas), below as many folders as outside, so that "../x" still leads to the same place.
  static fs::path mirrored(const fs::path& outside) {
    std::string text = "in" + outside.string();
    for (char& c : text) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                         c == '.' || c == '-' || c == '/';
      if (!plain) c = '_';
    }
    return text;
  }
  /// Links an input file; returns its mirrored path.
  fs::path link(const fs::path& file) const {
    const fs::path inside = mirrored(file);
    fs::create_directories((path_ / inside).parent_path());
    if (!fs::is_symlink(path_ / inside)) fs::create_symlink(file, path_ / inside);
    return inside;
  }

 private:
  /// What killed runs have left behind, a day ago or earlier.
  static void remove_old(const fs::path& parent) {
    const auto old = fs::file_time_type::clock::now() - std::chrono::hours(24);
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(parent, ignored)) {
      if (entry.path().filename().string().starts_with("work-") && entry.last_write_time(ignored) < old)
        fs::remove_all(entry.path(), ignored);
    }
  }

  fs::path path_;
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// The configuration that SUMO reads: <work>/run.sumocfg, and links to every input.
void prepare(const Run& run, const WorkFolder& work) {
  for (const auto& folder : run.named.output_folders)
    fs::create_directories(work.path() / WorkFolder::mirrored(folder));
  for (const auto& file : run.named.inputs) work.link(file);
  std::ofstream out(work.path() / "run.sumocfg");
  out << "<configuration>\n";
  const auto write = [&](const std::string& name, const std::string& value) {
    out << fmt::format("  <{} value=\"{}\"/>\n", name, escaped(value));
  };
  for (const auto& option : run.config.options) {
    std::string value = option.value;
    if (!option.files.empty()) {
      value.clear();
      for (const auto& file : option.files) value += (value.empty() ? "" : ",") + work.link(file).string();
    }
    write(option.name, value);
  }
  for (const auto& [name, value] : run.own) write(name, value);
  out << "</configuration>\n";
  if (!out.flush()) throw UserError({work.path().string()}, "the cache folder cannot be written to");
}

/// Picks the last "Step #12.00" out of what SUMO prints.
class StepLog {
 public:
  void add(std::string_view text) {
    tail_ += text;
    const std::size_t mark = tail_.rfind("Step #");
    if (mark == std::string::npos) return;
    double seconds = 0;
    const char* const end = tail_.data() + tail_.size();
    const auto parsed = std::from_chars(tail_.data() + mark + 6, end, seconds);
    if (parsed.ec == std::errc{} && parsed.ptr != end) now_ns = from_seconds(seconds);
    tail_.erase(0, mark);
  }
  TimeNs now_ns = 0;

 private:
  std::string tail_;
};

void drive(const std::string& program, const Run& run, const WorkFolder& work, const SumoProgress& progress) {
  ChildCommand command{program, {"-c", "run.sumocfg"}, sumo_environment(), work.path().string()};
  if (const auto unbuffered = find_program("stdbuf"); !unbuffered.empty()) {  // else progress comes in lumps
    command.arguments.insert(command.arguments.begin(), {"-o0", program});
    command.program = unbuffered;
  }
  StepLog log;
  log.now_ns = run.config.begin_ns;
  const auto result = run_child(
      command, [&](std::string_view text) { log.add(text); },
      [&] { return !progress || progress(std::min(log.now_ns, run.end_ns), run.end_ns); });
  if (result.stopped) throw Interrupted("stopped while SUMO was running");
  if (result.signal == SIGINT || result.signal == SIGTERM)
    throw Interrupted(fmt::format("SUMO was ended by signal {}", result.signal));
  if (result.signal != 0 || result.exit_code != 0)
    throw UserError({run.config.path},
                    fmt::format("SUMO failed ({} {}):\n{}", result.signal != 0 ? "signal" : "exit code",
                                result.signal != 0 ? result.signal : result.exit_code, result.error_lines));
}

}  // namespace

std::string run_sumo(const MobilityParams& params, std::uint64_t replication, TimeNs duration_ns,
                     const SumoProgress& progress) {
  const Run run = plan(params, replication, duration_ns);
  const std::string program = find_sumo();
  const fs::path folder = cache_folder();
  const fs::path cached = folder / (cache_key(run, sumo_version(program)) + ".fcd.xml.gz");
  if (fs::exists(cached)) return cached.string();

  try {
    const WorkFolder work(folder);
    prepare(run, work);
    drive(program, run, work, progress);
    const fs::path trace = work.path() / "trace.fcd.xml.gz";
    if (!fs::exists(trace)) throw UserError({params.file}, "SUMO wrote no floating-car data");
    fs::rename(trace, cached);
  } catch (const fs::filesystem_error& error) {
    throw UserError({folder.string()}, fmt::format("SUMO's working folder: {}", error.what()));
  }
  return cached.string();
}

}  // namespace cv2x
