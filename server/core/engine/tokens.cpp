#include "server/core/engine/tokens.h"

#include <algorithm>

#include "crypto/public/hash.h"
#include "crypto/public/purpose.h"
#include "rules/codec.h"
#include "rules/errors.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// A nonce: expiry (8), random (24), the beginning of its MAC (16).
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kNonceRandomBytes = 24;
constexpr std::size_t kNonceMacBytes = 16;
static_assert(kTimeBytes + kNonceRandomBytes + kNonceMacBytes == LoginNonce::size);
// A token: device (16), expiry (8), random (8), MAC (32).
constexpr std::size_t kTokenRandomBytes = 8;
constexpr std::size_t kTokenBytes = DeviceId::size + kTimeBytes + kTokenRandomBytes + Mac::size;

crypto::MacKey DrawKey(Entropy& entropy) {
  const crypto::SecretBytes bytes(entropy.Draw(crypto::MacKey::size));
  return crypto::MacKey::From(bytes.Expose(), "key").value();
}

std::uint64_t TimeIn(BytesView bytes) { return Decoder(bytes, "time").U64("ms"); }

Bytes NonceMac(const crypto::MacKey& key, BytesView body) {
  return Bytes(crypto::DomainMac(key, crypto::Purpose::kLoginNonce, {body})
                   .view()
                   .substr(0, kNonceMacBytes));
}

bool EqualInConstantTime(BytesView a, BytesView b) {
  const auto data = [](BytesView bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
  };
  return a.size() == b.size() && crypto::ConstantTimeEqual(data(a), data(b), a.size());
}

absl::Status TokenInvalid() {
  return Refuse(Reason::kTokenInvalid, "authorization",
                "the token is not good for this practice. Log in again");
}

}  // namespace

Logins::Logins(Entropy& entropy) : nonce_key_(DrawKey(entropy)), token_key_(DrawKey(entropy)) {}

LoginNonce Logins::MakeNonce(Entropy& entropy, std::uint64_t expires_boot_ms) const {
  const Bytes body = Encoder().U64(expires_boot_ms).Raw(entropy.Draw(kNonceRandomBytes)).Take();
  return LoginNonce::From(body + NonceMac(nonce_key_, body), "nonce").value();
}

bool Logins::IsFresh(const LoginNonce& nonce, std::uint64_t boot_ms) const {
  const BytesView body = nonce.view().substr(0, kTimeBytes + kNonceRandomBytes);
  return EqualInConstantTime(nonce.view().substr(body.size()), NonceMac(nonce_key_, body)) &&
         boot_ms < TimeIn(body.substr(0, kTimeBytes)) && !used_.contains(nonce) &&
         !used_in_batch_.contains(nonce);
}

bool Logins::HasRoom(const DeviceId& device, std::uint64_t boot_ms) {
  while (!used_.empty() && TimeIn(used_.begin()->first.view().substr(0, kTimeBytes)) <= boot_ms) {
    const auto of_device = used_by_.find(used_.begin()->second);
    if (--of_device->second == 0) used_by_.erase(of_device);
    used_.erase(used_.begin());
  }
  const auto before = used_by_.find(device);
  const auto in_batch = std::ranges::count_if(
      used_in_batch_, [&](const auto& used) { return used.second == device; });
  const std::size_t of_device =
      (before == used_by_.end() ? 0 : before->second) + static_cast<std::size_t>(in_batch);
  return of_device < kUsedNoncesOfDeviceMax &&
         used_.size() + used_in_batch_.size() < kUsedNoncesMax;
}

void Logins::Use(const LoginNonce& nonce, const DeviceId& device) {
  used_in_batch_[nonce] = device;
  used_in_order_.push_back(nonce);
}

void Logins::GoBack(Mark mark) {
  for (; used_in_order_.size() > mark; used_in_order_.pop_back()) {
    used_in_batch_.erase(used_in_order_.back());
  }
}

void Logins::BatchBegins() {
  used_in_batch_.clear();
  used_in_order_.clear();
}

void Logins::BatchCommitted() {
  for (const auto& [nonce, device] : used_in_batch_) ++used_by_[device];
  used_.merge(used_in_batch_);
  used_in_batch_.clear();
  used_in_order_.clear();
}

Bytes Logins::MakeToken(Entropy& entropy, const DeviceId& device,
                        std::uint64_t expires_boot_ms) const {
  Encoder token;
  token.Fixed(device).U64(expires_boot_ms).Raw(entropy.Draw(kTokenRandomBytes));
  token.Fixed(crypto::DomainMac(token_key_, crypto::Purpose::kLoginToken, {token.bytes()}));
  return token.Take();
}

absl::StatusOr<DeviceId> Logins::CheckToken(BytesView token, std::uint64_t boot_ms) const {
  if (token.empty()) {
    return Refuse(Reason::kTokenMissing, "authorization", "this call needs a token. Log in first");
  }
  if (token.size() != kTokenBytes) return TokenInvalid();
  const BytesView body = token.substr(0, kTokenBytes - Mac::size);
  const Mac mac = crypto::DomainMac(token_key_, crypto::Purpose::kLoginToken, {body});
  if (!EqualInConstantTime(token.substr(body.size()), mac.view())) return TokenInvalid();
  if (boot_ms >= TimeIn(body.substr(DeviceId::size, kTimeBytes))) {
    return Refuse(Reason::kTokenExpired, "authorization", "the token has expired. Log in again");
  }
  return DeviceId::From(body.substr(0, DeviceId::size), "authorization");
}

}  // namespace holdfast::server
