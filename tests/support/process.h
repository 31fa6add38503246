// A real child process: its input given beforehand, its output kept in files,
// every wait bounded. A child dies with the thread that started it, so start those
// that must live on from the test's own thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/temp_dir.h"
#include "support/wait.h"

namespace holdfast::test {

struct Command {
  std::string program;
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  // beside the test's own
  std::string input;                               // all of standard input
  unsigned long descriptors_max = 0;               // soft and hard limit; 0: the test's own
  int handed_over = -1;                            // becomes descriptor 3; -1: none does
};

struct Outcome {
  int exit_code = -1;  // -1: ended by a signal
  int signal = 0;
  std::string out;
  std::string err;
};

// "exit 3\n--- out\n...", for INFO().
std::string Describe(const Outcome& outcome);

// The program of a command, made ready before a fork.
class Image {
 public:
  explicit Image(const Command& command);
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  // In the child, which dies with the thread that forked: only calls that are safe after a
  // fork of a process with threads. 127 where it cannot be run.
  [[noreturn]] void Become() const;

 private:
  const pid_t parent_;
  std::vector<std::string> arguments_, environment_;
  std::vector<char*> argv_, envp_;
};

class Process {
 public:
  explicit Process(const Command& command);
  ~Process();  // kills what still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The outcome once it has ended; nullopt while it still runs at the end of the wait.
  std::optional<Outcome> Wait(std::chrono::milliseconds wait_max = kWaitMax);
  bool running() { return !Wait(std::chrono::milliseconds(0)).has_value(); }
  void Signal(int signal);
  pid_t pid() const { return pid_; }
  // SIGKILL, and waits for the end.
  Outcome Kill();

  // What it has written so far.
  std::string out() const;
  std::string err() const;

 private:
  TempDir files_;
  pid_t pid_ = -1;
  std::optional<int> wait_status_;
};

// Runs to the end. Throws where it does not end in time: nothing may hang.
Outcome Run(const Command& command, std::chrono::milliseconds wait_max = kWaitMax);

}  // namespace holdfast::test
