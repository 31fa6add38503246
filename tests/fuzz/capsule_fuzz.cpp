// A capsule from outside: decoded without harm, encoded again as it was.
#include "crypto/capsule.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  fuzz::CheckCanonical(fuzz::View(data, size), crypto::DecodeCapsule, crypto::EncodeCapsule);
  return 0;
}
