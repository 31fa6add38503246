// A real practice: holdfastd over a directory, on a port of its own that it keeps
// through restarts.
#pragma once

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/process.h"

namespace holdfast::test {

class PracticeProcess {
 public:
  // `holdfastd init`, in `data` (which must not exist yet, or be empty).
  explicit PracticeProcess(std::filesystem::path data, std::string program = HOLDFASTD);

  // One that is there already, made by whatever version.
  static PracticeProcess Existing(std::filesystem::path data);

  // Sets a key of its configuration file, for the next start.
  void Configure(const std::string& key, const std::string& value);
  // How many files and sockets it may have open, soft and hard, from the next start.
  void LimitDescriptors(unsigned long most) { descriptors_max_ = most; }
  // Returns when it listens; throws where it does not in time.
  void Start();
  // With flags of `holdfastd serve` beside the usual ones.
  void StartWith(std::vector<std::string> flags);
  // The same, expecting that it refuses: what it said. Throws where it serves.
  Outcome TryStart(std::vector<std::string> flags = {});
  // Another practice's address, while that one is stopped.
  void StartAt(const std::string& address);
  pid_t pid() const { return process_->pid(); }  // once it has been started
  bool running() { return process_ != nullptr && process_->running(); }
  // SIGTERM: ends by itself within kDrainMax, or is killed and throws.
  Outcome Stop();
  // SIGKILL.
  void Kill();
  // Asks it to stop, without waiting.
  void Terminate();
  // Waits for an end that something else has caused.
  Outcome WaitForEnd(std::chrono::milliseconds wait_max);
  // SIGHUP.
  void Reload() { process_->Signal(SIGHUP); }

  std::string EnrolmentCode();
  // Its operator says that this machine's clock is right; while it serves, or not.
  void ConfirmClock();

  // host:port; known once it has been started.
  const std::string& address() const { return address_; }
  const std::filesystem::path& data() const { return data_; }

  // A copy of the whole directory, and back again. Only while it is stopped.
  void SaveTo(const std::filesystem::path& copy) const;
  void RestoreFrom(const std::filesystem::path& copy) const;

  // What the running (or last) server wrote.
  std::string log() const { return process_ ? process_->out() + process_->err() : ""; }

  static constexpr std::chrono::seconds kDrainMax{10};

 private:
  Command ServeAt(const std::string& address, std::vector<std::string> flags) const;
  void Launch(Command command);
  PracticeProcess() = default;

  std::filesystem::path data_;
  std::string program_ = HOLDFASTD;
  std::string address_;
  unsigned long descriptors_max_ = 0;
  std::unique_ptr<Process> process_;
};

// The last line that is not empty.
std::string LastLine(const std::string& text);

}  // namespace holdfast::test
