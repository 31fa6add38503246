#include "crypto/public/hash.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "crypto/public/octets.h"

namespace holdfast::crypto {
namespace {

constexpr BytesView kZeroByte("\0", 1);

using HmacState = crypto_auth_hmacsha256_state;

// A state that is wiped when it goes.
class Hmac {
 public:
  explicit Hmac(BytesView key) { crypto_auth_hmacsha256_init(&state_, Octets(key), key.size()); }
  explicit Hmac(const HmacState& keyed) : state_(keyed) {}
  ~Hmac() { Wipe(&state_, sizeof state_); }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  Hmac& Add(BytesView part) {
    crypto_auth_hmacsha256_update(&state_, Octets(part), part.size());
    return *this;
  }
  Mac Finish() {
    Mac mac;
    crypto_auth_hmacsha256_final(&state_, mac.data());
    return mac;
  }
  const HmacState& state() const { return state_; }

 private:
  HmacState state_;
};

constexpr std::size_t kBlockBytes = crypto_auth_hmacsha256_BYTES;
constexpr std::size_t kHkdfBytesMax = 255 * kBlockBytes;

// RFC 5869 section 2.3; `key` is the pseudorandom one.
SecretBytes Expand(const HmacKey& key, BytesView info, std::size_t size) {
  if (size > kHkdfBytesMax) std::abort();  // sizes are constants of the callers
  Bytes output(size, '\0');
  Mac block;
  std::size_t done = 0;
  for (unsigned counter = 1; done < size; ++counter) {
    const char number = static_cast<char>(static_cast<unsigned char>(counter));
    block = key.Of({counter > 1 ? block.view() : BytesView(), info, {&number, 1}});
    const std::size_t take = std::min(kBlockBytes, size - done);
    block.view().copy(output.data() + done, take);
    done += take;
  }
  Wipe(block.data(), Mac::size);
  return SecretBytes(std::move(output));
}

// RFC 5869 section 2.2.
using Extracted = Secret<kBlockBytes, struct ExtractedTag>;
Extracted Extract(Hmac& salted, BytesView input_key) {
  Mac mac = salted.Add(input_key).Finish();
  Extracted extracted = Extracted::From(mac.view(), "extracted").value();
  Wipe(mac.data(), Mac::size);
  return extracted;
}

// Without salt every extraction begins alike.
Extracted ExtractUnsalted(BytesView input_key) {
  static const Hmac kUnsalted{BytesView()};
  Hmac salted(kUnsalted.state());
  return Extract(salted, input_key);
}

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
  return hmac.Finish();
}

Mac DomainMac(const MacKey& key, Purpose purpose, std::initializer_list<BytesView> parts) {
  Hmac hmac(key.Expose());
  hmac.Add(DomainOf(purpose)).Add(kZeroByte);
  for (const BytesView part : parts) hmac.Add(part);
  return hmac.Finish();
}

bool MacEqual(const Mac& a, const Mac& b) {
  return ConstantTimeEqual(a.data(), b.data(), Mac::size);
}

HmacKey::HmacKey(BytesView key) {
  static_assert(sizeof(HmacState) == kStateBytes && alignof(HmacState) <= 8);
  const Hmac hmac(key);
  std::memcpy(state_.data(), &hmac.state(), kStateBytes);
}

Mac HmacKey::Of(std::initializer_list<BytesView> parts) const {
  HmacState state;
  std::memcpy(&state, state_.data(), kStateBytes);
  Hmac hmac(state);
  Wipe(&state, sizeof state);
  for (const BytesView part : parts) hmac.Add(part);
  return hmac.Finish();
}

SecretBytes Hkdf(BytesView salt, BytesView input_key, BytesView info, std::size_t size) {
  Hmac salted(salt);
  return Expand(HmacKey(Extract(salted, input_key).Expose()), info, size);
}

KeySource::KeySource(BytesView input_key) : extracted_(ExtractUnsalted(input_key).Expose()) {}

SecretBytes KeySource::DeriveBytes(Purpose purpose, BytesView context, std::size_t size) const {
  Bytes info(DomainOf(purpose));
  info += kZeroByte;
  info += context;
  return Expand(extracted_, info, size);
}

}  // namespace holdfast::crypto
