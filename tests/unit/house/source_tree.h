// The project's own sources as the tests of the house read them: paths from the
// root, and lines.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::house {

struct SourceFile {
  std::string path;  // from the root: "server/core/core.h"
  std::vector<std::string> lines;

  bool IsHeader() const { return path.ends_with(".h"); }
  // What a header and its implementation have in common: "server/core/core".
  std::string Module() const { return path.substr(0, path.rfind('.')); }
};

// Every .h and .cpp below these folders of the root, by path.
inline std::vector<SourceFile> SourcesBelow(const std::vector<std::string_view>& folders) {
  namespace fs = std::filesystem;
  const fs::path root = HOLDFAST_SOURCE_DIR;
  std::vector<SourceFile> sources;
  for (const std::string_view folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      SourceFile file{fs::relative(entry.path(), root).string(), {}};
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) file.lines.push_back(line);
      sources.push_back(std::move(file));
    }
  }
  std::sort(sources.begin(), sources.end(),
            [](const auto& left, const auto& right) { return left.path < right.path; });
  return sources;
}

// What a line includes, without quotes or brackets; empty where it includes nothing.
inline std::string_view IncludedBy(std::string_view line) {
  constexpr std::string_view kInclude = "#include ";
  if (!line.starts_with(kInclude) || line.size() <= kInclude.size() + 2) return {};
  const std::string_view quoted = line.substr(kInclude.size());
  return quoted.substr(1, quoted.find_first_of(">\"", 1) - 1);
}

}  // namespace holdfast::house
