#include "rules/header.h"

#include <algorithm>

#include "rules/codec.h"
#include "rules/limits.h"

namespace holdfast {
namespace {

Release DecodeRelease(Decoder& decoder) {
  Release release;
  const std::uint8_t when = decoder.U8("release.when");
  release.at_ms = decoder.U64("release.at_ms");
  release.slot = decoder.Fixed<SlotId>("release.slot");
  if (when > static_cast<std::uint8_t>(ReleaseWhen::kPromiseMissed)) {
    decoder.Fail("release.when", "is not a known release condition");
    return release;
  }
  release.when = static_cast<ReleaseWhen>(when);
  if (release.when == ReleaseWhen::kAtTime) {
    decoder.CheckTime(release.at_ms, "release.at_ms");
  } else if (release.at_ms != 0) {
    decoder.Fail("release.at_ms", "must be 0 for this release condition");
  }
  const bool has_slot =
      release.when == ReleaseWhen::kSlotOpens || release.when == ReleaseWhen::kSlotClosesEmpty;
  if (has_slot == release.slot.is_zero()) {
    decoder.Fail("release.slot", has_slot ? "must name a slot" : "must be zero");
  }
  return release;
}

}  // namespace

bool IsSealedBucket(std::size_t body_bytes) {
  return std::ranges::any_of(limits::kBucketBytes, [&](std::size_t bucket) {
    return body_bytes == bucket + limits::kBodyOverheadBytes;
  });
}

Bytes EncodeHeader(const Header& header) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(header.bond)
      .Fixed(header.envelope)
      .Fixed(header.sender_account)
      .Fixed(header.sender_device)
      .U8(static_cast<std::uint8_t>(header.kind))
      .U8(header.reply_owed ? 1 : 0)
      .Fixed(header.slot)
      .Fixed(header.reply_to)
      .U64(header.sent_at_ms)
      .U8(static_cast<std::uint8_t>(header.release.when))
      .U64(header.release.at_ms)
      .Fixed(header.release.slot)
      .U32(header.body_bytes)
      .U32(header.sender_list_version)
      .U32(header.receiver_list_version)
      .Take();
}

absl::StatusOr<Header> DecodeHeader(BytesView bytes) {
  Decoder decoder(bytes, "header");
  Header header;
  decoder.Version(limits::kProtocolVersion);
  header.bond = decoder.Fixed<BondId>("bond");
  header.envelope = decoder.Fixed<EnvelopeId>("envelope");
  header.sender_account = decoder.Fixed<AccountKey>("sender_account");
  header.sender_device = decoder.Fixed<DeviceId>("sender_device");
  const std::uint8_t kind = decoder.U8("kind");
  header.reply_owed = decoder.Flag("reply_owed");
  header.slot = decoder.Fixed<SlotId>("slot");
  header.reply_to = decoder.Fixed<EnvelopeId>("reply_to");
  header.sent_at_ms = decoder.U64("sent_at_ms");
  header.release = DecodeRelease(decoder);
  header.body_bytes = decoder.U32("body_bytes");
  header.sender_list_version = decoder.U32("sender_list_version");
  header.receiver_list_version = decoder.U32("receiver_list_version");

  if (kind < 1 || kind > static_cast<std::uint8_t>(Kind::kControl)) {
    decoder.Fail("kind", "is not a known kind");
  } else {
    header.kind = static_cast<Kind>(kind);
  }
  if (header.envelope.is_zero()) decoder.Fail("envelope", "must not be zero");
  decoder.CheckTime(header.sent_at_ms, "sent_at_ms");
  if (!IsSealedBucket(header.body_bytes)) decoder.Fail("body_bytes", "is not a sealed bucket size");
  if (header.sender_list_version == 0) decoder.Fail("sender_list_version", "starts at 1");
  if (header.receiver_list_version == 0) decoder.Fail("receiver_list_version", "starts at 1");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return header;
}

absl::Status CheckHeader(const Header& header) {
  return CheckReadsBack(header, EncodeHeader(header), DecodeHeader);
}

}  // namespace holdfast
