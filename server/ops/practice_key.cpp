#include "server/ops/practice_key.h"

#include <cstdlib>
#include <string_view>
#include <system_error>
#include <utility>

#include "rules/errors.h"
#include "server/ops/files.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kTitle = "holdfast practice key v1\n";

}  // namespace

absl::Status WritePracticeKey(const std::filesystem::path& path, const crypto::SigningKey& key) {
  const crypto::SecretBytes seed(ToHex(key.seed().Expose()));
  Bytes text;
  text.reserve(kTitle.size() + seed.size() + 1);
  text.append(kTitle).append(seed.Expose()).append("\n");
  const crypto::SecretBytes whole(std::move(text));
  return WriteSmallFile(path, whole.Expose());
}

absl::StatusOr<crypto::SigningKey> ReadPracticeKey(const std::filesystem::path& path) {
  HOLDFAST_ASSIGN_OR_RETURN(Bytes file, ReadSmallFile(path));
  const crypto::SecretBytes text(std::move(file));
  return ParsePracticeKey(text.Expose(), path);
}

std::optional<std::filesystem::path> PracticeKeyHandedOver() {
  const char* const credentials = std::getenv("CREDENTIALS_DIRECTORY");
  if (credentials == nullptr) return std::nullopt;
  std::filesystem::path key = std::filesystem::path(credentials) / "practice.key";
  std::error_code ignored;
  if (!std::filesystem::exists(key, ignored)) return std::nullopt;
  return key;
}

std::filesystem::path PracticeKeyOf(const DataDirectory& directory) {
  return PracticeKeyHandedOver().value_or(directory.practice_key());
}

absl::StatusOr<crypto::SigningKey> ParsePracticeKey(BytesView text,
                                                    const std::filesystem::path& path) {
  std::string_view rest = text;
  const bool titled = rest.substr(0, kTitle.size()) == kTitle;
  rest.remove_prefix(titled ? kTitle.size() : 0);
  while (!rest.empty() && (rest.back() == '\n' || rest.back() == ' ')) rest.remove_suffix(1);
  const crypto::SecretBytes bytes(FromHex(rest, "practice.key").value_or(Bytes()));
  auto seed = crypto::SigningSeed::From(bytes.Expose(), "practice.key");
  if (!seed.ok() || !titled) {
    return Refuse(Reason::kStorageFailed, "",
                  path.string() +
                      " is damaged: bring it back from a backup; without it this practice cannot "
                      "prove who it is");
  }
  return crypto::SigningKey(*std::move(seed));
}

}  // namespace holdfast::server
