// A backup is whole or not there; what is damaged in it is found; and what is restored from
// it is what was backed up, and knows that it was restored.
#include "server/ops/backup/backup.h"

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <string>

#include "crypto/public/secret.h"
#include "rules/errors.h"
#include "server/ops/backup/backup_files.h"
#include "server/ops/backup/backup_folder.h"
#include "server/ops/backup/backup_key.h"
#include "server/ops/backup/backup_verify.h"
#include "server/ops/backup/checkpoint.h"
#include "server/ops/backup/restore.h"
#include "server/ops/init.h"
#include "server/ops/practice.h"
#include "server/ops/practice_key.h"
#include "server/ops/tls_renewal.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;
using test::FilesContaining;
using test::ReadFile;
using test::TempDir;
using test::WriteFile;

// Every file and folder below, files with their bytes.
std::map<std::string, std::string> TreeOf(const fs::path& folder) {
  std::map<std::string, std::string> tree;
  if (!fs::exists(folder)) return tree;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    tree[fs::relative(entry.path(), folder).string()] =
        entry.is_regular_file() ? ReadFile(entry.path()) : "";
  }
  return tree;
}

void FlipBit(const fs::path& file, std::size_t at) {
  std::string bytes = ReadFile(file);
  REQUIRE(bytes.size() > at);
  bytes[at] = static_cast<char>(bytes[at] ^ 4);
  WriteFile(file, bytes);
}

// Whether it was refused, with these words in what it says.
bool Refuses(const absl::Status& status, std::string_view words) {
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

}  // namespace

TEST_CASE("a manifest says the same when it is read, and no line of it can be another") {
  BackupManifest manifest;
  manifest.made_at_ms = 1'790'000'000'000;
  manifest.store_format = 1;
  manifest.newest_write = 77;
  manifest.newest_batch = 7;
  manifest.files.push_back({"db/000012.sst", {Hash(), 12}, {Hash(), 12}});
  const std::string text = WriteManifest(manifest);
  const auto read = ParseManifest(text);
  REQUIRE(read.ok());
  CHECK(WriteManifest(*read) == text);
  CHECK(read->files[0].path == "db/000012.sst");
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string other = text;
    other[at] = static_cast<char>(other[at] ^ 1);
    CHECK_FALSE(ParseManifest(other).ok());
  }
  CHECK_FALSE(ParseManifest(text.substr(0, text.size() - 1)).ok());
  CHECK_FALSE(ParseManifest("").ok());
  for (const char* path : {"../x", "/etc/passwd", "db/../../x", "a b", ""}) {
    manifest.files[0].path = path;
    CHECK(Refuses(ParseManifest(WriteManifest(manifest)).status(), "cannot be read"));
  }
}

TEST_CASE("a backup of a newer version is refused in words") {
  Backed practice;
  const fs::path backup = practice.Make().path;
  std::string text = ReadFile(backup / "manifest");
  WriteFile(backup / "manifest", "holdfast backup v2" + text.substr(text.find('\n')));
  practice.CheckRestoreRefused(backup, "newer version");
  BackupManifest manifest = ParseManifest(text).value();
  manifest.store_format += 1;
  WriteFile(backup / "manifest", WriteManifest(manifest));
  practice.CheckRestoreRefused(backup, "newer version");
  CHECK(ReasonOf(VerifyBackup({backup, nullptr, {}}).status()) == Reason::kNewerFormat);
}

TEST_CASE("what is the same as in the backup before is shared with it, unless it rotted there") {
  Backed practice;
  const MadeBackup first = practice.Make();
  CHECK(first.linked == 0);
  CHECK(practice.Verify(first.path).empty());
  practice.Change();
  const fs::path table = [&] {
    for (const auto& entry : fs::directory_iterator(first.path / "db")) {
      if (entry.path().extension() == ".sst") return entry.path();
    }
    return fs::path();
  }();
  REQUIRE_FALSE(table.empty());
  const MadeBackup second = practice.Make();
  CHECK(second.linked >= 1);
  CHECK(fs::hard_link_count(table) == 2);
  FlipBit(table, 10);
  CHECK(practice.Verify(second.path).find("not as it was written") != std::string::npos);
  const MadeBackup third = practice.Make();
  CHECK(fs::hard_link_count(table) == 2);
  CHECK(practice.Verify(third.path).empty());
  CHECK(ReadFile(third.path / "store") == ReadFile(practice.data / "store").substr(0, 60));
}

TEST_CASE("without being told to, a backup that is not sealed holds no key") {
  Backed practice;
  const auto made = MakeBackup({practice.data, practice.folder, {}, false, 0});
  REQUIRE(made.ok());
  const std::string seed = ReadFile(practice.data / "practice.key");
  CHECK(FilesContaining(practice.folder, seed).empty());
  CHECK_FALSE(fs::exists(made->path / "tls.key"));
  practice.CheckRestoreRefused(made->path, "--practice-key");
  Bytes other;
  {
    const auto path = practice.temp / "other.key";
    REQUIRE(WritePracticeKey(path, crypto::SigningKey::Generate()).ok());
    other = ReadFile(path);
  }
  practice.CheckRestoreRefused(made->path, "another practice's key", nullptr, other);
  practice.CheckRestoreRefused(made->path, "is damaged", nullptr, "no key");
  REQUIRE(practice.Restore(made->path, nullptr, seed).ok());
  CHECK(Backed::LifeOf(practice.target) != Backed::LifeOf(practice.data));
}

TEST_CASE("a sealed backup shows nothing of what is in it, and opens with its key alone") {
  Backed practice;
  const auto key = crypto::GenerateBackupKey();
  const auto other = crypto::GenerateBackupKey();
  const MadeBackup made = practice.Make(crypto::PublicOf(key));
  for (const char* file : {"practice.key", "tls.key", "tls.crt", "holdfast.toml"}) {
    CHECK(FilesContaining(practice.folder, ReadFile(practice.data / file)).empty());
  }
  CHECK(practice.Verify(made.path).empty());
  CHECK(practice.Verify(made.path, &key).empty());
  CHECK(Refuses(VerifyBackup({made.path, &other, {}}).status(), "sealed to the public key"));
  practice.CheckRestoreRefused(made.path, "--key FILE");
  practice.CheckRestoreRefused(made.path, "sealed to the public key", &other);
  // Sealed again it would be other bytes, so it is shared.
  CHECK(practice.Make(crypto::PublicOf(key)).linked >= made.manifest.files.size() - 5);
  // To another key nothing is.
  CHECK(practice.Make(crypto::PublicOf(other)).linked == 0);
  REQUIRE(practice.Restore(made.path, &key).ok());
  CHECK(ReadFile(practice.target / "practice.key") == ReadFile(practice.data / "practice.key"));
  CHECK(ReadFile(practice.target / "tls.crt") == ReadFile(practice.data / "tls.crt"));
  CHECK(practice.Verify(practice.folder, &other).empty());  // the newest is the other's
}

TEST_CASE("a backup that no restore would take is not said to be whole") {
  Backed practice;
  const auto key = crypto::GenerateBackupKey();
  const bool is_sealed = GENERATE(false, true);
  const MadeBackup made = is_sealed ? practice.Make(crypto::PublicOf(key)) : practice.Make();
  CHECK(practice.Verify(made.path, &key).empty());
  const std::string manifest = ReadFile(made.path / "manifest");
  for (const char* needed : {"store", "holdfast.toml", "practice.key", "tls.key", "tls.crt"}) {
    BackupManifest without = made.manifest;
    const BackupFile file = *without.Find(needed);
    std::erase_if(without.files, [&](const BackupFile& one) { return one.path == needed; });
    const fs::path path = made.path / without.StoredPath(file);
    const std::string bytes = ReadFile(path);
    fs::remove(path);
    WriteFile(made.path / "manifest", WriteManifest(without));
    CHECK(practice.Verify(made.path, &key).find(std::string("has no ") + needed) !=
          std::string::npos);
    practice.CheckRestoreRefused(made.path, std::string("has no ") + needed, &key);
    WriteFile(path, bytes);
    WriteFile(made.path / "manifest", manifest);
  }
}

TEST_CASE("what is in a backup is compared with what its manifest says of it") {
  Backed practice;
  const auto key = crypto::GenerateBackupKey();
  const MadeBackup made = practice.Make(crypto::PublicOf(key));
  const auto verified = [&](BackupManifest manifest) {
    WriteFile(made.path / "manifest", WriteManifest(manifest));
    return practice.Verify(made.path, &key);
  };
  for (const char* file : {"store", "holdfast.toml", "practice.key", "tls.crt"}) {
    BackupManifest changed = made.manifest;
    for (BackupFile& one : changed.files) {
      if (one.path == file) one.plain.bytes += 1;
    }
    CHECK(verified(changed).find(std::string(file) + " is not what the manifest says") !=
          std::string::npos);
  }
  BackupManifest changed = made.manifest;
  changed.newest_batch += 1;
  CHECK(verified(changed).find("batch") != std::string::npos);
  // As a version that did not look at keys made it: sealed as they lay there.
  changed = made.manifest;
  for (BackupFile& one : changed.files) {
    if (one.path != "practice.key") continue;
    WriteFile(practice.temp / "empty", "");
    const fs::path sealed = made.path / changed.StoredPath(one);
    fs::remove(sealed);
    const auto carried =
        SealFile(practice.temp / "empty", sealed, crypto::PublicOf(key), "practice.key");
    REQUIRE(carried.ok());
    one.plain = carried->read;
    one.stored = carried->written;
  }
  CHECK(verified(changed).find("practice.key is damaged") != std::string::npos);
  CHECK(verified(made.manifest).find("practice.key.sealed is not as it was written") !=
        std::string::npos);
}

TEST_CASE("each damaged, missing or foreign file of a backup is named") {
  Backed practice;
  const auto key = crypto::GenerateBackupKey();
  const bool is_sealed = GENERATE(false, true);
  const MadeBackup made = is_sealed ? practice.Make(crypto::PublicOf(key)) : practice.Make();
  for (const BackupFile& file : made.manifest.files) {
    const fs::path path = made.path / made.manifest.StoredPath(file);
    const std::string bytes = ReadFile(path);
    FlipBit(path, bytes.size() / 2);
    CHECK(practice.Verify(made.path, &key).find(made.manifest.StoredPath(file)) !=
          std::string::npos);
    practice.CheckRestoreRefused(made.path, "", &key);
    fs::remove(path);
    CHECK(practice.Verify(made.path).find(made.manifest.StoredPath(file)) != std::string::npos);
    practice.CheckRestoreRefused(made.path, "", &key);
    WriteFile(path, bytes);
  }
  WriteFile(made.path / "db" / "000099.sst", "from elsewhere");
  CHECK(practice.Verify(made.path).find("db/000099.sst is not a file of this backup") !=
        std::string::npos);
  fs::remove(made.path / "db" / "000099.sst");
  CHECK(practice.Verify(made.path, &key).empty());
  fs::remove(made.path / "manifest");
  practice.CheckRestoreRefused(made.path, "no backup");
}

TEST_CASE("a restored practice begins one new life, with its first start") {
  Backed practice;
  const Bytes before = Backed::LifeOf(practice.data);
  const fs::path backup = practice.Make().path;
  REQUIRE(practice.Restore(practice.folder).ok());
  CHECK(fs::exists(practice.target / "restored"));
  const Bytes after = Backed::LifeOf(practice.target);
  CHECK(after != before);
  CHECK_FALSE(fs::exists(practice.target / "restored"));
  CHECK(Backed::LifeOf(practice.target) == after);
  // The same backup once more is another life again.
  fs::remove_all(practice.target);
  REQUIRE(practice.Restore(backup).ok());
  CHECK(Backed::LifeOf(practice.target) != after);
  practice.CheckRestoreRefused(backup, "a practice's directory already");
}

TEST_CASE("a backup of another practice than the key that is named is refused, keys and all") {
  Backed practice;
  const Backed other;
  const fs::path backup = practice.Make().path;
  practice.CheckRestoreRefused(backup, "another practice's key", nullptr,
                               ReadFile(other.data / "practice.key"));
  CHECK(practice.Restore(backup, nullptr, ReadFile(practice.data / "practice.key")).ok());
}

TEST_CASE("a restored store that lost its end before its first start is not served as whole") {
  Backed practice;
  const fs::path backup = practice.Make().path;
  REQUIRE(practice.Restore(backup).ok());
  fs::remove_all(practice.target / "db");
  const auto directory = DataDirectory::Open(practice.target);
  const auto tls = ReadTlsIdentity(*directory);
  CHECK(Refuses(Practice::Open(*directory, *tls, "127.0.0.1:1", Configuration()).status(),
                "put the copy there first"));
}

TEST_CASE("a restore that was interrupted is refused at the start, and can be repeated") {
  Backed practice;
  const fs::path backup = practice.Make().path;
  // As a kill leaves it: in the middle, and right before the end.
  fs::create_directory(practice.target);
  fs::permissions(practice.target, fs::perms::owner_all);
  WriteFile(practice.target / "restoring", backup.string());
  SECTION("at the beginning") {}
  SECTION("in the middle") {
    fs::create_directory(practice.target / "db");
    WriteFile(practice.target / "db" / "CURRENT", "MANIF");
    WriteFile(practice.target / "store", "half");
  }
  SECTION("right before the end") {
    fs::copy(practice.data, practice.target, fs::copy_options::recursive);
    fs::permissions(practice.target, fs::perms::owner_all);
    WriteFile(practice.target / "restored", backup.string());
  }
  CHECK(Refuses(DataDirectory::Open(practice.target).status(), "was interrupted"));
  CHECK(Refuses(InitPractice(practice.target, ""), ""));
  REQUIRE(practice.Restore(backup).ok());
  CHECK(Backed::LifeOf(practice.target) != Backed::LifeOf(practice.data));
}

TEST_CASE("what lies in the target is never touched") {
  Backed practice;
  const fs::path backup = practice.Make().path;
  fs::create_directory(practice.target);
  WriteFile(practice.target / "letter", "mine");
  practice.CheckRestoreRefused(backup, "not empty");
}

TEST_CASE(
    "a target that another restore holds, or that cannot be locked, is not marked or filled") {
  Backed practice;
  const fs::path backup = practice.Make().path;
  {
    const auto directory = DataDirectory::CreateToRestore(practice.target);
    REQUIRE(directory.ok());
    const auto held = directory->TryLock();
    REQUIRE((held.ok() && *held));
    practice.CheckRestoreRefused(backup, "by another holdfastd");
  }
  // Killed right behind the lock, it can be repeated.
  CHECK(TreeOf(practice.target).size() == 1);
  fs::remove(practice.target / "lock");
  fs::create_directory(practice.target / "lock");
  WriteFile(practice.target / "restoring", "x");
  practice.CheckRestoreRefused(backup, "cannot open");
  fs::remove(practice.target / "lock");
  fs::remove(practice.target / "restoring");
  WriteFile(practice.target / "lock", "");
  CHECK(practice.Restore(backup).ok());
}

TEST_CASE("an interrupted backup is no backup, and the next one clears it away") {
  Backed practice;
  const fs::path first = practice.Make().path;
  const fs::path half = practice.folder / "20300101T000000Z.partial";
  fs::copy(first, half, fs::copy_options::recursive);
  CHECK(ResolveBackup(practice.folder).value() == first);
  practice.Make();
  CHECK_FALSE(fs::exists(half));
  CHECK(BackupsIn(practice.folder)->size() == 2);
  CHECK_FALSE(fs::exists(practice.data / "checkpoint"));
}

TEST_CASE("the oldest go once the newest is there, and only so many are left") {
  Backed practice;
  const fs::path first = practice.Make().path;
  const fs::path second = practice.Make({}, 2).path;
  CHECK(fs::exists(first));
  WriteFile(practice.folder / "letter", "not a backup");
  fs::create_directory(practice.folder / "20200101T000000Z");  // without a manifest
  const MadeBackup third = practice.Make({}, 2);
  CHECK(third.removed == 1);
  CHECK_FALSE(fs::exists(first));
  CHECK(fs::exists(second));
  CHECK(fs::exists(practice.folder / "letter"));
  CHECK(fs::exists(practice.folder / "20200101T000000Z"));
  CHECK(practice.Verify(third.path).empty());
  // One that was made while the clock was ahead is no reason to lose what is made now.
  fs::rename(third.path, practice.folder / "20990101T000000Z");
  const MadeBackup now = practice.Make({}, 1);
  CHECK(fs::exists(now.path));
}

TEST_CASE("a folder that Holdfast did not name is never removed, whatever is in it") {
  Backed practice;
  const fs::path first = practice.Make().path;
  std::vector<fs::path> others;
  for (const char* name :
       {"20200101T000000Z-before-upgrade", "20200101T000000Z-", "20200101T000000Z-2b",
        "20200101T000000Z-before.partial", "20200101T000000Zx"}) {
    others.push_back(practice.folder / name);
    fs::copy(first, others.back(), fs::copy_options::recursive);
  }
  fs::copy(first, practice.folder / "20200101T000000Z-2", fs::copy_options::recursive);
  CHECK(BackupsIn(practice.folder)->size() == 2);
  CHECK(practice.Make({}, 1).removed == 2);
  CHECK_FALSE(fs::exists(practice.folder / "20200101T000000Z-2"));
  for (const fs::path& other : others) CHECK(fs::exists(other / "manifest"));
}

TEST_CASE("a backup is refused where it would be lost, mixed up or made twice at once") {
  Backed practice;
  const auto refused = [&](const fs::path& folder, std::string_view words) {
    const auto before = practice.TreeBesideStore();
    CHECK(Refuses(MakeBackup({practice.data, folder, {}, false, 0}).status(), words));
    CHECK(practice.TreeBesideStore() == before);
  };
  refused(practice.data / "backups", "would be lost with it");
  refused(practice.data, "would be lost with it");
  refused("", "name the folder");
  Backed other;
  other.Make();
  refused(other.folder, "another practice");
  CHECK(BackupsIn(other.folder)->size() == 1);
  const auto directory = DataDirectory::Open(practice.data);
  const auto held = Checkpoint::Take(*directory);
  REQUIRE(held.ok());
  refused(practice.folder, "under way");
}

TEST_CASE(
    "what lies in another practice's folder is left alone, also where its newest is damaged") {
  Backed practice;
  Backed other;
  other.Make();
  const fs::path newest = other.Make().path;
  const fs::path half = other.folder / "20300101T000000Z.partial";
  fs::copy(newest, half, fs::copy_options::recursive);
  const auto refused = [&](std::string_view words) {
    const auto before = TreeOf(other.folder);
    CHECK(Refuses(MakeBackup({practice.data, other.folder, {}, false, 1}).status(), words));
    CHECK(TreeOf(other.folder) == before);
  };
  refused("another practice");
  WriteFile(newest / "manifest", "damaged");
  refused("another practice");
  const auto all = BackupsIn(other.folder);
  REQUIRE(all.ok());
  for (const fs::path& path : *all) WriteFile(path / "manifest", "damaged");
  refused("whose backups");
}

TEST_CASE("a damaged manifest is no reason to share nothing with the backup before it") {
  Backed practice;
  practice.Make();
  WriteFile(practice.Make().path / "manifest", "damaged");
  CHECK(practice.Make().linked >= 1);
}

TEST_CASE("a copy that was left behind goes, and one that is in use stays") {
  Backed practice;
  const auto directory = DataDirectory::Open(practice.data);
  {
    const auto held = Checkpoint::Take(*directory);
    REQUIRE(held.ok());
    CHECK(fs::exists(held->database() / "CURRENT"));
    RemoveLeftCheckpoint(*directory);
    CHECK(fs::exists(held->database() / "CURRENT"));
  }
  CHECK_FALSE(fs::exists(practice.data / "checkpoint"));
  fs::create_directory(practice.data / "checkpoint");
  RemoveLeftCheckpoint(*directory);
  CHECK_FALSE(fs::exists(practice.data / "checkpoint"));
}

TEST_CASE("when the newest backup was made is remembered") {
  Backed practice;
  const auto directory = DataDirectory::Open(practice.data);
  CHECK_FALSE(ReadLastBackup(*directory)->has_value());
  const MadeBackup made = practice.Make();
  const auto last = ReadLastBackup(*directory);
  REQUIRE(last.ok());
  CHECK((*last)->made_at_ms == made.manifest.made_at_ms);
  CHECK((*last)->path == made.path.string());
}

TEST_CASE("the halves of a backup key are told apart, and a key is never written over") {
  const TempDir temp;
  REQUIRE(crypto::Initialise().ok());
  const mode_t mask = ::umask(077);  // as main() sets it
  const auto made = MakeBackupKey(temp / "key");
  (void)::umask(mask);
  REQUIRE(made.ok());
  const std::string secret = ReadFile(temp / "key");
  const std::string open = ReadFile(temp / "key.pub");
  CHECK(crypto::PublicOf(ReadBackupKey(secret, "key").value()) == *made);
  CHECK(ReadBackupPublicKey(open, "key.pub").value() == *made);
  CHECK(Refuses(ReadBackupKey(open, "key.pub").status(), "no secret key"));
  CHECK(Refuses(ReadBackupPublicKey(secret, "key").status(), "no public key"));
  // A point of small order would seal for everybody.
  CHECK(Refuses(
      ReadBackupPublicKey(open.substr(0, open.find('\n') + 1) + std::string(64, '0'), "").status(),
      "no public key"));
  CHECK(Refuses(MakeBackupKey(temp / "key").status(), "is there already"));
  CHECK(ReadFile(temp / "key") == secret);
  // Whoever backs up reads the public half; nobody else the secret one.
  CHECK((fs::status(temp / "key").permissions() & fs::perms::all) == fs::perms(0600));
  CHECK((fs::status(temp / "key.pub").permissions() & fs::perms::all) == fs::perms(0644));
}

TEST_CASE("files of every length are carried, sealed and opened as they were") {
  const TempDir temp;
  const auto key = crypto::GenerateBackupKey();
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, crypto::kSealedBlockBytes - 1, crypto::kSealedBlockBytes,
        crypto::kSealedBlockBytes + 1, 3 * crypto::kSealedBlockBytes}) {
    const std::string bytes(size, 'x');
    WriteFile(temp / "plain", bytes);
    const auto sealed = SealFile(temp / "plain", temp / "sealed", crypto::PublicOf(key), "name");
    REQUIRE(sealed.ok());
    CHECK(HashFile(temp / "sealed").value() == sealed->written);
    const auto opened = OpenSealedFile(temp / "sealed", temp / "opened", key, "name");
    INFO(opened.status());
    REQUIRE(opened.ok());
    CHECK(opened->written == sealed->read);
    CHECK(ReadFile(temp / "opened") == bytes);
    REQUIRE(CopyFile(temp / "plain", temp / "copy").ok());
    CHECK(ReadFile(temp / "copy") == bytes);
    CHECK_FALSE(CopyFile(temp / "plain", temp / "copy").ok());  // never over another
    for (const char* made : {"sealed", "opened", "copy"}) fs::remove(temp / made);
  }
}

}  // namespace holdfast::server
