// A session's state as bytes, and back.
#include <algorithm>

#include "crypto/session_set.h"
#include "rules/codec.h"

namespace holdfast::crypto {
namespace {

constexpr std::uint8_t kSessionsStateVersion = 1;
constexpr std::uint8_t kInitiator = 1;
constexpr std::uint8_t kPreamble = 2;
constexpr std::size_t kRememberedBytes = DhKey::size + 8;
// A session without its ratchet, and the state's own fields.
constexpr std::size_t kEntryBytes = SessionId::size + 1 + 4 + DhKey::size + 2;
constexpr std::size_t kFixedBytes = 4;

}  // namespace

SecretBytes SessionSet::Serialize() const {
  std::vector<SecretBytes> ratchets;
  std::size_t size = kFixedBytes + remembered_.size() * kRememberedBytes;
  for (const Entry& entry : sessions_) {
    ratchets.push_back(entry.ratchet.Serialize());
    size += kEntryBytes + ratchets.back().size();
  }
  Encoder encoder;
  encoder.Reserve(size).U8(kSessionsStateVersion).U8(static_cast<std::uint8_t>(sessions_.size()));
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    const Entry& entry = sessions_[i];
    const unsigned flags = (entry.initiator ? kInitiator : 0U) | (entry.preamble ? kPreamble : 0U);
    encoder.Fixed(entry.id)
        .U8(static_cast<std::uint8_t>(flags))
        .U32(entry.prekey_id)
        .Fixed(entry.ephemeral)
        .Var(ratchets[i].Expose());
  }
  encoder.U16(static_cast<std::uint16_t>(remembered_.size()));
  for (const Remembered& remembered : remembered_) {
    encoder.Fixed(remembered.ephemeral).U64(remembered.prekey_id);
  }
  return SecretBytes(encoder.Take());
}

absl::StatusOr<SessionSet> SessionSet::Parse(const PairContext& context, BytesView bytes) {
  Decoder decoder(bytes, "sessions");
  decoder.Version(kSessionsStateVersion);
  SessionSet set(context);
  const std::size_t sessions = decoder.U8("sessions");
  if (sessions > kSessionsPerPairMax) decoder.Fail("sessions", "are more than five");
  for (std::size_t i = 0; i < std::min(sessions, kSessionsPerPairMax); ++i) {
    const auto id = decoder.Fixed<SessionId>("id");
    const unsigned flags = decoder.U8("flags");
    const std::uint32_t prekey_id = decoder.U32("prekey_id");
    const auto ephemeral = decoder.Fixed<DhKey>("ephemeral");
    const BytesView state = decoder.Var("ratchet");
    if (flags > (kInitiator | kPreamble) || flags == kPreamble) {
      decoder.Fail("flags", "do not describe a session");
    }
    if (state.empty()) {
      decoder.Fail("ratchet", "is missing");
      break;
    }
    HOLDFAST_ASSIGN_OR_RETURN(Ratchet ratchet, Ratchet::Parse(state));
    set.sessions_.push_back(Entry{id, (flags & kInitiator) != 0, (flags & kPreamble) != 0,
                                  prekey_id, ephemeral, std::move(ratchet)});
  }
  const std::size_t remembered = decoder.U16("remembered");
  if (remembered > kRememberedEphemeralsMax) decoder.Fail("remembered", "are too many");
  for (std::size_t i = 0; i < std::min(remembered, kRememberedEphemeralsMax); ++i) {
    const auto ephemeral = decoder.Fixed<DhKey>("remembered.ephemeral");
    set.remembered_.push_back({ephemeral, decoder.U64("remembered.prekey_id")});
  }
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return set;
}

}  // namespace holdfast::crypto
