#include "server/store/store_witness.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "rules/errors.h"

namespace holdfast::server {
namespace {

// The number stands there twice: a line that was torn is told from one that is whole.
// Always of the same length, within one sector.
constexpr const char* kLine = "holdfast store v1 %020" PRIu64 " %020" PRIu64 "\n";
constexpr const char* kScan = "holdfast store v1 %20" SCNu64 " %20" SCNu64;
constexpr std::size_t kLineBytes = 60;
using Line = std::array<char, kLineBytes + 1>;

Line Write(std::uint64_t newest_write) {
  Line line{};
  (void)std::snprintf(line.data(), line.size(), kLine, newest_write, newest_write);
  return line;
}

// Stands after the first line, where there is something to say. By its number the file
// itself is told from a copy of it.
constexpr std::size_t kToldBytesMax = 80;

std::string ToldLine(int descriptor, const std::string& told) {
  struct stat facts {};
  if (told.empty() || ::fstat(descriptor, &facts) != 0) return "";
  return "told " + told + " " + std::to_string(facts.st_ino) + "\n";
}

absl::Status Failed(const char* what, const std::filesystem::path& path) {
  const std::string reason = std::strerror(errno);
  return Refuse(Reason::kStorageFailed, "",
                std::string("cannot ") + what + " " + path.string() + ": " + reason);
}

}  // namespace

absl::StatusOr<std::optional<std::uint64_t>> StoreWitness::Read(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return std::optional<std::uint64_t>();
  if (descriptor < 0) return Failed("open", path);
  Line line{};
  const ssize_t got = ::pread(descriptor, line.data(), kLineBytes, 0);
  absl::Status read = got < 0 ? Failed("read", path) : absl::OkStatus();
  ::close(descriptor);
  if (!read.ok()) return read;
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  const bool is_whole =
      std::sscanf(line.data(), kScan, &first, &second) == 2 && first == second;  // NOLINT
  return std::optional<std::uint64_t>(is_whole ? first : 0);
}

bool StoreWitness::WasTold(const std::filesystem::path& path, const std::string& told) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  std::array<char, kToldBytesMax> line{};
  const ssize_t got = ::pread(descriptor, line.data(), line.size(), kLineBytes);
  const std::string expected = ToldLine(descriptor, told);
  ::close(descriptor);
  return got > 0 && !expected.empty() &&
         expected == std::string_view(line.data(), static_cast<std::size_t>(got));
}

absl::StatusOr<std::unique_ptr<StoreWitness>> StoreWitness::Open(const std::filesystem::path& path,
                                                                 std::uint64_t newest_write,
                                                                 const std::string& told) {
  const int descriptor =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return Failed("create", path);
  std::unique_ptr<StoreWitness> witness(new StoreWitness(descriptor));
  const std::string text = Write(newest_write).data() + ToldLine(descriptor, told);
  const auto size = static_cast<ssize_t>(text.size());
  if (::pwrite(descriptor, text.data(), text.size(), 0) != size ||
      ::ftruncate(descriptor, size) != 0 || ::fsync(descriptor) != 0) {
    return Failed("write", path);
  }
  const std::filesystem::path parent = path.parent_path();
  const int directory =
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return Failed("open", parent);
  const bool is_synced = ::fsync(directory) == 0;
  absl::Status synced = is_synced ? absl::OkStatus() : Failed("sync", parent);
  ::close(directory);
  if (!synced.ok()) return synced;
  return witness;
}

StoreWitness::~StoreWitness() {
  Sync();
  ::close(descriptor_);
}

void StoreWitness::Note(std::uint64_t newest_write) {
  const Line line = Write(newest_write);
  if (::pwrite(descriptor_, line.data(), kLineBytes, 0) > 0) noted_ = true;
}

void StoreWitness::Sync() {
  if (noted_.exchange(false)) (void)::fdatasync(descriptor_);
}

}  // namespace holdfast::server
