#include "sim/input/child_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

namespace cv2x {
namespace {

ChildResult shell(const std::string& script, std::string& output, const std::function<bool()>& go_on) {
  return run_child(
      {"/bin/sh", {"-c", script}, {"NAME=value"}, "/"}, [&](std::string_view text) { output += text; },
      go_on);
}

TEST(ChildProcess, GivesOutputErrorsAndExitCode) {
  std::string output;
  const auto result =
      shell("echo $NAME; pwd; i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done; exit 3",
            output, [] { return true; });
  EXPECT_EQ(output, "value\n/\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.signal, 0);
  EXPECT_FALSE(result.stopped);
  EXPECT_EQ(result.error_lines,
            "line 2992\nline 2993\nline 2994\nline 2995\nline 2996\nline 2997\nline 2998\nline 2999");
}

TEST(ChildProcess, TellsSignalsAndProgramsThatDoNotStart) {
  std::string output;
  EXPECT_EQ(shell("kill -SEGV $$", output, [] { return true; }).signal, SIGSEGV);
  const auto result = run_child(
      {"/nonexistent", {}, {}, "/"}, [](std::string_view) {}, [] { return true; });
  EXPECT_EQ(result.exit_code, 127);
}

TEST(ChildProcess, StopsTheChildWhenAsked) {
  std::string output;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(shell("exec sleep 60", output, [] { return false; }).stopped);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(ChildProcess, TheChildDiesWithUs) {
  std::array<int, 2> fds;
  ASSERT_EQ(pipe(fds.data()), 0);
  const pid_t us = fork();
  if (us == 0) {  // tells the grandchild's id and waits for it, which takes forever
    run_child(
        {"/bin/sh", {"-c", "echo $$; exec sleep 60"}, {}, "/"},
        [&](std::string_view text) { [[maybe_unused]] auto n = write(fds[1], text.data(), text.size()); },
        [] { return true; });
    _exit(0);
  }
  std::array<char, 32> text{};
  ASSERT_GT(read(fds[0], text.data(), text.size() - 1), 0);
  const pid_t grandchild = std::stoi(text.data());
  EXPECT_EQ(kill(grandchild, 0), 0);
  kill(us, SIGKILL);
  waitpid(us, nullptr, 0);
  // It is now somebody else's child: gone, or a zombie that nobody has reaped yet.
  const auto running = [&] {
    std::FILE* stat = std::fopen(("/proc/" + std::to_string(grandchild) + "/stat").c_str(), "r");
    char state = 'X';
    if (stat && std::fscanf(stat, "%*d %*s %c", &state) != 1) state = 'X';
    if (stat) std::fclose(stat);
    return state != 'X' && state != 'Z';
  };
  for (int k = 0; k < 200 && running(); ++k) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(running());
  close(fds[0]);
  close(fds[1]);
}

TEST(ChildProcess, FindsPrograms) {
  EXPECT_FALSE(find_program("sh").empty());
  EXPECT_TRUE(find_program("no-such-program-anywhere").empty());
}

}  // namespace
}  // namespace cv2x
