#include "server/store/store_witness.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

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

}  // namespace

absl::StatusOr<std::optional<std::uint64_t>> StoreWitness::Read(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok() && errno == ENOENT) return std::optional<std::uint64_t>();
  if (!file.ok()) return FileFailure("open", path);
  Line line{};
  if (::pread(file.get(), line.data(), kLineBytes, 0) < 0) return FileFailure("read", path);
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  const bool is_whole =
      std::sscanf(line.data(), kScan, &first, &second) == 2 && first == second;  // NOLINT
  return std::optional<std::uint64_t>(is_whole ? first : 0);
}

bool StoreWitness::WasTold(const std::filesystem::path& path, const std::string& told) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return false;
  std::array<char, kToldBytesMax> line{};
  const ssize_t got = ::pread(file.get(), line.data(), line.size(), kLineBytes);
  const std::string expected = ToldLine(file.get(), told);
  return got > 0 && !expected.empty() &&
         expected == std::string_view(line.data(), static_cast<std::size_t>(got));
}

absl::StatusOr<std::unique_ptr<StoreWitness>> StoreWitness::Open(const std::filesystem::path& path,
                                                                 std::uint64_t newest_write,
                                                                 const std::string& told) {
  FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file.ok()) return FileFailure("create", path);
  const std::string text = Write(newest_write).data() + ToldLine(file.get(), told);
  const auto size = static_cast<ssize_t>(text.size());
  if (::pwrite(file.get(), text.data(), text.size(), 0) != size ||
      ::ftruncate(file.get(), size) != 0 || ::fsync(file.get()) != 0) {
    return FileFailure("write", path);
  }
  HOLDFAST_RETURN_IF_ERROR(SyncDirectoryOf(path));
  return std::unique_ptr<StoreWitness>(new StoreWitness(std::move(file)));
}

StoreWitness::~StoreWitness() { Sync(); }

void StoreWitness::Note(std::uint64_t newest_write) {
  const Line line = Write(newest_write);
  if (::pwrite(file_.get(), line.data(), kLineBytes, 0) > 0) noted_ = true;
}

void StoreWitness::Sync() {
  if (noted_.exchange(false)) (void)::fdatasync(file_.get());
}

}  // namespace holdfast::server
