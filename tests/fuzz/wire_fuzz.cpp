// The first byte chooses a receipt or an account's devices, as a practice sends them.
// Nobody signed these, so nothing is believed.
#include "client/core/people/wire.h"
#include "fuzz.h"

namespace {

using namespace holdfast;

void CheckReceipt(const v1::Receipt& wire) {
  const auto proof = client::FromWire(wire);
  if (!proof.ok()) return;
  fuzz::Require(!crypto::VerifyReceipt(*proof, PracticeKey()).ok());
}

void CheckDevices(const v1::DeviceSet& wire) {
  fuzz::Require(!client::VerifyDevices(AccountKey(), 0, Hash(), wire).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const int rest = static_cast<int>(size - 1);
  v1::Receipt receipt;
  v1::DeviceSet devices;
  if (data[0] % 2 == 0 && receipt.ParseFromArray(data + 1, rest)) CheckReceipt(receipt);
  if (data[0] % 2 != 0 && devices.ParseFromArray(data + 1, rest)) CheckDevices(devices);
  return 0;
}
