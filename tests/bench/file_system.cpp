#include "bench/file_system.h"

#include <stdlib.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace holdfast::bench {

namespace fs = std::filesystem;

std::string FileSystemOf(const fs::path& path) {
  const std::string target = fs::canonical(path).string();
  std::ifstream mounts("/proc/self/mounts");
  std::string best;
  std::string type = "unknown";
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string device, point, kind;
    fields >> device >> point >> kind;
    const bool holds = target == point || point == "/" || target.starts_with(point + "/");
    if (holds && point.size() >= best.size()) {
      best = point;
      type = kind;
    }
  }
  return type;
}

bool IsOnDisk(const std::string& file_system) {
  return file_system != "tmpfs" && file_system != "ramfs";
}

fs::path MakeScratch(const fs::path& data) {
  std::string name = fs::absolute(data / "holdfast-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("cannot make a directory in " + data.string());
  }
  return name;
}

}  // namespace holdfast::bench
