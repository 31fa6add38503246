#include "server/ops/practice_key.h"

#include <string_view>
#include <utility>

#include "rules/errors.h"
#include "server/ops/files.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kTitle = "holdfast practice key v1\n";

}  // namespace

absl::Status WritePracticeKey(const std::filesystem::path& path, const crypto::SigningKey& key) {
  std::string seed = ToHex(key.seed().Expose());
  Bytes text;
  text.reserve(kTitle.size() + seed.size() + 1);
  text.append(kTitle).append(seed).append("\n");
  absl::Status written = WriteSmallFile(path, text);
  crypto::WipeBytes(seed);
  crypto::WipeBytes(text);
  return written;
}

absl::StatusOr<crypto::SigningKey> ReadPracticeKey(const std::filesystem::path& path) {
  HOLDFAST_ASSIGN_OR_RETURN(Bytes text, ReadSmallFile(path));
  std::string_view rest = text;
  const bool titled = rest.substr(0, kTitle.size()) == kTitle;
  rest.remove_prefix(titled ? kTitle.size() : 0);
  while (!rest.empty() && (rest.back() == '\n' || rest.back() == ' ')) rest.remove_suffix(1);
  auto seed_bytes = FromHex(rest, "practice.key");
  auto seed = seed_bytes.ok() && titled
                  ? crypto::SigningSeed::From(*seed_bytes, "practice.key")
                  : absl::StatusOr<crypto::SigningSeed>(absl::InvalidArgumentError("malformed"));
  if (seed_bytes.ok()) crypto::WipeBytes(*seed_bytes);
  crypto::WipeBytes(text);
  if (!seed.ok()) {
    return Refuse(Reason::kStorageFailed, "",
                  path.string() +
                      " is damaged: bring it back from a backup; without it this practice cannot "
                      "prove who it is");
  }
  return crypto::SigningKey(*std::move(seed));
}

}  // namespace holdfast::server
