#include "crypto/public/hash.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>

namespace holdfast::crypto {
namespace {

const unsigned char* Octets(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

constexpr BytesView kZeroByte("\0", 1);

class Hmac {
 public:
  explicit Hmac(BytesView key) { crypto_auth_hmacsha256_init(&state_, Octets(key), key.size()); }
  ~Hmac() { Wipe(&state_, sizeof state_); }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  Hmac& Add(BytesView part) {
    crypto_auth_hmacsha256_update(&state_, Octets(part), part.size());
    return *this;
  }
  void Finish(unsigned char* mac) { crypto_auth_hmacsha256_final(&state_, mac); }

 private:
  crypto_auth_hmacsha256_state state_;
};

constexpr std::size_t kBlockBytes = crypto_auth_hmacsha256_BYTES;
constexpr std::size_t kHkdfBytesMax = 255 * kBlockBytes;
using Block = Secret<kBlockBytes, struct HkdfBlockTag>;

}  // namespace

Hash DomainHash(Purpose purpose, std::initializer_list<BytesView> parts) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, Hash::size);
  const BytesView domain = DomainOf(purpose);
  crypto_generichash_update(&state, Octets(domain), domain.size());
  crypto_generichash_update(&state, Octets(kZeroByte), kZeroByte.size());
  for (const BytesView part : parts) {
    crypto_generichash_update(&state, Octets(part), part.size());
  }
  Hash hash;
  crypto_generichash_final(&state, hash.data(), Hash::size);
  Wipe(&state, sizeof state);
  return hash;
}

Hash Sha256(std::initializer_list<BytesView> parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (const BytesView part : parts) {
    crypto_hash_sha256_update(&state, Octets(part), part.size());
  }
  Hash hash;
  crypto_hash_sha256_final(&state, hash.data());
  return hash;
}

Mac HmacSha256(BytesView key, std::initializer_list<BytesView> parts) {
  Hmac hmac(key);
  for (const BytesView part : parts) hmac.Add(part);
  Mac mac;
  hmac.Finish(mac.data());
  return mac;
}

Mac DomainMac(const MacKey& key, Purpose purpose, std::initializer_list<BytesView> parts) {
  Hmac hmac(key.Expose());
  hmac.Add(DomainOf(purpose)).Add(kZeroByte);
  for (const BytesView part : parts) hmac.Add(part);
  Mac mac;
  hmac.Finish(mac.data());
  return mac;
}

bool MacEqual(const Mac& a, const Mac& b) {
  return ConstantTimeEqual(a.data(), b.data(), Mac::size);
}

Bytes Hkdf(BytesView salt, BytesView input_key, BytesView info, std::size_t size) {
  if (size > kHkdfBytesMax) std::abort();  // sizes are constants of the callers
  Block extracted;
  Hmac(salt).Add(input_key).Finish(extracted.data());
  Bytes output(size, '\0');
  Block block;
  std::size_t done = 0;
  for (unsigned counter = 1; done < size; ++counter) {
    const char number = static_cast<char>(static_cast<unsigned char>(counter));
    Hmac hmac(extracted.Expose());
    if (counter > 1) hmac.Add(block.Expose());
    hmac.Add(info).Add({&number, 1}).Finish(block.data());
    const std::size_t take = std::min(kBlockBytes, size - done);
    block.Expose().copy(output.data() + done, take);
    done += take;
  }
  return output;
}

Bytes DeriveBytes(BytesView input_key, Purpose purpose, BytesView context, std::size_t size) {
  Bytes info(DomainOf(purpose));
  info += kZeroByte;
  info += context;
  return Hkdf({}, input_key, info, size);
}

}  // namespace holdfast::crypto
