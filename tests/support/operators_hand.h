// What an operator does at a shell, and looks at in folders.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/couple.h"

namespace holdfast::test {

namespace fs = std::filesystem;

inline Outcome Holdfastd(std::vector<std::string> arguments) {
  return Run({HOLDFASTD, std::move(arguments), {}, {}}, std::chrono::seconds(60));
}

// Must succeed.
inline std::string Done(const std::vector<std::string>& arguments) {
  const Outcome outcome = Holdfastd(arguments);
  INFO(Describe(outcome));
  REQUIRE(outcome.exit_code == 0);
  return outcome.out;
}

inline bool Says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

inline std::vector<fs::path> FilesWith(const fs::path& folder, const std::string& end) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == end) found.push_back(entry.path());
  }
  return found;
}

inline void DamageMiddle(const fs::path& file) {
  std::string bytes = ReadFile(file);
  REQUIRE(bytes.size() > 200);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

inline std::map<std::string, std::string> TreeOf(const fs::path& folder) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) tree[entry.path().string()] = ReadFile(entry.path());
  }
  return tree;
}

}  // namespace holdfast::test
