// The public half of an invitation: what a therapist's device deposits with the
// practice (crypto/PROTOCOL.md "Invitation"). The secret half is
// crypto/invitation.h, which the server never links.
#pragma once

#include <cstdint>

#include "crypto/public/device.h"

namespace holdfast::crypto {

struct InvitationStatement {
  PracticeKey practice;
  LookupId lookup;
  BondId bond;
  AccountKey therapist;
  DeviceId device;  // that signs this
  std::uint64_t expires_at_ms = 0;

  bool operator==(const InvitationStatement&) const = default;
};
Bytes EncodeInvitationStatement(const InvitationStatement& invitation);
absl::StatusOr<InvitationStatement> DecodeInvitationStatement(BytesView statement);
Signed SignInvitationStatement(const SigningKey& device, const InvitationStatement& invitation);
absl::StatusOr<InvitationStatement> VerifyInvitationStatement(const Signed& invitation,
                                                              const DeviceKey& device);

// That the therapist takes an invitation back.
struct InvitationWithdrawal {
  PracticeKey practice;
  LookupId lookup;
  AccountKey therapist;
  DeviceId device;  // that signs this
  std::uint64_t withdrawn_at_ms = 0;

  bool operator==(const InvitationWithdrawal&) const = default;
};
Bytes EncodeInvitationWithdrawal(const InvitationWithdrawal& withdrawal);
absl::StatusOr<InvitationWithdrawal> DecodeInvitationWithdrawal(BytesView statement);
Signed SignInvitationWithdrawal(const SigningKey& device, const InvitationWithdrawal& withdrawal);
absl::StatusOr<InvitationWithdrawal> VerifyInvitationWithdrawal(const Signed& withdrawal,
                                                                const DeviceKey& device);

// The client's answer. Authenticated by a MAC under a key that only the two
// people hold; the server checks only that it is well-formed and consistent.
struct InvitationAnswer {
  PracticeKey practice;
  BondId bond;
  AccountKey therapist;
  AccountKey client;
  Hash client_list_hash;  // of the client's device list, version 1
  std::uint64_t answered_at_ms = 0;

  bool operator==(const InvitationAnswer&) const = default;
};
Bytes EncodeInvitationAnswer(const InvitationAnswer& answer);
absl::StatusOr<InvitationAnswer> DecodeInvitationAnswer(BytesView bytes);

}  // namespace holdfast::crypto
