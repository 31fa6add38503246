#include "server/ops/backup/backup_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include "crypto/public/file_hash.h"
#include "rules/errors.h"
#include "server/store/posix_file.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;

// A file that is read from its beginning to its end.
class FileReader {
 public:
  static absl::StatusOr<FileReader> Open(const fs::path& path) {
    FileReader reader;
    reader.path_ = path;
    reader.file_ = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!reader.file_.ok()) return FileFailure("open", path);
    return absl::StatusOr<FileReader>(std::move(reader));
  }

  // Exactly so many, or what is left of the file.
  absl::StatusOr<Bytes> Take(std::size_t bytes) {
    Bytes block(bytes, '\0');
    std::size_t got = 0;
    while (got < bytes) {
      const ssize_t read = ::read(file_.get(), block.data() + got, bytes - got);
      if (read < 0 && errno == EINTR) continue;
      if (read < 0) return FileFailure("read", path_);
      if (read == 0) break;
      got += static_cast<std::size_t>(read);
    }
    block.resize(got);
    hasher_.Add(block);
    facts_.bytes += got;
    return block;
  }
  FileFacts Finish() {
    facts_.hash = hasher_.Finish();
    return facts_;
  }

 private:
  struct Hasher {  // that moves
    Hasher() : held(std::make_unique<crypto::FileHasher>()) {}
    void Add(BytesView block) { held->Add(block); }
    Hash Finish() { return held->Finish(); }
    std::unique_ptr<crypto::FileHasher> held;
  };

  fs::path path_;
  FileDescriptor file_;
  Hasher hasher_;
  FileFacts facts_;
};

// A new file; durable once it is finished.
class FileWriter {
 public:
  explicit FileWriter(const fs::path& path)
      : path_(path),
        file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) {}

  // Whatever the umask.
  absl::Status OpenToAll() {
    if (!file_.ok()) return FileFailure("create", path_);
    return ::fchmod(file_.get(), 0644) == 0 ? absl::OkStatus() : FileFailure("open to all", path_);
  }
  absl::Status Write(BytesView content) {
    if (!file_.ok()) return FileFailure("create", path_);
    hasher_.Add(content);
    facts_.bytes += content.size();
    while (!content.empty()) {
      const ssize_t written = ::write(file_.get(), content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return FileFailure("write", path_);
      content.remove_prefix(static_cast<std::size_t>(written));
    }
    return absl::OkStatus();
  }
  absl::StatusOr<FileFacts> Finish() {
    if (!file_.ok()) return FileFailure("create", path_);
    if (::fsync(file_.get()) != 0) return FileFailure("sync", path_);
    // Nobody reads it again; what the practice reads stays in the cache.
    (void)::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_DONTNEED);
    facts_.hash = hasher_.Finish();
    return facts_;
  }

 private:
  const fs::path path_;
  const FileDescriptor file_;
  crypto::FileHasher hasher_;
  FileFacts facts_;
};

// Reads blocks of this size, the last of which may be shorter or empty, and writes what
// `change` makes of each.
absl::StatusOr<CarriedFile> Carry(
    FileReader& reader, const fs::path& to, std::size_t block_bytes, BytesView head,
    const std::function<absl::StatusOr<Bytes>(Bytes block, bool is_last)>& change) {
  FileWriter writer(to);
  HOLDFAST_RETURN_IF_ERROR(writer.Write(head));
  HOLDFAST_ASSIGN_OR_RETURN(Bytes block, reader.Take(block_bytes));
  for (bool is_last = false; !is_last;) {
    Bytes next;
    if (block.size() == block_bytes) {
      HOLDFAST_ASSIGN_OR_RETURN(next, reader.Take(block_bytes));
    }
    is_last = next.empty();
    HOLDFAST_ASSIGN_OR_RETURN(Bytes changed, change(std::move(block), is_last));
    HOLDFAST_RETURN_IF_ERROR(writer.Write(changed));
    crypto::WipeBytes(changed);
    block = std::move(next);
  }
  CarriedFile carried;
  carried.read = reader.Finish();
  HOLDFAST_ASSIGN_OR_RETURN(carried.written, writer.Finish());
  return carried;
}

absl::Status Naming(const fs::path& path, const absl::Status& status) {
  return Refuse(ReasonOf(status), "", path.string() + " " + std::string(status.message()));
}

}  // namespace

absl::StatusOr<FileFacts> HashFile(const fs::path& path) {
  HOLDFAST_ASSIGN_OR_RETURN(FileReader reader, FileReader::Open(path));
  while (true) {
    HOLDFAST_ASSIGN_OR_RETURN(const Bytes block, reader.Take(crypto::kSealedBlockBytes));
    if (block.empty()) return reader.Finish();
  }
}

absl::StatusOr<CarriedFile> CopyFile(const fs::path& from, const fs::path& to) {
  HOLDFAST_ASSIGN_OR_RETURN(FileReader reader, FileReader::Open(from));
  return Carry(reader, to, crypto::kSealedBlockBytes, {},
               [](Bytes block, bool) -> absl::StatusOr<Bytes> { return block; });
}

absl::StatusOr<CarriedFile> SealFile(const fs::path& from, const fs::path& to,
                                     const crypto::BackupPublicKey& key, std::string_view name) {
  HOLDFAST_ASSIGN_OR_RETURN(FileReader reader, FileReader::Open(from));
  crypto::FileSealer sealer(key, name);
  return Carry(reader, to, crypto::kSealedBlockBytes, sealer.head(),
               [&](Bytes block, bool is_last) -> absl::StatusOr<Bytes> {
                 Bytes sealed = sealer.Seal(block, is_last);
                 crypto::WipeBytes(block);
                 return sealed;
               });
}

absl::StatusOr<CarriedFile> OpenSealedFile(const fs::path& from, const fs::path& to,
                                           const crypto::BackupSecretKey& key,
                                           std::string_view name) {
  HOLDFAST_ASSIGN_OR_RETURN(FileReader reader, FileReader::Open(from));
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes head, reader.Take(crypto::kSealedHeadBytes));
  absl::StatusOr<crypto::FileOpener> opener = crypto::FileOpener::Begin(key, name, head);
  if (!opener.ok()) return Naming(from, opener.status());
  return Carry(reader, to, crypto::kSealedBlockBytes + crypto::kSealedBlockExtraBytes, {},
               [&](const Bytes& block, bool is_last) -> absl::StatusOr<Bytes> {
                 const auto opened = opener->Open(block, is_last);
                 if (!opened.ok()) return Naming(from, opened.status());
                 return Bytes(opened->Expose());
               });
}

absl::Status WriteNewFile(const fs::path& to, BytesView content) {
  FileWriter writer(to);
  HOLDFAST_RETURN_IF_ERROR(writer.Write(content));
  return writer.Finish().status();
}

absl::Status WriteNewPublicFile(const fs::path& to, BytesView content) {
  FileWriter writer(to);
  HOLDFAST_RETURN_IF_ERROR(writer.OpenToAll());
  HOLDFAST_RETURN_IF_ERROR(writer.Write(content));
  return writer.Finish().status();
}

absl::Status MakeDirectory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return SyncDirectory(path / "..");
  return errno == EEXIST ? absl::OkStatus() : FileFailure("create", path);
}

}  // namespace holdfast::server
