// All sessions between one of our devices and one of a peer's within a bond, as
// in Signal's Sesame: at most five, the one that last received is the one that
// sends. This is the only way in and out of the ratchet
// (crypto/PROTOCOL.md "Sessions").
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/public/device.h"
#include "crypto/ratchet.h"
#include "rules/limits.h"

namespace holdfast::crypto {

struct SessionMessage;  // crypto/session_message.h

inline constexpr std::size_t kSessionsPerPairMax = 5;
// Initial ephemerals remembered against replay; as many as a pair can honestly
// begin while prekeys are kept, with room.
inline constexpr std::size_t kRememberedEphemeralsMax = 1024;
// Version, session, flags, preamble, ratchet header, nonce and tag of a message.
inline constexpr std::size_t kSessionOverheadBytesMax = 1 + 16 + 1 + 36 + 40 + 24 + 16;
inline constexpr std::size_t kSessionPlaintextBytesMax =
    limits::kCapsuleBytesMax - kSessionOverheadBytesMax;

// Associated data of every message of the pair.
struct PairContext {
  BondId bond;
  AccountKey therapist;
  AccountKey client;
  Hash own_certificate;
  Hash peer_certificate;
};

// What this device brings to a handshake.
struct OwnKeys {
  const DhSecret* identity = nullptr;
  const PreSharedKey* psk = nullptr;
  // The secret of our signed prekey with this id, or null when it is gone.
  std::function<const DhSecret*(std::uint32_t id)> prekey;
};

class SessionSet {
 public:
  explicit SessionSet(const PairContext& context);
  SessionSet(SessionSet&&) = default;
  SessionSet& operator=(SessionSet&&) = default;
  SessionSet Clone() const;

  // Whether Encrypt can be called; else Initiate first.
  bool can_encrypt() const;
  // Begins a session towards a verified device. The first messages carry what the
  // peer needs to answer it.
  absl::Status Initiate(const OwnKeys& own, const DhKey& peer_identity, const Prekey& peer_prekey);

  // version || session || flags || [prekey id || ephemeral] || ratchet header ||
  // nonce || ciphertext || tag. Advances the state: commit it to the vault before
  // the bytes leave.
  // too_large beyond kSessionPlaintextBytesMax.
  absl::StatusOr<Bytes> Encrypt(BytesView plaintext);
  // Opens a message of a known session, or of a new one that the peer began.
  // Failure changes nothing. A replayed first message never replaces a session.
  // not_decryptable or malformed_field.
  absl::StatusOr<SecretBytes> Decrypt(BytesView sealed, const OwnKeys& own,
                                      const DhKey& peer_identity);

  std::size_t session_count() const { return sessions_.size(); }

  // Versioned; does not contain the context.
  SecretBytes Serialize() const;
  static absl::StatusOr<SessionSet> Parse(const PairContext& context, BytesView bytes);

 private:
  struct Entry {
    SessionId id;
    bool initiator = false;
    // The initiator repeats this until the peer has answered.
    bool preamble = false;
    std::uint32_t prekey_id = 0;
    DhKey ephemeral;
    Ratchet ratchet;
  };
  struct Remembered {
    DhKey ephemeral;
    // Ours, that it was used with. 0, or more than 32 bits where an earlier version kept a
    // time here: not known.
    std::uint64_t prekey_id = 0;
  };

  void InsertFront(Entry entry);
  absl::StatusOr<SecretBytes> DecryptKnown(std::size_t index, const SessionMessage& message);
  absl::StatusOr<SecretBytes> DecryptFirst(const SessionMessage& message, const OwnKeys& own,
                                           const DhKey& peer_identity);

  PairContext context_;
  std::vector<Entry> sessions_;  // the sending one first
  std::vector<Remembered> remembered_;
};

}  // namespace holdfast::crypto
