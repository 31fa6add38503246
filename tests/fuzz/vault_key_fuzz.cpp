// The front of a wrapped vault key asks for work; it must be refused before any
// where it is out of bounds. Costs are cut down so that what is in bounds is quick.
#include "crypto/vault_key.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  Bytes input(fuzz::View(data, size));
  if (input.size() >= 13) {
    input.replace(1, 3, 3, '\0');  // passes below 256
    input.replace(5, 5, 5, '\0');  // memory below 16 MiB
  }
  fuzz::Require(!crypto::UnwrapVaultKey(input, "passphrase").ok());
  const auto key = crypto::VaultKey::From(Bytes(32, 'k'), "key").value();
  fuzz::Require(!crypto::OpenVaultValue(key, "name", input).ok());
  return 0;
}
