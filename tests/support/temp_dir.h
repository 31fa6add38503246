// A directory of one test, gone with it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace holdfast::test {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// Whole files; a file that is not there reads as empty.
std::string ReadFile(const std::filesystem::path& file);
void WriteFile(const std::filesystem::path& file, const std::string& text);

// The regular files below `directory` that contain `needle` as bytes.
std::vector<std::filesystem::path> FilesContaining(const std::filesystem::path& directory,
                                                   const std::string& needle);

}  // namespace holdfast::test
