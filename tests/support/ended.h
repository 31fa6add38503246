// Whether a process that is nobody's child here has ended.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <fstream>
#include <string>

namespace holdfast::test {

// Also where nobody has asked for its end yet.
inline bool HasEnded(pid_t process) {
  if (kill(process, 0) != 0) return true;
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(in, text);
  const std::size_t name_end = text.rfind(')');
  return name_end == std::string::npos || text.compare(name_end, 3, ") Z") == 0;
}

}  // namespace holdfast::test
