// A real child process with a terminal of its own, as a person has it: what they type,
// what they see, and whether it is shown as it is typed. Every wait is bounded.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "support/process.h"

namespace holdfast::test {

class TerminalProcess {
 public:
  // Rows and columns of the window.
  explicit TerminalProcess(const Command& command, unsigned short rows = 24,
                           unsigned short columns = 80);
  ~TerminalProcess();  // kills what still runs
  TerminalProcess(const TerminalProcess&) = delete;
  TerminalProcess& operator=(const TerminalProcess&) = delete;

  // Whether `text` is shown in time, behind what an earlier call waited for.
  bool Shows(std::string_view text, std::chrono::milliseconds wait_max = kWaitMax);
  // All of it, as fast as the terminal takes it; false where it is not taken in time.
  bool Type(std::string_view bytes, std::chrono::milliseconds wait_max = kWaitMax);
  // What is typed now is shown as it is typed.
  bool Echoes();
  void Signal(int signal);
  // Closes the window.
  void HangUp();
  // The exit code, or 128 and the signal; nullopt while it still runs.
  std::optional<int> Wait(std::chrono::milliseconds wait_max = kWaitMax);

  // Everything shown so far, with all that steers a terminal.
  const std::string& shown() const { return shown_; }

 private:
  // Reads what there is, waiting a little where there is nothing.
  void Read();

  int terminal_ = -1;
  pid_t pid_ = -1;
  std::string shown_;
  std::size_t seen_ = 0;  // of shown_, by Shows
  std::optional<int> end_;
};

}  // namespace holdfast::test
