// A stored set of sessions is refused, or is the one encoding of what it holds.
#include "crypto/session_set.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using namespace holdfast::crypto;
  const BytesView input = fuzz::View(data, size);
  const auto set = SessionSet::Parse(PairContext(), input);
  if (set.ok()) fuzz::Require(set->Serialize().Expose() == input);
  const auto ratchet = Ratchet::Parse(input);
  if (ratchet.ok()) fuzz::Require(ratchet->Serialize().Expose() == input);
  return 0;
}
