// What is sealed to a key opens with its secret half alone, whole, in order and under its
// own name, or not at all.
#include "crypto/public/sealed_file.h"

#include <optional>
#include <utility>
#include <vector>

#include "crypto/public/file_hash.h"
#include "rules/errors.h"
#include "support/catch.h"

namespace holdfast::crypto {
namespace {

constexpr const char* kName = "db/000012.blob";

// Made by version 0.2.0.
constexpr const char* kEarlierKey =
    "afe0e74bb9421f0d105bcadb7eda9f68c1cb6646d90ad7ed5eaa2c3fd5f9fc38";
constexpr const char* kEarlierFile =
    "686f6c6466617374207365616c65642076310aa71516c59ccfe080c7a336637a77c5f3afd6e5038e"
    "25215671bd1a9312412b72d1d2e6286bdef47468ee829a9676e1f856f86e42cebd0c1b7d1c794a26"
    "719a54650c10dc7d8727c2556860331ca4a8b2513ab3462b82bff64693bb84a4aaebc7f6ddf642b7"
    "67062b0837b933e177a50b87eb8590c51cd36f0ae07da2d748f7eac6ea57bec43a8a";

// Head, then the sealed blocks.
struct SealedBlocks {
  Bytes head;
  std::vector<Bytes> blocks;
};

SealedBlocks SealBlocks(const BackupPublicKey& to, const std::vector<Bytes>& blocks) {
  FileSealer sealer(to, kName);
  SealedBlocks sealed{sealer.head(), {}};
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    sealed.blocks.push_back(sealer.Seal(blocks[i], i + 1 == blocks.size()));
  }
  return sealed;
}

// The opened blocks together; nullopt where anything is refused as not what was sealed.
std::optional<Bytes> Opened(const BackupSecretKey& key, const SealedBlocks& sealed,
                            std::string_view name = kName) {
  auto opener = FileOpener::Begin(key, name, sealed.head);
  if (!opener.ok()) {
    CHECK(ReasonOf(opener.status()) == Reason::kIntegrity);
    return std::nullopt;
  }
  Bytes whole;
  for (std::size_t i = 0; i < sealed.blocks.size(); ++i) {
    const auto block = opener->Open(sealed.blocks[i], i + 1 == sealed.blocks.size());
    if (!block.ok()) {
      CHECK(ReasonOf(block.status()) == Reason::kIntegrity);
      return std::nullopt;
    }
    whole += block->Expose();
  }
  return whole;
}

}  // namespace

TEST_CASE("a sealed file opens with its key, and says nothing without") {
  const BackupSecretKey key = GenerateBackupKey();
  const SealedBlocks sealed = SealBlocks(PublicOf(key), {"one ", "two ", ""});
  CHECK(sealed.head.size() == kSealedHeadBytes);
  CHECK(sealed.blocks[0].size() == 4 + kSealedBlockExtraBytes);
  CHECK(Opened(key, sealed) == "one two ");
  CHECK_FALSE(Opened(GenerateBackupKey(), sealed));
  CHECK(sealed.blocks[0].find("one") == Bytes::npos);
  // Sealing the same again is other bytes.
  CHECK(SealBlocks(PublicOf(key), {"one "}).blocks[0] != sealed.blocks[0]);
}

TEST_CASE("a sealed file that was changed, cut, reordered or renamed does not open") {
  const BackupSecretKey key = GenerateBackupKey();
  const SealedBlocks sealed = SealBlocks(PublicOf(key), {"one", "two", "three"});
  SealedBlocks other = sealed;
  SECTION("a bit of a block") { other.blocks[1][3] = static_cast<char>(other.blocks[1][3] ^ 1); }
  SECTION("a bit of the head") { other.head[30] = static_cast<char>(other.head[30] ^ 1); }
  SECTION("a bit of the head's end") {
    other.head.back() = static_cast<char>(other.head.back() ^ 1);
  }
  SECTION("its last block is gone") { other.blocks.pop_back(); }
  SECTION("a block is gone") { other.blocks.erase(other.blocks.begin()); }
  SECTION("two blocks changed places") { std::swap(other.blocks[0], other.blocks[1]); }
  SECTION("something comes behind its end") { other.blocks.push_back(other.blocks[2]); }
  SECTION("a block of nothing") { other.blocks[0].clear(); }
  SECTION("another title") { other.head[0] = 'H'; }
  SECTION("a short head") { other.head.pop_back(); }
  CHECK_FALSE(Opened(key, other));
  CHECK_FALSE(Opened(key, sealed, "db/000013.blob"));
  CHECK(Opened(key, sealed) == "onetwothree");
}

// Sealing draws a key, so there is a file to open and none to make.
TEST_CASE("what an earlier version sealed opens") {
  const auto key = BackupSecretKey::From(FromHex(kEarlierKey, "key").value(), "key");
  const auto file = FromHex(kEarlierFile, "file");
  REQUIRE(file.ok());
  SealedBlocks sealed{file->substr(0, kSealedHeadBytes), {file->substr(kSealedHeadBytes)}};
  CHECK(Opened(*key, sealed) == "kept for years");
}

TEST_CASE("a file's hash is what b2sum says, however it is read") {
  FileHasher whole, parts;
  whole.Add("abc");
  parts.Add("a");
  parts.Add("");
  parts.Add("bc");
  const Hash hash = whole.Finish();
  CHECK(hash == parts.Finish());
  // printf abc | b2sum -l 256
  CHECK(hash.hex() == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  CHECK(FileHasher().Finish().hex() ==
        "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

}  // namespace holdfast::crypto
