// A ratchet's state as bytes, and back.
#include "crypto/ratchet.h"
#include "rules/codec.h"

namespace holdfast::crypto {
namespace {

constexpr std::uint8_t kRatchetStateVersion = 1;
constexpr std::uint8_t kHasPeer = 1;
constexpr std::uint8_t kHasSending = 2;
constexpr std::uint8_t kHasReceiving = 4;
constexpr std::size_t kSkippedBytes = DhKey::size + 4 + MessageKey::size;
// Everything but the skipped keys, with room.
constexpr std::size_t kFixedBytesMax = 256;

template <class SecretType>
SecretType ReadSecret(Decoder& decoder, std::string_view field) {
  const BytesView bytes = decoder.Raw(SecretType::size, field);
  return bytes.empty() ? SecretType() : SecretType::From(bytes, field).value();
}

}  // namespace

SecretBytes Ratchet::Serialize() const {
  const unsigned flags =
      (peer_ ? kHasPeer : 0U) | (sending_ ? kHasSending : 0U) | (receiving_ ? kHasReceiving : 0U);
  Encoder encoder;
  encoder.Reserve(kFixedBytesMax + skipped_.size() * kSkippedBytes)
      .U8(kRatchetStateVersion)
      .U8(static_cast<std::uint8_t>(flags))
      .Raw(root_.Expose())
      .Raw(own_.secret.Expose())
      .Fixed(own_.key);
  if (peer_) encoder.Fixed(*peer_);
  if (sending_) encoder.Raw(sending_->key.Expose()).U32(sending_->next);
  if (receiving_) encoder.Raw(receiving_->key.Expose()).U32(receiving_->next);
  encoder.U32(previous_).U16(static_cast<std::uint16_t>(skipped_.size()));
  for (const Skipped& skipped : skipped_) {
    encoder.Fixed(skipped.key).U32(skipped.number).Raw(skipped.message_key.Expose());
  }
  return SecretBytes(encoder.Take());
}

absl::StatusOr<Ratchet> Ratchet::Parse(BytesView bytes) {
  Decoder decoder(bytes, "session");
  decoder.Version(kRatchetStateVersion);
  const unsigned flags = decoder.U8("flags");
  const auto read_chain = [&](std::string_view field) {
    ChainKey key = ReadSecret<ChainKey>(decoder, field);
    return Chain{std::move(key), decoder.U32(field)};
  };
  Ratchet ratchet;
  ratchet.root_ = ReadSecret<RootKey>(decoder, "root");
  ratchet.own_.secret = ReadSecret<DhSecret>(decoder, "own_secret");
  ratchet.own_.key = decoder.Fixed<DhKey>("own_key");
  if (flags & kHasPeer) ratchet.peer_ = decoder.Fixed<DhKey>("peer");
  if (flags & kHasSending) ratchet.sending_ = read_chain("sending");
  if (flags & kHasReceiving) ratchet.receiving_ = read_chain("receiving");
  ratchet.previous_ = decoder.U32("previous");
  const std::size_t count = decoder.U16("skipped");
  const bool chains_without_peer = !ratchet.peer_ && (ratchet.sending_ || ratchet.receiving_);
  if (flags > (kHasPeer | kHasSending | kHasReceiving) || chains_without_peer) {
    decoder.Fail("flags", "do not describe a session");
  }
  if (count > kSkippedStoredMax || decoder.remaining() != count * kSkippedBytes) {
    decoder.Fail("skipped", "does not fit the number of stored keys");
  }
  HOLDFAST_RETURN_IF_ERROR(decoder.remaining() == 0 ? decoder.Finish() : absl::OkStatus());
  for (std::size_t i = 0; i < count && decoder.remaining() >= kSkippedBytes; ++i) {
    const auto key = decoder.Fixed<DhKey>("skipped.key");
    const std::uint32_t number = decoder.U32("skipped.number");
    ratchet.skipped_.push_back(
        {key, number, ReadSecret<MessageKey>(decoder, "skipped.message_key")});
  }
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return ratchet;
}

}  // namespace holdfast::crypto
