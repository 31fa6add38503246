#include "server/store/store_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "rules/errors.h"
#include "server/store/posix_file.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;

// Tables, values and logs are named by their number; LOG, LOCK and OPTIONS hold no data.
bool IsOfStore(const std::string& name) {
  const bool is_numbered = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) != 0;
  return name == "CURRENT" || name.starts_with("MANIFEST-") || is_numbered;
}

// There before CURRENT is, and replaced before anything else is written: all that a kill
// can leave of a store that was being begun.
bool IsOfBeginning(const std::string& name) {
  return name == "MANIFEST-000001" || name.ends_with(".dbtmp");
}

absl::Status SyncLog(const fs::path& log) {
  const FileDescriptor file(::open(log.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.ok() && ::fdatasync(file.get()) == 0) return absl::OkStatus();
  return Refuse(Reason::kStorageFailed, "",
                std::string(FileFailure("sync", log).message()) +
                    ". Check the disk and the file's permissions, then start again");
}

absl::Status CannotRead(const std::string& directory, const std::error_code& error) {
  return Refuse(
      Reason::kStorageFailed, "",
      "cannot read " + directory + ": " + error.message() +
          ". Nothing was changed; run holdfastd as the user that the practice belongs to");
}

}  // namespace

absl::StatusOr<FoundStore> LookForStore(const std::string& directory) {
  std::error_code error;
  fs::directory_iterator at(directory, error);
  if (error == std::errc::no_such_file_or_directory) return FoundStore{};
  if (error) return CannotRead(directory, error);
  bool has_files = false;
  bool has_current = false;
  while (at != fs::directory_iterator()) {
    const std::string name = at->path().filename().string();
    has_files = has_files || (IsOfStore(name) && !IsOfBeginning(name));
    has_current = has_current || name == "CURRENT";
    at.increment(error);
    if (error) return CannotRead(directory, error);
  }
  if (!has_files) return FoundStore{};
  if (!has_current) return FoundStore{StoreFiles::kPartial, "CURRENT"};
  std::string manifest;
  std::getline(std::ifstream(fs::path(directory) / "CURRENT"), manifest);
  // What else stands there is damage, which opening tells.
  const bool is_named =
      manifest.starts_with("MANIFEST-") && manifest.find('/') == std::string::npos;
  if (is_named && !fs::exists(fs::path(directory) / manifest, error) && !error) {
    return FoundStore{StoreFiles::kPartial, manifest};
  }
  return FoundStore{StoreFiles::kWhole, ""};
}

absl::Status SyncLogs(const std::string& directory) {
  std::error_code error;
  for (fs::directory_iterator at(directory, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    if (at->path().extension() == ".log") HOLDFAST_RETURN_IF_ERROR(SyncLog(at->path()));
  }
  return error ? CannotRead(directory, error) : absl::OkStatus();
}

}  // namespace holdfast::server
