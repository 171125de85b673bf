#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cv2x {

struct ChildCommand {
  std::string program;                   ///< path of the executable
  std::vector<std::string> arguments;    ///< without the program itself
  std::vector<std::string> environment;  ///< "NAME=value", all of it
  std::string folder;                    ///< where it runs
};

struct ChildResult {
  int exit_code = 0;        ///< 127: the program could not be started
  int signal = 0;           ///< that ended it; 0: none
  bool stopped = false;     ///< by go_on
  std::string error_lines;  ///< the last lines it wrote to standard error
};

/// Runs a program to its end, without a shell. `on_output` gets what it writes to standard output; `go_on` is
/// asked at least every 100 ms and stops (kills) it by returning false. The child is killed, too, when a
/// callback throws and when our process dies, however that happens. (That last is why this is fork and exec:
/// posix_spawn cannot set PR_SET_PDEATHSIG.) The child has its own process group, so Ctrl-C reaches it only
/// through us.
ChildResult run_child(const ChildCommand& command, const std::function<void(std::string_view)>& on_output,
                      const std::function<bool()>& go_on);

/// Path of an executable found in $PATH, or empty.
std::string find_program(std::string_view name);

}  // namespace cv2x
