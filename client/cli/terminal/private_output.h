// A file of one's own that holds a secret: nobody else can read it, and it is there whole or not
// at all. Also standard output, a pipe or a device, which are written as it comes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace holdfast::client::cli {

class PrivateOutput {
 public:
  // "-" is standard output. What is there under `path` stays as it is until Finish(); where it is
  // no file, it is written to directly. storage_failed naming `field`.
  static absl::StatusOr<PrivateOutput> Open(const std::string& path, std::string_view field);
  // Removes what was not finished.
  ~PrivateOutput();
  PrivateOutput(PrivateOutput&& other) noexcept;
  PrivateOutput& operator=(PrivateOutput&&) = delete;

  // Written some at a time; what is held of it meanwhile is kHeldBytesMax and one `text`.
  absl::Status Write(std::string_view text);
  // All of it is on the disk, in the place of what was there, with mode 0600.
  absl::Status Finish();
  std::uint64_t bytes() const { return bytes_; }

  static constexpr std::size_t kHeldBytesMax = std::size_t{64} * 1024;

 private:
  PrivateOutput(std::string path, std::string written, int fd, std::string_view field)
      : path_(std::move(path)), written_(std::move(written)), fd_(fd), field_(field) {}
  absl::Status WriteOut();
  absl::Status Failed() const;
  void CloseFile();

  std::string path_;
  std::string written_;  // the file's name until it is finished; empty: written in place
  int fd_ = -1;
  std::string field_;
  std::string held_;
  std::uint64_t bytes_ = 0;
};

}  // namespace holdfast::client::cli
