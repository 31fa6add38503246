// Domain separation: the closed list of what a hash, key derivation, MAC or
// signature can be for. Its input begins with "Holdfast/v1/<name>" and, for
// hashes and signatures, a zero byte, so that bytes made for one purpose never
// pass for another.
#pragma once

#include <string_view>

namespace holdfast::crypto {

enum class Purpose : unsigned char {
  // Signatures by an account key.
  kCertificate,
  kDeviceList,
  // Signatures by a device key.
  kPrekey,
  kLogin,
  kInvitation,
  kAct,
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
  kCodeChecksum,
  kSessionId,
  kActHash,
  kLedgerEntry,
  // Keys derived from an invitation's secret.
  kInvitationLookup,
  kInvitationBond,
  kInvitationPsk,
  kInvitationMac,
  // ... from an enrolment code's and a recovery code's.
  kEnrolmentToken,
  kRecoveryLookup,
  kRecoveryToken,
  kRecoveryWrap,
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

// E.g. "Holdfast/v1/device-list".
std::string_view DomainOf(Purpose purpose);

}  // namespace holdfast::crypto
