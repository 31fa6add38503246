#include "client/cli/terminal/private_output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kUnfinished = ".XXXXXX";

absl::Status CannotWrite(std::string_view field) {
  return Refuse(Reason::kStorageFailed, field,
                "cannot be written; check its folder and the room on the disk. What was there "
                "before is as it was");
}

// A pipe, a terminal or a link has no file to replace.
bool IsInPlace(const std::string& path) {
  struct stat there = {};
  return lstat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode);
}

}  // namespace

absl::StatusOr<PrivateOutput> PrivateOutput::Open(const std::string& path, std::string_view field) {
  if (path == "-") return PrivateOutput(path, "", STDOUT_FILENO, field);
  if (IsInPlace(path)) {
    const int fd = open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (fd < 0) return CannotWrite(field);
    return PrivateOutput(path, "", fd, field);
  }
  std::string written = path + std::string(kUnfinished);
  const int fd = mkostemp(written.data(), O_CLOEXEC);  // with mode 0600
  if (fd < 0) return CannotWrite(field);
  return PrivateOutput(path, std::move(written), fd, field);
}

PrivateOutput::PrivateOutput(PrivateOutput&& other) noexcept
    : path_(std::move(other.path_)),
      written_(std::exchange(other.written_, {})),
      fd_(std::exchange(other.fd_, -1)),
      field_(std::move(other.field_)),
      held_(std::move(other.held_)),
      bytes_(other.bytes_) {}

PrivateOutput::~PrivateOutput() {
  CloseFile();
  if (!written_.empty()) unlink(written_.c_str());
}

void PrivateOutput::CloseFile() {
  if (fd_ >= 0 && fd_ != STDOUT_FILENO) close(fd_);
  fd_ = -1;
}

absl::Status PrivateOutput::Failed() const { return CannotWrite(field_); }

absl::Status PrivateOutput::Write(std::string_view text) {
  held_ += text;
  bytes_ += text.size();
  return held_.size() < kHeldBytesMax ? absl::OkStatus() : WriteOut();
}

absl::Status PrivateOutput::WriteOut() {
  std::string_view left = held_;
  while (!left.empty()) {
    const ssize_t some = write(fd_, left.data(), left.size());
    if (some < 0 && errno == EINTR) continue;
    if (some <= 0) return Failed();
    left.remove_prefix(static_cast<std::size_t>(some));
  }
  held_.clear();
  return absl::OkStatus();
}

absl::Status PrivateOutput::Finish() {
  HOLDFAST_RETURN_IF_ERROR(WriteOut());
  if (written_.empty()) {
    CloseFile();
    return absl::OkStatus();
  }
  if (fsync(fd_) != 0) return Failed();
  CloseFile();
  if (std::rename(written_.c_str(), path_.c_str()) != 0) return Failed();
  written_.clear();
  return absl::OkStatus();
}

}  // namespace holdfast::client::cli
