// The invitation that a therapist hands a client in person: the root of trust of
// a bond (crypto/PROTOCOL.md "Invitation").
#pragma once

#include <cstdint>
#include <string>

#include "crypto/public/invitation_statement.h"
#include "crypto/public/secret.h"

namespace holdfast::crypto {

struct Invitation {
  CodeSecret secret;
  PracticeKey practice;
  AccountKey therapist;
  std::uint64_t expires_at_ms = 0;  // whole seconds in the text
  std::string address;              // host:port, at most limits::kAddressBytesMax
};

std::string EncodeInvitation(const Invitation& invitation);  // "HFI-…"
absl::StatusOr<Invitation> DecodeInvitation(std::string_view text);

// Everything that the secret gives. Derived with practice and therapist as
// context, so that one secret never serves two invitations.
struct InvitationKeys {
  LookupId lookup;
  BondId bond;
  PreSharedKey psk;
  MacKey mac;
};
InvitationKeys DeriveInvitationKeys(const Invitation& invitation);

Mac InvitationAnswerMac(const MacKey& key, BytesView answer);

}  // namespace holdfast::crypto
