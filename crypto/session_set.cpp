#include "crypto/session_set.h"

#include <algorithm>

#include "crypto/aead.h"
#include "crypto/public/hash.h"
#include "crypto/session_message.h"
#include "rules/codec.h"
#include "rules/limits.h"
#include "rules/planted.h"

namespace holdfast::crypto {
namespace {

struct AeadKeyTag : SealingTag {};
using AeadKey = Secret<32, AeadKeyTag>;

const Hash& InitiatorOf(const PairContext& context, bool initiator) {
  return initiator ? context.own_certificate : context.peer_certificate;
}
const Hash& ResponderOf(const PairContext& context, bool initiator) {
  return initiator ? context.peer_certificate : context.own_certificate;
}

SessionId SessionIdOf(const PairContext& context, bool initiator, const DhKey& ephemeral) {
  const Hash hash =
      DomainHash(Purpose::kSessionId, {ephemeral.view(), InitiatorOf(context, initiator).view(),
                                       ResponderOf(context, initiator).view()});
  return SessionId::From(hash.view().substr(0, SessionId::size), "session").value();
}

Bytes MessageContext(const PairContext& context, bool initiator, BytesView front) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(context.bond)
      .Fixed(context.therapist)
      .Fixed(context.client)
      .Fixed(InitiatorOf(context, initiator))
      .Fixed(ResponderOf(context, initiator))
      .Raw(front)
      .Take();
}

absl::StatusOr<SecretBytes> Open(Ratchet& ratchet, const PairContext& context, bool initiator,
                                 const SessionMessage& message) {
  HOLDFAST_ASSIGN_OR_RETURN(const MessageKey message_key, ratchet.KeyFor(message.header));
  const auto key = DeriveSecret<AeadKey>(message_key.Expose(), Purpose::kRatchetMessage);
  return AeadOpen(key, message.sealed,
                  AssociatedData{MessageContext(context, initiator, message.front)}, "capsule");
}

}  // namespace

SessionSet::SessionSet(const PairContext& context) : context_(context) {}

SessionSet SessionSet::Clone() const {
  SessionSet copy(context_);
  for (const Entry& entry : sessions_) {
    copy.sessions_.push_back(Entry{entry.id, entry.initiator, entry.preamble, entry.prekey_id,
                                   entry.ephemeral, entry.ratchet.Clone()});
  }
  copy.remembered_ = remembered_;
  return copy;
}

bool SessionSet::can_encrypt() const {
  return !sessions_.empty() && sessions_.front().ratchet.can_send();
}

void SessionSet::InsertFront(Entry entry) {
  if (HOLDFAST_PLANTED(kDropEarlierSession)) sessions_.clear();
  sessions_.insert(sessions_.begin(), std::move(entry));
  if (sessions_.size() > kSessionsPerPairMax) sessions_.pop_back();
}

absl::Status SessionSet::Initiate(const OwnKeys& own, const DhKey& peer_identity,
                                  const Prekey& peer_prekey) {
  const DhPair ephemeral = GenerateDhPair();
  HOLDFAST_ASSIGN_OR_RETURN(
      SessionSecret secret,
      X3dhInitiate(*own.identity, ephemeral.secret, peer_identity, peer_prekey.key, *own.psk));
  HOLDFAST_ASSIGN_OR_RETURN(Ratchet ratchet, Ratchet::Initiate(std::move(secret), peer_prekey.key));
  InsertFront(Entry{SessionIdOf(context_, true, ephemeral.key), true, true, peer_prekey.id,
                    ephemeral.key, std::move(ratchet)});
  return absl::OkStatus();
}

absl::StatusOr<Bytes> SessionSet::Encrypt(BytesView plaintext) {
  if (!can_encrypt()) {
    return NotDecryptable("session", "does not exist yet; begin one with the peer's prekey");
  }
  Entry& entry = sessions_.front();
  const std::optional<Preamble> preamble =
      entry.preamble ? std::optional(Preamble{entry.prekey_id, entry.ephemeral}) : std::nullopt;
  if (plaintext.size() > kSessionPlaintextBytesMax) {
    return Refuse(Reason::kTooLarge, "capsule", "is larger than a capsule may be");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto next, entry.ratchet.NextSending());
  const auto key = DeriveSecret<AeadKey>(next.second.Expose(), Purpose::kRatchetMessage);
  Bytes message = EncodeFront(entry.id, preamble, next.first);
  message +=
      AeadSeal(key, plaintext, AssociatedData{MessageContext(context_, entry.initiator, message)});
  return message;
}

absl::StatusOr<SecretBytes> SessionSet::Decrypt(BytesView sealed, const OwnKeys& own,
                                                const DhKey& peer_identity) {
  HOLDFAST_ASSIGN_OR_RETURN(const SessionMessage message, DecodeSessionMessage(sealed));
  const auto known = std::ranges::find(sessions_, message.session, &Entry::id);
  if (known != sessions_.end()) {
    return DecryptKnown(static_cast<std::size_t>(known - sessions_.begin()), message);
  }
  if (!message.preamble) {
    return NotDecryptable("capsule.session", "belongs to a session that this device does not have");
  }
  return DecryptFirst(message, own, peer_identity);
}

absl::StatusOr<SecretBytes> SessionSet::DecryptKnown(std::size_t index,
                                                     const SessionMessage& message) {
  Entry& entry = sessions_[index];
  if (message.preamble && (entry.initiator || message.preamble->ephemeral != entry.ephemeral ||
                           message.preamble->prekey_id != entry.prekey_id)) {
    return NotDecryptable("capsule.ephemeral", "does not belong to the session that it names");
  }
  Ratchet ratchet = entry.ratchet.Clone();
  HOLDFAST_ASSIGN_OR_RETURN(SecretBytes plaintext,
                            Open(ratchet, context_, entry.initiator, message));
  entry.ratchet = std::move(ratchet);
  entry.preamble = false;
  const auto begin = sessions_.begin();
  std::rotate(begin, begin + static_cast<std::ptrdiff_t>(index),
              begin + static_cast<std::ptrdiff_t>(index) + 1);
  return plaintext;
}

absl::StatusOr<SecretBytes> SessionSet::DecryptFirst(const SessionMessage& message,
                                                     const OwnKeys& own,
                                                     const DhKey& peer_identity) {
  const Preamble& preamble = *message.preamble;
  if (message.session != SessionIdOf(context_, false, preamble.ephemeral)) {
    return NotDecryptable("capsule.session", "does not follow from its ephemeral key");
  }
  if (std::ranges::find(remembered_, preamble.ephemeral, &Remembered::ephemeral) !=
      remembered_.end()) {
    return NotDecryptable("capsule.ephemeral", "began a session before: this is a replay");
  }
  // Without the prekey that it was used with, an ephemeral cannot be replayed.
  const auto expired = [&own](const Remembered& remembered) {
    const auto id = static_cast<std::uint32_t>(remembered.prekey_id);
    return id != 0 && id == remembered.prekey_id && own.prekey(id) == nullptr;
  };
  const auto stale = std::ranges::count_if(remembered_, expired);
  if (remembered_.size() - static_cast<std::size_t>(stale) >= kRememberedEphemeralsMax) {
    return NotDecryptable("capsule.ephemeral", "begins one session too many; try again later");
  }
  const DhSecret* const prekey = own.prekey(preamble.prekey_id);
  if (prekey == nullptr) {
    return NotDecryptable("capsule.prekey_id", "names a prekey that this device no longer has");
  }
  absl::StatusOr<SessionSecret> secret =
      X3dhRespond(*own.identity, *prekey, peer_identity, preamble.ephemeral, *own.psk);
  if (!secret.ok()) return NotDecryptable("capsule.ephemeral", "is not an honest device's key");
  Ratchet ratchet =
      Ratchet::Respond(*std::move(secret), DhPair{prekey->Clone(), DhPublic(*prekey)});
  HOLDFAST_ASSIGN_OR_RETURN(SecretBytes plaintext, Open(ratchet, context_, false, message));
  std::erase_if(remembered_, expired);
  remembered_.push_back({preamble.ephemeral, preamble.prekey_id});
  InsertFront(Entry{message.session, false, false, preamble.prekey_id, preamble.ephemeral,
                    std::move(ratchet)});
  return plaintext;
}

}  // namespace holdfast::crypto
