// Writing at leisure: the person's own editor over a file that only they can read, in
// memory where the system offers that.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace holdfast::client::cli {

// $VISUAL, $EDITOR, or empty.
std::string EditorCommand();

// A file in a folder of mode 0700. With it goes everything that an editor left beside it,
// overwritten, unless it is left where it is.
class PrivateFile {
 public:
  // `fallback` is a private folder for systems without one in memory. storage_failed.
  static absl::StatusOr<std::unique_ptr<PrivateFile>> With(std::string_view text,
                                                           const std::filesystem::path& fallback);
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  std::filesystem::path path() const;
  // It holds the only copy of something: it stays when this goes.
  void Leave() { leaves_ = true; }

  // Those that hold the only copy of something: left so, or by a process that was killed.
  // At most kLeftFilesMax.
  static std::vector<std::filesystem::path> Left(const std::filesystem::path& fallback);
  static constexpr std::size_t kLeftFilesMax = 16;

 private:
  PrivateFile(std::filesystem::path folder, int lock);

  const std::filesystem::path folder_;
  const int lock_;  // on the folder, as long as somebody writes in it
  bool leaves_ = false;
};

// Runs the person's editor over the file until it ends; false where it did not end well.
// A signal that HeldSignals notes ends it too: it is asked to end, and has kEditorEndMs.
bool RunEditor(const std::filesystem::path& file);

inline constexpr int kEditorEndMs = 3000;

}  // namespace holdfast::client::cli
