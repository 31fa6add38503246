// The first byte chooses the statement.
#include "crypto/public/account_change.h"
#include "crypto/public/archive_record.h"
#include "crypto/public/invitation_statement.h"
#include "crypto/public/login.h"
#include "crypto/public/practice.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using namespace holdfast::crypto;
  if (size == 0) return 0;
  const BytesView input = fuzz::View(data + 1, size - 1);
  switch (data[0] % 15) {
    case 0:
      fuzz::CheckCanonical(input, DecodeCertificate, EncodeCertificate);
      break;
    case 1:
      fuzz::CheckCanonical(input, DecodeDeviceList, EncodeDeviceList);
      break;
    case 2:
      fuzz::CheckCanonical(input, DecodePrekey, EncodePrekey);
      break;
    case 3:
      fuzz::CheckCanonical(input, DecodeLogin, EncodeLogin);
      break;
    case 4:
      fuzz::CheckCanonical(input, DecodeEndorsement, EncodeEndorsement);
      break;
    case 5:
      fuzz::CheckCanonical(input, DecodeSuccession, EncodeSuccession);
      break;
    case 6:
      fuzz::CheckCanonical(input, DecodeAccount, EncodeAccount);
      break;
    case 7:
      fuzz::CheckCanonical(input, DecodeBond, EncodeBond);
      break;
    case 8:
      fuzz::CheckCanonical(input, DecodeInvitationStatement, EncodeInvitationStatement);
      break;
    case 9:
      fuzz::CheckCanonical(input, DecodeInvitationAnswer, EncodeInvitationAnswer);
      break;
    case 10:
      fuzz::CheckCanonical(input, DecodeInvitationWithdrawal, EncodeInvitationWithdrawal);
      break;
    case 11:
      fuzz::CheckCanonical(input, DecodeRecoveryStatement, EncodeRecoveryStatement);
      break;
    case 12:
      fuzz::CheckCanonical(input, DecodeSuspension, EncodeSuspension);
      break;
    case 13:
      fuzz::CheckCanonical(input, DecodeArchiveRecord, EncodeArchiveRecord);
      break;
    default:
      fuzz::CheckCanonical(input, DecodeArchiveEpoch, EncodeArchiveEpoch);
      break;
  }
  return 0;
}
