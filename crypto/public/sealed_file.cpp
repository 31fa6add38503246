#include "crypto/public/sealed_file.h"

#include <sodium.h>

#include <cstdlib>
#include <utility>

#include "crypto/public/octets.h"
#include "rules/errors.h"

namespace holdfast::crypto {
namespace {

constexpr std::string_view kSealedTitle = "holdfast sealed v1\n";
constexpr std::string_view kSealedDomain = "Holdfast/v1/sealed-file";
constexpr std::size_t kBoxBytes =
    crypto_secretstream_xchacha20poly1305_KEYBYTES + crypto_box_SEALBYTES;
static_assert(kSealedHeadBytes ==
              kSealedTitle.size() + kBoxBytes + crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(kSealedBlockExtraBytes == crypto_secretstream_xchacha20poly1305_ABYTES);
static_assert(sizeof(crypto_secretstream_xchacha20poly1305_state) <= SealedFileState::kBytes);

using StreamKey = Secret<crypto_secretstream_xchacha20poly1305_KEYBYTES, struct StreamKeyTag>;

crypto_secretstream_xchacha20poly1305_state* StreamState(SealedFileState& state) {
  return reinterpret_cast<crypto_secretstream_xchacha20poly1305_state*>(state.memory());
}

Bytes BoundTo(std::string_view name) {
  Bytes bound(kSealedDomain);
  bound.push_back('\0');
  return bound.append(name);
}

unsigned char TagFor(bool is_last) {
  return is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                 : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
}

unsigned char* Room(Bytes& bytes, std::size_t at) {
  return reinterpret_cast<unsigned char*>(bytes.data()) + at;
}

}  // namespace

BackupSecretKey GenerateBackupKey() { return BackupSecretKey::Random(); }

BackupPublicKey PublicOf(const BackupSecretKey& key) {
  BackupPublicKey derived;
  crypto_scalarmult_base(derived.data(), key.data());
  return derived;
}

FileSealer::FileSealer(const BackupPublicKey& to, std::string_view name)
    : head_(kSealedTitle), bound_to_(BoundTo(name)) {
  const StreamKey key = StreamKey::Random();
  head_.resize(kSealedHeadBytes);
  // Fails for a key of small order alone, which ReadBackupPublicKey refuses.
  if (crypto_box_seal(Room(head_, kSealedTitle.size()), key.data(), StreamKey::size, to.data()) !=
      0) {
    std::abort();
  }
  crypto_secretstream_xchacha20poly1305_init_push(
      StreamState(state_), Room(head_, kSealedTitle.size() + kBoxBytes), key.data());
}

Bytes FileSealer::Seal(BytesView block, bool is_last) {
  Bytes sealed(block.size() + kSealedBlockExtraBytes, '\0');
  crypto_secretstream_xchacha20poly1305_push(StreamState(state_), Room(sealed, 0), nullptr,
                                             Octets(block), block.size(), Octets(bound_to_),
                                             bound_to_.size(), TagFor(is_last));
  return sealed;
}

absl::StatusOr<FileOpener> FileOpener::Begin(const BackupSecretKey& key, std::string_view name,
                                             BytesView head) {
  if (head.size() != kSealedHeadBytes || !head.starts_with(kSealedTitle)) {
    return Refuse(Reason::kIntegrity, "", "is not a file that Holdfast sealed");
  }
  const BackupPublicKey own = PublicOf(key);
  StreamKey stream_key;
  const BytesView box = head.substr(kSealedTitle.size(), kBoxBytes);
  if (crypto_box_seal_open(stream_key.data(), Octets(box), box.size(), own.data(), key.data()) !=
      0) {
    return Refuse(Reason::kIntegrity, "", "was sealed to another key, or its beginning is damaged");
  }
  FileOpener opener;
  opener.bound_to_ = BoundTo(name);
  const BytesView start = head.substr(kSealedTitle.size() + kBoxBytes);
  if (crypto_secretstream_xchacha20poly1305_init_pull(StreamState(opener.state_), Octets(start),
                                                      stream_key.data()) != 0) {
    return Refuse(Reason::kIntegrity, "", "has a damaged beginning");
  }
  return absl::StatusOr<FileOpener>(std::move(opener));
}

absl::StatusOr<SecretBytes> FileOpener::Open(BytesView sealed, bool is_last) {
  unsigned char tag = 0;
  if (sealed.size() >= kSealedBlockExtraBytes) {
    Bytes opened(sealed.size() - kSealedBlockExtraBytes, '\0');
    const int failed = crypto_secretstream_xchacha20poly1305_pull(
        StreamState(state_), Room(opened, 0), nullptr, &tag, Octets(sealed), sealed.size(),
        Octets(bound_to_), bound_to_.size());
    SecretBytes block(std::move(opened));
    if (failed == 0 && tag == TagFor(is_last)) return block;
  }
  return Refuse(Reason::kIntegrity, "", "was changed, cut, or put under another name");
}

}  // namespace holdfast::crypto
