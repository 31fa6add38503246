#include "simulation/herd.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace holdfast::simulation {
namespace {

struct Child {
  std::size_t number = 0;
  int pipe = -1;
};

void WriteFinding(int pipe, const Finding& finding) {
  const std::string text =
      (finding.found ? "1" : "0") + std::to_string(finding.done) + "\n" + finding.what;
  std::size_t at = 0;
  while (at < text.size()) {
    const ssize_t written = write(pipe, text.data() + at, text.size() - at);
    if (written <= 0) return;
    at += static_cast<std::size_t>(written);
  }
}

Finding ReadFinding(int pipe) {
  std::string text;
  std::array<char, 4096> part{};
  for (ssize_t got = 0; (got = read(pipe, part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  const std::size_t line = text.find('\n');
  if (line == std::string::npos) return {true, "the process died", 0};
  return {text.front() == '1', text.substr(line + 1), std::strtoull(text.c_str() + 1, nullptr, 10)};
}

}  // namespace

std::vector<Finding> RunProcesses(std::size_t count, std::size_t jobs, bool stops,
                                  const std::function<Finding(std::size_t number)>& work) {
  std::vector<Finding> findings(count);
  std::map<pid_t, Child> children;
  bool found = false;
  for (std::size_t next = 0; next < count || !children.empty();) {
    if (next < count && children.size() < jobs && !(stops && found)) {
      std::array<int, 2> ends{};
      std::fflush(stdout);
      if (pipe(ends.data()) != 0) break;
      const pid_t child = fork();
      if (child < 0) break;
      if (child == 0) {
        close(ends[0]);
        WriteFinding(ends[1], work(next));
        std::fflush(stdout);
        _exit(0);
      }
      close(ends[1]);
      children.emplace(child, Child{next++, ends[0]});
      continue;
    }
    if (children.empty()) break;
    const auto ended = children.extract(wait(nullptr));
    if (ended.empty()) break;
    findings[ended.mapped().number] = ReadFinding(ended.mapped().pipe);
    close(ended.mapped().pipe);
    found = found || findings[ended.mapped().number].found;
  }
  return findings;
}

}  // namespace holdfast::simulation
