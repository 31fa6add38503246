// An envelope's header: what the server sees of a message, authenticated by the
// body's and every capsule's encryption. Exact bytes: crypto/PROTOCOL.md "Header".
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"

namespace holdfast {

enum class Kind : std::uint8_t {
  kCheckIn = 1,
  kReply = 2,
  kNote = 3,
  kReceipt = 4,
  kControl = 5,
};

// When the server may release an envelope to its reader.
enum class ReleaseWhen : std::uint8_t {
  kNow = 0,
  kAtTime = 1,
  kSlotOpens = 2,
  kSlotClosesEmpty = 3,
  kPromiseMissed = 4,
};

struct Release {
  ReleaseWhen when = ReleaseWhen::kNow;
  std::uint64_t at_ms = 0;  // kAtTime only, else 0
  SlotId slot;              // kSlotOpens and kSlotClosesEmpty only, else zero

  bool operator==(const Release&) const = default;
};

struct Header {
  BondId bond;
  EnvelopeId envelope;  // random, made and persisted before the first send
  AccountKey sender_account;
  DeviceId sender_device;
  Kind kind = Kind::kNote;
  bool reply_owed = false;
  SlotId slot;          // zero: none
  EnvelopeId reply_to;  // zero: none
  std::uint64_t sent_at_ms = 0;
  Release release;
  std::uint32_t body_bytes = 0;  // the sealed body's exact size
  std::uint32_t sender_list_version = 0;
  std::uint32_t receiver_list_version = 0;

  bool operator==(const Header&) const = default;
};

// Whether a sealed body can have this size: one of the buckets and what sealing adds.
bool IsSealedBucket(std::size_t body_bytes);

// Sealed ahead: stored now, released once its condition is true.
inline bool IsAhead(const Header& header) { return header.release.when != ReleaseWhen::kNow; }

inline constexpr std::size_t kHeaderBytes = 160;

Bytes EncodeHeader(const Header& header);
// Checks version, length, closed enumerations, zero where zero is due, the body
// size against the buckets and times against the protocol's range; errors name
// "header.<field>". Never aborts, whatever the bytes.
absl::StatusOr<Header> DecodeHeader(BytesView bytes);
// What a reader would say of it, for its writer to ask before the bytes are kept.
absl::Status CheckHeader(const Header& header);

}  // namespace holdfast
