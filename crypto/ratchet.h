// The Double Ratchet (Signal, revision 1): X25519, HKDF-SHA-256 for the root,
// HMAC-SHA-256 for the chains, XChaCha20-Poly1305 with a random nonce for
// messages (crypto/PROTOCOL.md "Ratchet").
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/x3dh.h"

namespace holdfast::crypto {

// More than a peer's device sends between two syncs; bounds the work that one
// message can cause.
inline constexpr std::size_t kSkippedPerStepMax = 256;
// Stored keys of messages still on their way; beyond it the oldest goes.
inline constexpr std::size_t kSkippedStoredMax = 512;

using RootKey = Secret<32, struct RootKeyTag>;
using ChainKey = Secret<32, struct ChainKeyTag>;
using MessageKey = Secret<32, struct MessageKeyTag>;

// How ratchets and sessions refuse what does not open, naming `field`.
absl::Status NotDecryptable(std::string_view field, std::string_view message);

struct RatchetHeader {
  DhKey key;                   // the sender's current ratchet key
  std::uint32_t previous = 0;  // messages in its chain before that
  std::uint32_t number = 0;    // of this message in its chain, from 0
};

class Ratchet {
 public:
  // The initiator knows the responder's signed prekey and can send at once.
  static absl::StatusOr<Ratchet> Initiate(SessionSecret secret, const DhKey& peer_prekey);
  // The responder can send after its first receipt.
  static Ratchet Respond(SessionSecret secret, DhPair own_prekey);

  Ratchet(Ratchet&&) = default;
  Ratchet& operator=(Ratchet&&) = default;
  Ratchet Clone() const;

  bool can_send() const { return sending_.has_value(); }

  // The next message's header and key; advances the sending chain.
  absl::StatusOr<std::pair<RatchetHeader, MessageKey>> NextSending();
  // The key for a message that arrived; advances as far as its header says. The
  // caller works on a Clone() and keeps it only if the message opens.
  // not_decryptable where the key is used up or too far ahead.
  absl::StatusOr<MessageKey> KeyFor(const RatchetHeader& header);

  // Versioned.
  SecretBytes Serialize() const;
  static absl::StatusOr<Ratchet> Parse(BytesView bytes);

 private:
  struct Chain {
    ChainKey key;
    std::uint32_t next = 0;
  };
  struct Skipped {
    DhKey key;
    std::uint32_t number = 0;
    MessageKey message_key;
  };

  Ratchet() = default;
  absl::Status StepReceiving(const DhKey& peer);
  absl::Status Skip(std::uint32_t until);
  std::optional<MessageKey> TakeSkipped(const RatchetHeader& header);

  RootKey root_;
  DhPair own_;
  std::optional<DhKey> peer_;
  std::optional<Chain> sending_;
  std::optional<Chain> receiving_;
  std::uint32_t previous_ = 0;
  std::list<Skipped> skipped_;  // oldest first
};

}  // namespace holdfast::crypto
