// A bit of a stored message's body turned over where it lies on the disk, and of nothing else.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::test {

// Of the first body in each of the store's files of large values; nothing may serve it. A file
// that begins with other values (archive records) is left as it is.
inline void DamageBodies(const std::filesystem::path& database) {
  constexpr std::size_t kFirstKeyAt = 62;  // after the headers of the file and of its first value
  constexpr std::size_t kInTheBody = 300;
  int damaged = 0;
  for (const auto& entry : std::filesystem::directory_iterator(database)) {
    if (entry.path().extension() != ".blob") continue;
    std::string bytes = ReadFile(entry.path());
    if (bytes.size() <= kInTheBody || bytes[kFirstKeyAt] != 'B') continue;
    bytes[kInTheBody] = static_cast<char>(bytes[kInTheBody] ^ 1);
    std::ofstream(entry.path(), std::ios::binary | std::ios::trunc) << bytes;
    ++damaged;
  }
  REQUIRE(damaged > 0);
}

}  // namespace holdfast::test
