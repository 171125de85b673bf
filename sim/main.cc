// cv2x-sim: runs scenarios without Python. `cv2x-sim --help`.

#include <fmt/color.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/error.h"
#include "sim/config/load.h"
#include "sim/run/report.h"
#include "sim/run/run.h"
#include "sim/run/version.h"

namespace {

constexpr int kOk = 0, kUserError = 2, kInterrupted = 130;

constexpr const char* kUsage = R"(cv2x-sim: simulates C-V2X edge networks.

  cv2x-sim run SCENARIO -o OUT.h5 [--set KEY=VALUE]… [--quiet]   simulate and write the result file
  cv2x-sim validate SCENARIO [--set KEY=VALUE]…                  check a scenario; prints nothing when it is right
  cv2x-sim resolve SCENARIO [--set KEY=VALUE]…                   the scenario with every default, as YAML
  cv2x-sim info OUT.h5                                           summary of a result
  cv2x-sim check OUT.h5… [--budgets FILE]                        verdicts of its budgets, or of those in FILE;
                                                                 several results: replications, judged together
  cv2x-sim schema | reference                                    JSON Schema of scenarios | every key explained
  cv2x-sim --version | --help

Exit codes: 0 ok, 1 a budget failed, 2 wrong input, 3 inconclusive, 130 interrupted.
)";

volatile std::sig_atomic_t g_stop = 0;
void on_signal(int) { g_stop = 1; }

/// Ends the run when told so, unless whoever started us has the signal ignored (nohup, a job in the
/// background).
void stop_on(int signal) {
  if (std::signal(signal, on_signal) == SIG_IGN) std::signal(signal, SIG_IGN);
}

/// What may follow a command.
struct Command {
  std::string_view name;
  std::string_view options;   ///< of those that there are, between blanks
  std::string_view argument;  ///< what it needs one of; empty: nothing, "…": one or more
};
constexpr Command kCommands[] = {
    {"run", " --output --set --quiet ", "scenario"},
    {"validate", " --set ", "scenario"},
    {"resolve", " --set ", "scenario"},
    {"info", "", "result file"},
    {"check", " --budgets ", "…"},
    {"schema", "", ""},
    {"reference", "", ""},
};

const Command& known(const std::string& name) {
  std::vector<std::string_view> names;
  for (const Command& command : kCommands) {
    if (command.name == name) return command;
    names.push_back(command.name);
  }
  const std::string_view near = cv2x::nearest(name, names);
  throw cv2x::UserError(fmt::format("unknown command '{}';{} see cv2x-sim --help", name,
                                    near.empty() ? "" : fmt::format(" did you mean '{}'?", near)));
}

struct Arguments {
  std::string command;
  std::vector<std::string> positional;
  std::vector<std::string> overrides;
  std::string output;
  std::string budgets;
  bool quiet = false;
};

Arguments parse(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) throw cv2x::UserError("no command given; see cv2x-sim --help");
  Arguments a;
  a.command = words[0];
  const Command& command = known(a.command);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string option = words[i] == "-o" ? "--output" : words[i] == "-q" ? "--quiet" : words[i];
    if (option.size() > 1 && option[0] == '-' &&
        command.options.find(' ' + option + ' ') == std::string_view::npos)
      throw cv2x::UserError(fmt::format("{}: unknown option '{}'; see cv2x-sim --help", a.command, words[i]));
    const auto value = [&] {
      if (i + 1 == words.size()) throw cv2x::UserError(fmt::format("{} needs a value", words[i]));
      return words[++i];
    };
    if (option == "--set") {
      a.overrides.push_back(value());
    } else if (option == "--output") {
      a.output = value();
    } else if (option == "--budgets") {
      a.budgets = value();
    } else if (option == "--quiet") {
      a.quiet = true;
    } else {
      a.positional.push_back(words[i]);
    }
  }
  const std::size_t given = a.positional.size();
  if (command.argument.empty() && given > 0)
    throw cv2x::UserError(fmt::format("{} takes no argument, but found '{}'", a.command, a.positional[0]));
  if (command.argument == "…" && given == 0)
    throw cv2x::UserError(fmt::format("{} needs result files; see cv2x-sim --help", a.command));
  if (!command.argument.empty() && command.argument != "…" && given != 1)
    throw cv2x::UserError(fmt::format("{} needs one {}, but found {}; see cv2x-sim --help", a.command,
                                      command.argument, given));
  return a;
}

/// One line, rewritten on a terminal, every few seconds otherwise.
class ProgressLine {
 public:
  bool operator()(const cv2x::Progress& p) {
    if (g_stop) return false;
    const double interval_s = terminal_ ? 0.1 : 5;
    if (p.wall_s - last_s_ < interval_s) return true;
    last_s_ = p.wall_s;
    const double simulated_s = cv2x::to_seconds(p.simulated_ns);
    const std::string line =
        fmt::format("{}: {:.1f} of {:.1f} s, {} vehicles, {:.1f}× real time", p.activity, simulated_s,
                    cv2x::to_seconds(p.end_ns), p.vehicles, p.wall_s > 0 ? simulated_s / p.wall_s : 0);
    fmt::print(stderr, "{}{}{}", terminal_ ? "\r\033[K" : "", line, terminal_ ? "" : "\n");
    std::fflush(stderr);
    open_ = terminal_;
    return true;
  }
  ~ProgressLine() {
    if (open_) fmt::print(stderr, "\r\033[K");
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  bool open_ = false;
  double last_s_ = 0;
};

int run(const Arguments& a, int argc, char** argv) {
  const std::string& path = a.positional[0];
  if (a.output.empty()) throw cv2x::UserError("run needs -o OUT.h5");
  const auto loaded = cv2x::load_scenario(path, {.overrides = a.overrides});
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) stop_on(signal);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may grow no further is an error of the write
  cv2x::RunOptions options;
  options.output = a.output;
  for (int i = 0; i < argc; ++i) options.command += (i ? " " : "") + std::string(argv[i]);
  cv2x::RunReport report;
  {
    ProgressLine line;
    options.on_progress = [&](const cv2x::Progress& p) { return a.quiet ? g_stop == 0 : line(p); };
    report = cv2x::run(loaded, options);
  }
  if (a.quiet) {  // else the summary says so
    for (const auto& warning : report.warnings) fmt::print(stderr, "warning: {}\n", warning);
  } else {
    fmt::print("{}", cv2x::summary_text(report.output));
    fmt::print(stderr, "{} events in {:.2f} s\n", report.events, report.wall_s);
  }
  if (report.interrupted) fmt::print(stderr, "interrupted: {} holds what there was\n", report.output);
  return report.interrupted ? kInterrupted : kOk;
}

int dispatch(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--version" && argc == 2) {
      fmt::print("cv2x-sim {}\n", cv2x::kVersion);
      return kOk;
    }
    if (word == "--help" || word == "-h") {
      fmt::print("{}", kUsage);
      return kOk;
    }
  }
  const Arguments a = parse(argc, argv);
  if (a.command == "run") return run(a, argc, argv);
  if (a.command == "validate") {
    cv2x::load_scenario(a.positional[0], {.overrides = a.overrides});
  } else if (a.command == "resolve") {
    fmt::print(
        "{}", cv2x::resolved_yaml(cv2x::load_scenario(a.positional[0], {.overrides = a.overrides}).scenario));
  } else if (a.command == "info") {
    fmt::print("{}", cv2x::summary_text(a.positional[0]));
  } else if (a.command == "check") {
    std::string text;
    const int code = cv2x::check_budgets(a.positional, a.budgets, text);
    fmt::print("{}", text);
    return code;
  } else if (a.command == "schema") {
    fmt::print("{}\n", cv2x::json_schema());
  } else if (a.command == "reference") {
    fmt::print("{}", cv2x::reference_page());
  }
  return kOk;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int code = dispatch(argc, argv);
    if (std::fflush(stdout) != 0)
      throw cv2x::UserError(fmt::format("cannot write to standard output: {}", std::strerror(errno)));
    return code;
  } catch (const cv2x::UserError& error) {
    fmt::print(stderr, "{}\n", error.what());
  } catch (const std::exception& error) {
    fmt::print(stderr, "cv2x-sim: {}\n", error.what());
  }
  return kUserError;
}
