// A header from outside: decoded without harm, encoded again as it was.
#include "fuzz.h"
#include "rules/header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  fuzz::CheckCanonical(fuzz::View(data, size), DecodeHeader, EncodeHeader);
  return 0;
}
