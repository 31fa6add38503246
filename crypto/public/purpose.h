// Domain separation: the closed list of what a hash, key derivation, MAC or
// signature can be for. Its input begins with "Holdfast/v1/<name>" and, for
// hashes and signatures, a zero byte, so that bytes made for one purpose never
// pass for another.
#pragma once

#include <string_view>

#include "rules/identifiers.h"

namespace holdfast::crypto {

enum class Purpose : unsigned char {
  // The kinds of signatures stand together and in this order: SignerOf relies on it.
  // Signatures by an account key.
  kCertificate,
  kDeviceList,
  kRecovery,
  kArchiveEpoch,
  // Signatures by a device key.
  kPrekey,
  kLogin,
  kInvitation,
  kInvitationWithdrawal,
  kAct,
  kSuspension,
  kArchiveRecord,
  // Signatures by the practice key.
  kEndorsement,
  kSuccession,
  kAccount,
  kBond,
  kBatch,
  // Hashes.
  kCertificateHash,
  kDeviceListHash,
  kDeviceId,
  kMessageHash,
  kEnvelopeHash,
  kCapsuleHash,
  kChainHead,
  kEnrolmentTokenHash,
  kRecoveryTokenHash,
  kSealedAccountHash,
  kArchiveRecordHash,
  kArchiveSealedHash,
  kCodeChecksum,
  kCodeLine,
  kSessionId,
  kActHash,
  kLedgerEntry,
  // Keys derived from an invitation's secret.
  kInvitationLookup,
  kInvitationBond,
  kInvitationPsk,
  kInvitationMac,
  // ... from an enrolment code's, a recovery code's and a link code's.
  kEnrolmentToken,
  kRecoveryLookup,
  kRecoveryToken,
  kRecoveryWrap,
  kRecoveryAccount,
  kLinkLookup,
  kLinkAccount,
  // ... around the archive.
  kArchiveContent,
  kArchiveForDevice,
  kArchivePrevious,
  // ... in sessions, bodies, tokens and vaults.
  kX3dh,
  kRatchetRoot,
  kRatchetMessage,
  kBodyKey,
  kBodyCommitment,
  kAheadNote,
  kLoginToken,
  kLoginNonce,
  kVaultWrap,
};

namespace internal {
template <Purpose kPurpose>
constexpr auto Signer() {
  if constexpr (kPurpose <= Purpose::kArchiveEpoch) {
    return AccountKey();
  } else if constexpr (kPurpose <= Purpose::kArchiveRecord) {
    return DeviceKey();
  } else {
    static_assert(kPurpose <= Purpose::kBatch, "nothing is signed for this purpose");
    return PracticeKey();
  }
}
}  // namespace internal

// The kind of key that signs for a purpose.
template <Purpose kPurpose>
using SignerOf = decltype(internal::Signer<kPurpose>());

// E.g. "Holdfast/v1/device-list".
std::string_view DomainOf(Purpose purpose);

}  // namespace holdfast::crypto
