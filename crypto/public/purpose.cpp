#include "crypto/public/purpose.h"

#include <array>
#include <cstddef>

namespace holdfast::crypto {
namespace {

struct Row {
  Purpose purpose;
  std::string_view domain;
};

constexpr auto kTable = std::to_array<Row>({
    {Purpose::kCertificate, "Holdfast/v1/certificate"},
    {Purpose::kDeviceList, "Holdfast/v1/device-list"},
    {Purpose::kRecovery, "Holdfast/v1/recovery"},
    {Purpose::kArchiveEpoch, "Holdfast/v1/archive-epoch"},
    {Purpose::kPrekey, "Holdfast/v1/prekey"},
    {Purpose::kLogin, "Holdfast/v1/login"},
    {Purpose::kInvitation, "Holdfast/v1/invitation"},
    {Purpose::kInvitationWithdrawal, "Holdfast/v1/invitation-withdrawal"},
    {Purpose::kAct, "Holdfast/v1/act"},
    {Purpose::kSuspension, "Holdfast/v1/suspension"},
    {Purpose::kArchiveRecord, "Holdfast/v1/archive-record"},
    {Purpose::kEndorsement, "Holdfast/v1/endorsement"},
    {Purpose::kSuccession, "Holdfast/v1/succession"},
    {Purpose::kAccount, "Holdfast/v1/account"},
    {Purpose::kBond, "Holdfast/v1/bond"},
    {Purpose::kBatch, "Holdfast/v1/batch"},
    {Purpose::kCertificateHash, "Holdfast/v1/certificate-hash"},
    {Purpose::kDeviceListHash, "Holdfast/v1/device-list-hash"},
    {Purpose::kDeviceId, "Holdfast/v1/device-id"},
    {Purpose::kMessageHash, "Holdfast/v1/message-hash"},
    {Purpose::kEnvelopeHash, "Holdfast/v1/envelope-hash"},
    {Purpose::kCapsuleHash, "Holdfast/v1/capsule-hash"},
    {Purpose::kChainHead, "Holdfast/v1/chain-head"},
    {Purpose::kEnrolmentTokenHash, "Holdfast/v1/enrolment-token-hash"},
    {Purpose::kRecoveryTokenHash, "Holdfast/v1/recovery-token-hash"},
    {Purpose::kSealedAccountHash, "Holdfast/v1/sealed-account-hash"},
    {Purpose::kArchiveRecordHash, "Holdfast/v1/archive-record-hash"},
    {Purpose::kArchiveSealedHash, "Holdfast/v1/archive-sealed-hash"},
    {Purpose::kCodeChecksum, "Holdfast/v1/code-checksum"},
    {Purpose::kCodeLine, "Holdfast/v1/code-line"},
    {Purpose::kSessionId, "Holdfast/v1/session-id"},
    {Purpose::kActHash, "Holdfast/v1/act-hash"},
    {Purpose::kLedgerEntry, "Holdfast/v1/ledger-entry"},
    {Purpose::kInvitationLookup, "Holdfast/v1/invitation-lookup"},
    {Purpose::kInvitationBond, "Holdfast/v1/invitation-bond"},
    {Purpose::kInvitationPsk, "Holdfast/v1/invitation-psk"},
    {Purpose::kInvitationMac, "Holdfast/v1/invitation-mac"},
    {Purpose::kEnrolmentToken, "Holdfast/v1/enrolment-token"},
    {Purpose::kRecoveryLookup, "Holdfast/v1/recovery-lookup"},
    {Purpose::kRecoveryToken, "Holdfast/v1/recovery-token"},
    {Purpose::kRecoveryWrap, "Holdfast/v1/recovery-wrap"},
    {Purpose::kRecoveryAccount, "Holdfast/v1/recovery-account"},
    {Purpose::kLinkLookup, "Holdfast/v1/link-lookup"},
    {Purpose::kLinkAccount, "Holdfast/v1/link-account"},
    {Purpose::kArchiveContent, "Holdfast/v1/archive-content"},
    {Purpose::kArchiveForDevice, "Holdfast/v1/archive-for-device"},
    {Purpose::kArchivePrevious, "Holdfast/v1/archive-previous"},
    {Purpose::kX3dh, "Holdfast/v1/x3dh"},
    {Purpose::kRatchetRoot, "Holdfast/v1/ratchet-root"},
    {Purpose::kRatchetMessage, "Holdfast/v1/ratchet-message"},
    {Purpose::kBodyKey, "Holdfast/v1/body-key"},
    {Purpose::kBodyCommitment, "Holdfast/v1/body-commitment"},
    {Purpose::kAheadNote, "Holdfast/v1/ahead-note"},
    {Purpose::kLoginToken, "Holdfast/v1/login-token"},
    {Purpose::kLoginNonce, "Holdfast/v1/login-nonce"},
    {Purpose::kVaultWrap, "Holdfast/v1/vault-wrap"},
});

constexpr bool TableIsInEnumOrder() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].purpose) != i) return false;
  }
  return kTable.size() == static_cast<std::size_t>(Purpose::kVaultWrap) + 1;
}
static_assert(TableIsInEnumOrder());

}  // namespace

std::string_view DomainOf(Purpose purpose) {
  return kTable[static_cast<std::size_t>(purpose)].domain;
}

}  // namespace holdfast::crypto
