#include "support/practice_process.h"

#include <signal.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace holdfast::test {

namespace fs = std::filesystem;

namespace {

void MustSucceed(const Outcome& outcome, const std::string& what) {
  if (outcome.exit_code != 0) throw std::runtime_error(what + ": " + Describe(outcome));
}

// What a backup holds: files and directories, not the sockets of a server.
void CopyFiles(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::create_directories(to);
  fs::permissions(to, fs::status(from).permissions());
  for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
    if (!entry.is_regular_file() && !entry.is_directory()) continue;
    fs::copy(entry.path(), to / entry.path().filename(), fs::copy_options::recursive);
  }
}

std::string WithoutSpace(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace

std::string LastLine(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!WithoutSpace(line).empty()) last = WithoutSpace(line);
  }
  return last;
}

PracticeProcess::PracticeProcess(fs::path data, std::string program)
    : data_(std::move(data)), program_(std::move(program)) {
  MustSucceed(Run({program_, {"init", "--data", data_.string()}, {}, {}}), "holdfastd init");
}

PracticeProcess PracticeProcess::Existing(fs::path data) {
  PracticeProcess practice;
  practice.data_ = std::move(data);
  return practice;
}

void PracticeProcess::Configure(const std::string& key, const std::string& value) {
  const fs::path path = data_ / "holdfast.toml";
  std::istringstream lines(ReadFile(path));
  std::string changed;
  for (std::string line; std::getline(lines, line);) {
    changed += (line.starts_with(key + " =") ? key + " = " + value : line) + "\n";
  }
  std::ofstream(path) << changed;
}

void PracticeProcess::Start() { StartWith({}); }

Command PracticeProcess::ServeAt(const std::string& address, std::vector<std::string> flags) const {
  std::vector<std::string> arguments = {"serve", "--data", data_.string(), "--listen", address};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return {program_, std::move(arguments), {}, {}, descriptors_max_};
}

void PracticeProcess::StartWith(std::vector<std::string> flags) {
  Launch(ServeAt(address_.empty() ? "127.0.0.1:0" : address_, std::move(flags)));
}

Outcome PracticeProcess::TryStart(std::vector<std::string> flags) {
  Process process(ServeAt("127.0.0.1:0", std::move(flags)));
  const std::optional<Outcome> outcome = process.Wait(kDrainMax);
  if (!outcome) throw std::runtime_error("holdfastd serves: " + Describe(process.Kill()));
  return *outcome;
}

void PracticeProcess::StartAt(const std::string& address) { Launch(ServeAt(address, {})); }

void PracticeProcess::Launch(Command command) {
  fs::remove(data_ / "listening");
  process_ = std::make_unique<Process>(std::move(command));
  const auto ready = [this] { return !running() || !ReadFile(data_ / "listening").empty(); };
  if (!Eventually(ready) || !running()) {
    const Outcome outcome = process_->Kill();
    throw std::runtime_error("holdfastd serve is not ready: " + Describe(outcome));
  }
  address_ = WithoutSpace(ReadFile(data_ / "listening"));
}

Outcome PracticeProcess::Stop() {
  Terminate();
  return WaitForEnd(kDrainMax);
}

void PracticeProcess::Kill() { process_->Kill(); }

void PracticeProcess::Terminate() { process_->Signal(SIGTERM); }

Outcome PracticeProcess::WaitForEnd(std::chrono::milliseconds wait_max) {
  const std::optional<Outcome> outcome = process_->Wait(wait_max);
  if (!outcome) {
    throw std::runtime_error("holdfastd did not end in time: " + Describe(process_->Kill()));
  }
  return *outcome;
}

std::string PracticeProcess::EnrolmentCode() {
  const Outcome outcome = Run({program_, {"therapist", "add", "--data", data_.string()}, {}, {}});
  MustSucceed(outcome, "holdfastd therapist add");
  return LastLine(outcome.out);
}

void PracticeProcess::ConfirmClock() {
  MustSucceed(Run({program_, {"clock", "confirm", "--data", data_.string(), "--yes"}, {}, {}}),
              "holdfastd clock confirm");
}

void PracticeProcess::SaveTo(const fs::path& copy) const { CopyFiles(data_, copy); }

void PracticeProcess::RestoreFrom(const fs::path& copy) const { CopyFiles(copy, data_); }

}  // namespace holdfast::test
