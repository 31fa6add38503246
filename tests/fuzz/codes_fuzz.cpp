// The first byte chooses whether the rest is read as text, or as the payload of a
// code whose checksum fits.
#include <string>

#include "crypto/invitation.h"
#include "crypto/link_code.h"
#include "crypto/public/code_text.h"
#include "crypto/public/enrolment_code.h"
#include "crypto/recovery_code.h"
#include "fuzz.h"

namespace {

using namespace holdfast;
using namespace holdfast::crypto;

void ReadAll(std::string_view text) {
  if (const auto invitation = DecodeInvitation(text); invitation.ok()) {
    fuzz::Require(DecodeInvitation(EncodeInvitation(*invitation)).ok());
  }
  if (const auto code = DecodeEnrolmentCode(text); code.ok()) {
    fuzz::Require(DecodeEnrolmentCode(EncodeEnrolmentCode(*code)).ok());
  }
  if (const auto link = DecodeLinkCode(text); link.ok()) {
    fuzz::Require(DecodeLinkCode(EncodeLinkCode(*link)).ok());
  }
  if (const auto secret = DecodeRecoveryCode(text); secret.ok()) {
    fuzz::Require(*DecodeRecoveryCode(EncodeRecoveryCode(*secret)) == *secret);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const BytesView input = fuzz::View(data + 1, size - 1);
  if (data[0] % 2 == 0 || input.size() > kCodePayloadBytesMax) {
    ReadAll(input);
    return 0;
  }
  for (const std::string_view prefix : {"HFI", "HFE", "HFD", "HFR"}) {
    const std::string text = EncodeCode(prefix, input);
    fuzz::Require(DecodeCode(prefix, text, "code").value().Expose() == input);
    ReadAll(text);
  }
  return 0;
}
