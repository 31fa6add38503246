#include "crypto/public/secret.h"

#include <sodium.h>

#include "crypto/public/octets.h"

namespace holdfast::crypto {

void Wipe(void* memory, std::size_t size) { sodium_memzero(memory, size); }

bool ConstantTimeEqual(const unsigned char* a, const unsigned char* b, std::size_t size) {
  return sodium_memcmp(a, b, size) == 0;
}

void WipeBytes(Bytes& bytes) {
  bytes.resize(bytes.capacity());  // what an earlier, longer value left behind as well
  Wipe(bytes.data(), bytes.size());
  bytes.clear();
}

bool SecretBytes::operator==(const SecretBytes& other) const {
  return size() == other.size() &&
         ConstantTimeEqual(Octets(bytes_), Octets(other.bytes_), bytes_.size());
}

void FillRandom(unsigned char* memory, std::size_t size) { randombytes_buf(memory, size); }

absl::Status Initialise() {
  if (sodium_init() < 0) {
    return Refuse(Reason::kInternal, "",
                  "the cryptographic library found no source of randomness and cannot start");
  }
  return absl::OkStatus();
}

}  // namespace holdfast::crypto
