// What a recovery code or a link code opens: bytes that were not sealed never do, and sealed ones
// are the account of the seed in them, or nothing.
#include "crypto/aead.h"
#include "crypto/link_code.h"
#include "crypto/recovery_code.h"
#include "fuzz.h"

namespace {

using namespace holdfast;
using namespace holdfast::crypto;

// Of the seed that stands behind the version in the input.
AccountKey AccountOf(BytesView input) {
  Bytes seed(input.substr(0, 33));
  seed.resize(33, '\0');
  return SigningKey(SigningSeed::From(BytesView(seed).substr(1), "seed").value())
      .public_key<AccountKey>();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const WrapKey key = WrapKey::From(Bytes(32, 'k'), "key").value();
  const BytesView input = fuzz::View(data, size);
  const AccountKey account = AccountOf(input);
  fuzz::Require(!OpenAccount(key, input, account).ok());
  fuzz::Require(!OpenAccountKey(key, input, account).ok());
  const Bytes context = "\1" + account.str();
  const Bytes sealed = "\1" + AeadSeal(key, input, AssociatedData{context});
  const auto opened = OpenAccount(key, sealed, account);
  if (!opened.ok()) return 0;
  fuzz::Require(sealed.size() == kSealedAccountBytes);
  const auto again = OpenAccount(key, SealAccount(key, *opened), account);
  fuzz::Require(again.ok());
  fuzz::Require(again->account.public_key<AccountKey>() == account);
  fuzz::Require(again->practice == opened->practice && again->role == opened->role);
  fuzz::Require(again->archive_epoch == opened->archive_epoch);
  fuzz::Require(again->archive_key == opened->archive_key);
  fuzz::Require(again->account_psk == opened->account_psk);
  return 0;
}
