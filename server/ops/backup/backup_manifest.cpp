#include "server/ops/backup/backup_manifest.h"

#include <algorithm>
#include <charconv>

#include "crypto/public/file_hash.h"
#include "rules/errors.h"
#include "server/core/records/limits.h"
#include "server/ops/files.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kManifestTitle = "holdfast backup v";
constexpr std::string_view kManifestVersion = "1";
constexpr std::string_view kNobody = "nobody";

Hash HashOfText(std::string_view text) {
  crypto::FileHasher hasher;
  hasher.Add(text);
  return hasher.Finish();
}

absl::Status DamagedManifest(std::string_view what) {
  return Refuse(
      Reason::kIntegrity, "",
      "the manifest of this backup is damaged (" + std::string(what) + "): use another backup");
}

// Takes the text up to `end` away, and `end` with it.
std::string_view TakeUntil(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return taken;
}

// Remembers the first thing that is not as it was written.
class ManifestLines {
 public:
  explicit ManifestLines(std::string_view text) : rest_(text) {}

  bool has_more() const { return ok_ && !rest_.empty(); }
  bool ok() const { return ok_; }

  // The rest of the next line, which begins with this word.
  std::string_view Line(std::string_view word) {
    std::string_view line = TakeUntil(rest_, '\n');
    ok_ = ok_ && TakeUntil(line, ' ') == word;
    return line;
  }
  std::uint64_t Number(std::string_view digits) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    ok_ = ok_ && error == std::errc() && end == digits.data() + digits.size();
    return number;
  }
  template <class Id>
  Id Hex(std::string_view digits) {
    const auto bytes = FromHex(digits, "manifest");
    ok_ = ok_ && bytes.ok() && bytes->size() == Id::size;
    return ok_ ? Id::From(*bytes, "manifest").value() : Id();
  }
  FileFacts Facts(std::string_view& line) {
    FileFacts facts;
    facts.hash = Hex<Hash>(TakeUntil(line, ' '));
    facts.bytes = Number(TakeUntil(line, ' '));
    return facts;
  }
  void Check(bool holds) { ok_ = ok_ && holds; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// A path that leads nowhere but into the folder.
bool IsPlainPath(std::string_view path) {
  constexpr std::string_view kInPaths =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
  return !path.empty() && path.size() <= kBackupPathBytesMax && path.front() != '/' &&
         path.find("..") == std::string_view::npos &&
         path.find_first_not_of(kInPaths) == std::string_view::npos;
}

absl::Status CheckTitle(std::string_view text) {
  const std::string_view title = text.substr(0, text.find('\n'));
  if (!title.starts_with(kManifestTitle)) return DamagedManifest("its first line");
  if (title.substr(kManifestTitle.size()) == kManifestVersion) return absl::OkStatus();
  return Refuse(Reason::kNewerFormat, "",
                "this backup was made by a newer version of Holdfast: install that version; "
                "nothing was changed");
}

}  // namespace

std::uint64_t BackupManifest::plain_bytes() const {
  std::uint64_t sum = 0;
  for (const BackupFile& file : files) sum += file.plain.bytes;
  return sum;
}

std::string BackupManifest::StoredPath(const BackupFile& file) const {
  return sealed_to ? file.path + ".sealed" : file.path;
}

const BackupFile* BackupManifest::Find(std::string_view path) const {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const BackupFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

std::string WriteManifest(const BackupManifest& manifest) {
  std::string text(kManifestTitle);
  const auto line = [&](const char* word, const std::string& value) {
    text += std::string(word) + " " + value + "\n";
  };
  text.append(kManifestVersion).append("\n");
  line("practice", manifest.practice.hex());
  line("made-at", std::to_string(manifest.made_at_ms));
  line("store-format", std::to_string(manifest.store_format));
  line("newest-write", std::to_string(manifest.newest_write));
  line("newest-batch", std::to_string(manifest.newest_batch));
  line("sealed-to", manifest.sealed_to ? manifest.sealed_to->hex() : std::string(kNobody));
  line("keys", manifest.has_keys ? "yes" : "no");
  for (const BackupFile& file : manifest.files) {
    line("file", file.stored.hash.hex() + " " + std::to_string(file.stored.bytes) + " " +
                     file.plain.hash.hex() + " " + std::to_string(file.plain.bytes) + " " +
                     file.path);
  }
  return text + "end " + HashOfText(text).hex() + "\n";
}

absl::StatusOr<BackupManifest> ParseManifest(std::string_view text) {
  HOLDFAST_RETURN_IF_ERROR(CheckTitle(text));
  const std::size_t end = text.rfind("\nend ");
  if (end == std::string_view::npos) return DamagedManifest("its end is missing");
  const std::string_view before = text.substr(0, end + 1);
  if (text.substr(end + 1) != "end " + HashOfText(before).hex() + "\n") {
    return DamagedManifest("it is not as it was written");
  }
  ManifestLines lines(before.substr(before.find('\n') + 1));
  BackupManifest manifest;
  manifest.practice = lines.Hex<PracticeKey>(lines.Line("practice"));
  manifest.made_at_ms = lines.Number(lines.Line("made-at"));
  manifest.store_format = static_cast<std::uint32_t>(lines.Number(lines.Line("store-format")));
  manifest.newest_write = lines.Number(lines.Line("newest-write"));
  manifest.newest_batch = lines.Number(lines.Line("newest-batch"));
  if (const auto to = lines.Line("sealed-to"); to != kNobody) {
    manifest.sealed_to = lines.Hex<crypto::BackupPublicKey>(to);
  }
  manifest.has_keys = lines.Line("keys") == "yes";
  while (lines.has_more()) {
    std::string_view line = lines.Line("file");
    BackupFile file;
    file.stored = lines.Facts(line);
    file.plain = lines.Facts(line);
    file.path = std::string(line);
    lines.Check(IsPlainPath(file.path));
    manifest.files.push_back(std::move(file));
  }
  if (!lines.ok()) return DamagedManifest("a line of it cannot be read");
  return manifest;
}

absl::StatusOr<BackupManifest> ReadManifest(const std::filesystem::path& backup) {
  std::error_code error;
  const std::filesystem::path path = backup / kManifestName;
  if (!std::filesystem::exists(path, error) && !error) {
    return Refuse(Reason::kUsage, "backup",
                  backup.string() +
                      " is no backup: it has no manifest. Name a backup, or the "
                      "folder that holds them");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes text, ReadSmallFile(path, kManifestBytesMax));
  return ParseManifest(text);
}

absl::Status CheckRestorable(const BackupManifest& manifest) {
  if (manifest.store_format > kStoredFormat) {
    return Refuse(Reason::kNewerFormat, "",
                  "the store in this backup is of a newer version of Holdfast: install that "
                  "version; nothing was changed");
  }
  std::vector<std::string> needed = {"db/CURRENT", "store", "holdfast.toml"};
  if (manifest.has_keys) needed.insert(needed.end(), {"practice.key", "tls.key", "tls.crt"});
  for (const std::string& path : needed) {
    if (manifest.Find(path) != nullptr) continue;
    return Refuse(Reason::kIntegrity, "",
                  "this backup has no " + path + ": use another backup, and make a new one");
  }
  return absl::OkStatus();
}

absl::Status CheckOpens(const BackupManifest& manifest, const crypto::BackupSecretKey& key) {
  if (!manifest.sealed_to || crypto::PublicOf(key) == *manifest.sealed_to) return absl::OkStatus();
  return Refuse(Reason::kUsage, "key",
                "this backup was sealed to the public key " + manifest.sealed_to->hex() +
                    ": name the key that belongs to it");
}

}  // namespace holdfast::server
