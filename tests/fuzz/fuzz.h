// What every fuzz target asks: bytes that decode are the one encoding of what they
// decode to. Anything else ends the process, which libFuzzer reports.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"

namespace holdfast::fuzz {

inline BytesView View(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void Require(bool holds) {
  if (!holds) std::abort();
}

template <class Value>
void CheckCanonical(BytesView input, absl::StatusOr<Value> (*decode)(BytesView),
                    Bytes (*encode)(const Value&)) {
  const absl::StatusOr<Value> value = decode(input);
  if (value.ok()) Require(encode(*value) == input);
}

}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
