#include "crypto/public/file_hash.h"

#include <sodium.h>

#include "crypto/public/octets.h"

namespace holdfast::crypto {
namespace {

crypto_generichash_state* BlakeState(unsigned char* memory) {
  return reinterpret_cast<crypto_generichash_state*>(memory);
}

}  // namespace

FileHasher::FileHasher() {
  static_assert(sizeof(crypto_generichash_state) <= kStateBytes);
  crypto_generichash_init(BlakeState(state_.data()), nullptr, 0, Hash::size);
}

void FileHasher::Add(BytesView block) {
  crypto_generichash_update(BlakeState(state_.data()), Octets(block), block.size());
}

Hash FileHasher::Finish() {
  Hash hash;
  crypto_generichash_final(BlakeState(state_.data()), hash.data(), Hash::size);
  return hash;
}

}  // namespace holdfast::crypto
