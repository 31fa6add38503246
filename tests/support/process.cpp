#include "support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace holdfast::test {
namespace {

std::vector<std::string> EnvironmentOf(const Command& command) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!command.environment.contains(text.substr(0, text.find('=')))) result.push_back(text);
  }
  for (const auto& [name, value] : command.environment) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

int OpenFor(const std::filesystem::path& file, int flags) {
  const int fd = open(file.c_str(), flags | O_CLOEXEC, 0600);
  if (fd < 0) throw std::runtime_error("cannot open " + file.string());
  return fd;
}

}  // namespace

Image::Image(const Command& command)
    : parent_(getpid()), arguments_(command.arguments), environment_(EnvironmentOf(command)) {
  arguments_.insert(arguments_.begin(), command.program);
  argv_ = Pointers(arguments_);
  envp_ = Pointers(environment_);
}

void Image::Become() const {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent_) _exit(127);
  execve(argv_[0], argv_.data(), envp_.data());
  _exit(127);
}

std::string Describe(const Outcome& outcome) {
  const std::string end = outcome.signal != 0 ? "signal " + std::to_string(outcome.signal)
                                              : "exit " + std::to_string(outcome.exit_code);
  return end + "\n--- out\n" + outcome.out + "\n--- err\n" + outcome.err;
}

Process::Process(const Command& command) {
  WriteFile(files_ / "in", command.input);
  const Image image(command);
  const int in = OpenFor(files_ / "in", O_RDONLY);
  const int out = OpenFor(files_ / "out", O_WRONLY | O_CREAT | O_TRUNC);
  const int err = OpenFor(files_ / "err", O_WRONLY | O_CREAT | O_TRUNC);
  pid_ = fork();
  if (pid_ == 0) {
    if (command.descriptors_max != 0) {
      const rlimit limit = {command.descriptors_max, command.descriptors_max};
      setrlimit(RLIMIT_NOFILE, &limit);
    }
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    constexpr int kFirstHandedOver = 3;
    if (command.handed_over == kFirstHandedOver) fcntl(kFirstHandedOver, F_SETFD, 0);
    if (command.handed_over > kFirstHandedOver) dup2(command.handed_over, kFirstHandedOver);
    image.Become();
  }
  close(in);
  close(out);
  close(err);
  if (pid_ < 0) throw std::runtime_error("cannot fork");
}

Process::~Process() {
  if (!wait_status_) Kill();
}

std::optional<Outcome> Process::Wait(std::chrono::milliseconds wait_max) {
  const bool ended = Eventually(
      [this] {
        int status = 0;
        if (!wait_status_ && waitpid(pid_, &status, WNOHANG) == pid_) wait_status_ = status;
        return wait_status_.has_value();
      },
      wait_max);
  if (!ended) return std::nullopt;
  Outcome outcome;
  if (WIFEXITED(*wait_status_)) outcome.exit_code = WEXITSTATUS(*wait_status_);
  if (WIFSIGNALED(*wait_status_)) outcome.signal = WTERMSIG(*wait_status_);
  outcome.out = out();
  outcome.err = err();
  return outcome;
}

void Process::Signal(int signal) {
  if (!wait_status_) kill(pid_, signal);
}

Outcome Process::Kill() {
  Signal(SIGKILL);
  const std::optional<Outcome> outcome = Wait();
  return outcome.value_or(Outcome());
}

std::string Process::out() const { return ReadFile(files_ / "out"); }
std::string Process::err() const { return ReadFile(files_ / "err"); }

Outcome Run(const Command& command, std::chrono::milliseconds wait_max) {
  Process process(command);
  const std::optional<Outcome> outcome = process.Wait(wait_max);
  if (!outcome) {
    throw std::runtime_error(command.program + " did not end in time\n" + process.out() +
                             process.err());
  }
  return *outcome;
}

}  // namespace holdfast::test
