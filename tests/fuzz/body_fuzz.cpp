// Bytes that were not sealed never open; content that was sealed comes back.
#include "crypto/body.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using namespace holdfast::crypto;
  static const ContentKey key = ContentKey::From(Bytes(32, 'k'), "key").value();
  const BytesView input = fuzz::View(data, size);
  fuzz::Require(!OpenBody(key, "header", input).ok());
  const auto body = SealBody(key, "header", input);
  if (body.ok()) fuzz::Require(OpenBody(key, "header", *body).value() == input);
  return 0;
}
