#include "crypto/capsule.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/padding.h"
#include "rules/codec.h"
#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

constexpr std::size_t kPadTo = 256;
constexpr std::size_t kContentBytesMax = 2048;

void DecodeHeads(Decoder& decoder, std::vector<ChainHead>& heads) {
  const std::size_t count = decoder.U8("heads");
  if (count > limits::kCapsulesMax) {
    decoder.Fail("heads", "are more than two accounts have devices");
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    ChainHead head;
    head.device = decoder.Fixed<DeviceId>("heads.device");
    head.position = decoder.U64("heads.position");
    head.head = decoder.Fixed<Hash>("heads.head");
    if ((head.position == 0) != head.head.is_zero()) {
      decoder.Fail("heads.head", "must be zero at position 0 and only there");
    }
    if (std::ranges::find(heads, head.device, &ChainHead::device) != heads.end()) {
      decoder.Fail("heads.device", "is named twice");
    }
    heads.push_back(head);
  }
}

ListRef DecodeListRef(Decoder& decoder, std::string_view field) {
  ListRef list;
  list.version = decoder.U32(field);
  list.hash = decoder.Fixed<Hash>(field);
  if (list.version == 0) decoder.Fail(field, "starts at version 1");
  return list;
}

}  // namespace

SecretBytes EncodeCapsule(const Capsule& capsule) {
  if (capsule.heads.size() > limits::kCapsulesMax) std::abort();  // two accounts have no more
  Encoder encoder;
  encoder.Reserve(kContentBytesMax)
      .U8(limits::kProtocolVersion)
      .Raw(capsule.content_key.Expose())
      .Fixed(capsule.message_hash)
      .U64(capsule.position)
      .Fixed(capsule.previous)
      .U8(static_cast<std::uint8_t>(capsule.heads.size()));
  for (const ChainHead& head : capsule.heads) {
    encoder.Fixed(head.device).U64(head.position).Fixed(head.head);
  }
  encoder.U32(capsule.sender_list.version)
      .Fixed(capsule.sender_list.hash)
      .U32(capsule.receiver_list.version)
      .Fixed(capsule.receiver_list.hash)
      .U64(capsule.ledger.entry)
      .Fixed(capsule.ledger.hash);
  const SecretBytes content(encoder.Take());
  return Pad(content.Expose(), (content.size() / kPadTo + 1) * kPadTo);
}

absl::StatusOr<Capsule> DecodeCapsule(BytesView plaintext) {
  const auto content = Unpad(plaintext);
  if (!content || plaintext.size() % kPadTo != 0 || plaintext.size() - content->size() > kPadTo) {
    return Refuse(Reason::kMalformedField, "capsule.padding", "is not the one padding there is");
  }
  Decoder decoder(*content, "capsule");
  Capsule capsule;
  decoder.Version(limits::kProtocolVersion);
  const BytesView content_key = decoder.Raw(ContentKey::size, "content_key");
  capsule.message_hash = decoder.Fixed<Hash>("message_hash");
  capsule.position = decoder.U64("position");
  capsule.previous = decoder.Fixed<Hash>("previous");
  DecodeHeads(decoder, capsule.heads);
  capsule.sender_list = DecodeListRef(decoder, "sender_list");
  capsule.receiver_list = DecodeListRef(decoder, "receiver_list");
  capsule.ledger.entry = decoder.U64("ledger.entry");
  capsule.ledger.hash = decoder.Fixed<Hash>("ledger.hash");
  if (capsule.position == 0) decoder.Fail("position", "starts at 1");
  if ((capsule.position == 1) != capsule.previous.is_zero()) {
    decoder.Fail("previous", "must be zero at position 1 and only there");
  }
  if ((capsule.ledger.entry == 0) != capsule.ledger.hash.is_zero()) {
    decoder.Fail("ledger.hash", "must be zero where there is no entry and only there");
  }
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  HOLDFAST_ASSIGN_OR_RETURN(capsule.content_key,
                            ContentKey::From(content_key, "capsule.content_key"));
  return capsule;
}

}  // namespace holdfast::crypto
