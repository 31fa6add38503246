// A practice that nobody serves, its backups and where they are restored to.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "crypto/public/secret.h"
#include "server/ops/backup/backup.h"
#include "server/ops/backup/backup_verify.h"
#include "server/ops/backup/restore.h"
#include "server/ops/init.h"
#include "server/ops/practice.h"
#include "server/ops/tls_renewal.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {

namespace fs = std::filesystem;
using test::FilesContaining;
using test::ReadFile;
using test::TempDir;
using test::WriteFile;

// Every file and folder below, files with their bytes.
inline std::map<std::string, std::string> TreeOf(const fs::path& folder) {
  std::map<std::string, std::string> tree;
  if (!fs::exists(folder)) return tree;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    tree[fs::relative(entry.path(), folder).string()] =
        entry.is_regular_file() ? ReadFile(entry.path()) : "";
  }
  return tree;
}

inline void FlipBit(const fs::path& file, std::size_t at) {
  std::string bytes = ReadFile(file);
  REQUIRE(bytes.size() > at);
  bytes[at] = static_cast<char>(bytes[at] ^ 4);
  WriteFile(file, bytes);
}

// Whether it was refused, with these words in what it says.
inline bool Refuses(const absl::Status& status, std::string_view words) {
  INFO(status);
  CHECK_FALSE(status.ok());
  return std::string(status.message()).find(words) != std::string::npos;
}

// A practice that nobody serves.
struct Backed {
  TempDir temp;
  fs::path data = temp / "practice";
  fs::path folder = temp / "backups";
  fs::path target = temp / "restored";

  Backed() {
    REQUIRE(crypto::Initialise().ok());
    REQUIRE(InitPractice(data, "").ok());
    Change();
  }

  static std::unique_ptr<Practice> Open(const fs::path& data) {
    const auto directory = DataDirectory::Open(data);
    INFO(directory.status());
    REQUIRE(directory.ok());
    const auto tls = ReadTlsIdentity(*directory);
    REQUIRE(tls.ok());
    auto practice = Practice::Open(*directory, *tls, "127.0.0.1:1", Configuration());
    INFO(practice.status());
    REQUIRE(practice.ok());
    return *std::move(practice);
  }
  // A therapist's code: something that was acknowledged.
  void Change() const {
    const auto practice = Open(data);
    const auto transaction = practice->store().Begin();
    practice->core().BeginBatch();
    REQUIRE(practice->core().AddTherapist(*transaction).ok());
    REQUIRE(practice->core().SealBatch(*transaction).ok());
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }
  static Bytes LifeOf(const fs::path& data) {
    const auto practice = Open(data);
    v1::DescribeResponse response;
    practice->core().BeginBatch();
    REQUIRE(practice->core().Describe(*practice->store().Begin(), {}, response).ok());
    return response.incarnation();
  }
  // Without what opening the store writes: its diary, and locks.
  std::map<std::string, std::string> TreeBesideStore() const {
    auto tree = TreeOf(data);
    std::erase_if(tree, [](const auto& file) { return file.first.starts_with("db/"); });
    tree.erase("lock");
    tree.erase("checkpoint.lock");
    return tree;
  }
  MadeBackup Make(const std::optional<crypto::BackupPublicKey>& to = {}, std::size_t keep = 0) {
    const auto made = MakeBackup({data, folder, to, !to, keep});
    INFO(made.status());
    REQUIRE(made.ok());
    return *made;
  }
  // Its findings, one after the other.
  std::string Verify(const fs::path& backup, const crypto::BackupSecretKey* key = nullptr) const {
    const auto before = TreeOf(backup);
    const auto verified = VerifyBackup({backup, key, temp.path()});
    INFO(verified.status());
    REQUIRE(verified.ok());
    CHECK(TreeOf(backup) == before);
    std::string findings;
    for (const std::string& finding : verified->findings) findings += finding + "\n";
    return findings;
  }
  absl::Status Restore(const fs::path& backup, const crypto::BackupSecretKey* key = nullptr,
                       const std::string& practice_key = "") const {
    RestoreWishes wishes;
    wishes.backup = backup;
    wishes.data = target;
    wishes.key = key;
    if (!practice_key.empty()) wishes.practice_key = crypto::SecretBytes::CopyOf(practice_key);
    return RestoreBackup(wishes).status();
  }
  // Refused with these words, twice, and nothing anywhere is another.
  void CheckRestoreRefused(const fs::path& backup, std::string_view words,
                           const crypto::BackupSecretKey* key = nullptr,
                           const std::string& practice_key = "") const {
    const auto before = TreeOf(temp.path());
    for (int i = 0; i < 2; ++i) {
      CHECK(Refuses(Restore(backup, key, practice_key), words));
      CHECK(TreeOf(temp.path()) == before);
    }
  }
};

}  // namespace holdfast::server
