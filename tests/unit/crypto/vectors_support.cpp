#include "unit/crypto/vectors_support.h"

#include <sodium.h>

#include <cstring>

namespace holdfast::crypto {
namespace {

unsigned char draws = 0;

const char* CountedName() { return "counted"; }
std::uint32_t CountedNumber() { return ++draws; }
void CountedBuffer(void* const buffer, const std::size_t size) {
  std::memset(buffer, ++draws, size);
}

randombytes_implementation counted = {CountedName, CountedNumber, nullptr,
                                      nullptr,     CountedBuffer, nullptr};

}  // namespace

CountedRandomness::CountedRandomness() {
  draws = 0;
  randombytes_set_implementation(&counted);
}
CountedRandomness::~CountedRandomness() {
  randombytes_set_implementation(&randombytes_sysrandom_implementation);
}

}  // namespace holdfast::crypto
