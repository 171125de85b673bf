#include "sim/input/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace cv2x {

namespace {

constexpr int kPollMilliseconds = 100;
constexpr std::size_t kErrorBytes = 4096;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

struct Fd {
  int fd = -1;
  Fd() = default;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { close(); }
  void close() {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
};

struct Pipe {
  Fd read, write;
  Pipe() {
    std::array<int, 2> fds;
    if (pipe2(fds.data(), O_CLOEXEC) != 0) fail("pipe");
    read.fd = fds[0];
    write.fd = fds[1];
  }
};

/// Kills and reaps the child unless wait() has.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    kill();
    wait();
  }
  void kill() const { ::kill(pid_, SIGKILL); }
  int wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
  }

 private:
  pid_t pid_;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

/// In the child, between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(const char* program, char* const* argv, char* const* env, const char* folder,
                         int output, int error, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before the line above
  const int input = open("/dev/null", O_RDONLY);
  if (input >= 0 && dup2(input, 0) >= 0 && dup2(output, 1) >= 0 && dup2(error, 2) >= 0 && chdir(folder) == 0)
    execve(program, argv, env);
  _exit(127);
}

std::string last_lines(std::string_view text, int lines) {
  text = text.substr(0, text.find_last_not_of(" \r\n") + 1);
  std::size_t from = text.size();
  while (from > 0 && lines-- > 0) {
    const std::size_t newline = text.rfind('\n', from - 1);
    from = newline == std::string_view::npos ? 0 : newline;
  }
  if (from < text.size() && text[from] == '\n') ++from;
  return std::string(text.substr(from));
}

}  // namespace

ChildResult run_child(const ChildCommand& command, const std::function<void(std::string_view)>& on_output,
                      const std::function<bool()>& go_on) {
  std::vector<std::string> arguments = command.arguments;
  arguments.insert(arguments.begin(), command.program);
  const auto argv = pointers(arguments);
  const auto env = pointers(command.environment);
  Pipe output, error;
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0)
    become(command.program.c_str(), argv.data(), env.data(), command.folder.c_str(), output.write.fd,
           error.write.fd, parent);
  Child child(pid);
  output.write.close();
  error.write.close();

  ChildResult result;
  std::string errors;
  std::vector<char> piece(1 << 16);
  while (output.read.fd >= 0 || error.read.fd >= 0) {
    std::array<pollfd, 2> polled = {{{output.read.fd, POLLIN, 0}, {error.read.fd, POLLIN, 0}}};
    const int ready = poll(polled.data(), polled.size(), kPollMilliseconds);
    if (ready < 0 && errno != EINTR) fail("poll");
    if (!go_on()) {
      result.stopped = true;
      child.kill();
      break;
    }
    if (ready <= 0) continue;
    for (auto* const stream : {&output.read, &error.read}) {
      if (!polled[stream == &error.read].revents) continue;
      const ssize_t got = read(stream->fd, piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        stream->close();
      } else if (stream == &output.read) {
        on_output({piece.data(), static_cast<std::size_t>(got)});
      } else {
        errors.append(piece.data(), static_cast<std::size_t>(got));
        if (errors.size() > 2 * kErrorBytes) errors.erase(0, errors.size() - kErrorBytes);
      }
    }
  }
  const int status = child.wait();
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  result.error_lines = last_lines(errors, 8);
  return result;
}

std::string find_program(std::string_view name) {
  const char* const path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    std::string candidate(rest.substr(0, colon));
    rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
    if (candidate.empty()) continue;
    candidate.append("/").append(name);
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

}  // namespace cv2x
