// A capsule from outside: decoded without harm, encoded again as it was.
#include "crypto/capsule.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const BytesView input = fuzz::View(data, size);
  const auto capsule = crypto::DecodeCapsule(input);
  if (capsule.ok()) fuzz::Require(crypto::EncodeCapsule(*capsule).Expose() == input);
  return 0;
}
