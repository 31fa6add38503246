#include "crypto/ratchet.h"

#include <limits>

#include "crypto/public/hash.h"

namespace holdfast::crypto {
namespace {

constexpr BytesView kMessageStep("\1", 1);
constexpr BytesView kChainStep("\2", 1);
constexpr std::uint32_t kNumberMax = std::numeric_limits<std::uint32_t>::max() - 1;

template <class Key>
Key ChainOutput(const HmacKey& chain, BytesView step) {
  Mac mac = chain.Of({step});
  Key key = Key::From(mac.view(), "chain").value();
  Wipe(mac.data(), Mac::size);
  return key;
}

// KDF_RK: advances the root and gives a new chain.
ChainKey AdvanceRoot(RootKey& root, const SharedSecret& shared) {
  const SecretBytes output = Hkdf(root.Expose(), shared.Expose(), DomainOf(Purpose::kRatchetRoot),
                                  RootKey::size + ChainKey::size);
  root = RootKey::From(output.Expose().substr(0, RootKey::size), "root").value();
  ChainKey chain = ChainKey::From(output.Expose().substr(RootKey::size), "chain").value();
  return chain;
}

// KDF_CK: the next message key; the chain key moves on.
MessageKey AdvanceChain(ChainKey& chain) {
  const HmacKey keyed(chain.Expose());
  MessageKey key = ChainOutput<MessageKey>(keyed, kMessageStep);
  chain = ChainOutput<ChainKey>(keyed, kChainStep);
  return key;
}

}  // namespace

absl::Status NotDecryptable(std::string_view field, std::string_view message) {
  return Refuse(Reason::kNotDecryptable, field, message);
}

absl::StatusOr<Ratchet> Ratchet::Initiate(SessionSecret secret, const DhKey& peer_prekey) {
  Ratchet ratchet;
  ratchet.root_ = RootKey::From(secret.Expose(), "session").value();
  ratchet.own_ = GenerateDhPair();
  ratchet.peer_ = peer_prekey;
  HOLDFAST_ASSIGN_OR_RETURN(const SharedSecret shared,
                            Dh(ratchet.own_.secret, peer_prekey, "prekey.key"));
  ratchet.sending_ = Chain{AdvanceRoot(ratchet.root_, shared)};
  return ratchet;
}

Ratchet Ratchet::Respond(SessionSecret secret, DhPair own_prekey) {
  Ratchet ratchet;
  ratchet.root_ = RootKey::From(secret.Expose(), "session").value();
  ratchet.own_ = std::move(own_prekey);
  return ratchet;
}

Ratchet Ratchet::Clone() const {
  const auto clone = [](const std::optional<Chain>& chain) {
    return chain ? std::optional(Chain{chain->key.Clone(), chain->next}) : std::nullopt;
  };
  Ratchet copy;
  copy.root_ = root_.Clone();
  copy.own_ = own_.Clone();
  copy.peer_ = peer_;
  copy.sending_ = clone(sending_);
  copy.receiving_ = clone(receiving_);
  copy.previous_ = previous_;
  for (const Skipped& skipped : skipped_) {
    copy.skipped_.push_back({skipped.key, skipped.number, skipped.message_key.Clone()});
  }
  return copy;
}

absl::StatusOr<std::pair<RatchetHeader, MessageKey>> Ratchet::NextSending() {
  if (!sending_) return NotDecryptable("session", "cannot send before the peer's first message");
  if (sending_->next > kNumberMax) {
    return NotDecryptable("session", "is worn out; begin a new one");
  }
  const RatchetHeader header{own_.key, previous_, sending_->next};
  ++sending_->next;
  return std::pair(header, AdvanceChain(sending_->key));
}

absl::StatusOr<MessageKey> Ratchet::KeyFor(const RatchetHeader& header) {
  if (auto key = TakeSkipped(header)) return *std::move(key);
  if (!peer_ || header.key != *peer_) {
    HOLDFAST_RETURN_IF_ERROR(Skip(header.previous));
    HOLDFAST_RETURN_IF_ERROR(StepReceiving(header.key));
  }
  if (!receiving_ || header.number < receiving_->next || header.number > kNumberMax) {
    return NotDecryptable("capsule.number", "was opened already, or its key has been given up");
  }
  HOLDFAST_RETURN_IF_ERROR(Skip(header.number));
  ++receiving_->next;
  return AdvanceChain(receiving_->key);
}

absl::Status Ratchet::StepReceiving(const DhKey& peer) {
  const auto received = Dh(own_.secret, peer, "capsule.ratchet_key");
  if (!received.ok()) return NotDecryptable("capsule.ratchet_key", "is not an honest device's key");
  receiving_ = Chain{AdvanceRoot(root_, *received)};
  peer_ = peer;
  previous_ = sending_ ? sending_->next : 0;
  own_ = GenerateDhPair();
  const auto sent = Dh(own_.secret, peer, "capsule.ratchet_key");
  if (!sent.ok()) return NotDecryptable("capsule.ratchet_key", "is not an honest device's key");
  sending_ = Chain{AdvanceRoot(root_, *sent)};
  return absl::OkStatus();
}

absl::Status Ratchet::Skip(std::uint32_t until) {
  if (!receiving_ || until <= receiving_->next) return absl::OkStatus();
  if (until - receiving_->next > kSkippedPerStepMax) {
    return NotDecryptable("capsule.number", "is too far ahead of what has arrived");
  }
  while (receiving_->next < until) {
    skipped_.push_back({*peer_, receiving_->next, AdvanceChain(receiving_->key)});
    ++receiving_->next;
  }
  while (skipped_.size() > kSkippedStoredMax) skipped_.pop_front();
  return absl::OkStatus();
}

std::optional<MessageKey> Ratchet::TakeSkipped(const RatchetHeader& header) {
  for (auto skipped = skipped_.begin(); skipped != skipped_.end(); ++skipped) {
    if (skipped->number == header.number && skipped->key == header.key) {
      std::optional<MessageKey> key(std::move(skipped->message_key));
      skipped_.erase(skipped);
      return key;
    }
  }
  return std::nullopt;
}

}  // namespace holdfast::crypto
