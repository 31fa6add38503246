#include "simulation/key_book.h"

#include <functional>

namespace holdfast::simulation {
namespace {

// crypto/PROTOCOL.md "Sessions": version (1), session (16), flags (1), then with a
// preamble prekey id (4) and ephemeral (32), then ratchet key (32), previous (4),
// number (4). The nonce follows.
constexpr std::size_t kFlagsAt = 17;
constexpr std::size_t kPlainHeaderBytes = 18 + 40;
constexpr std::size_t kPreambleHeaderBytes = 18 + 36 + 40;

std::size_t HashOf(BytesView bytes) { return std::hash<BytesView>()(bytes); }

}  // namespace

void KeyBook::Sent(const v1::SendRequest& request) {
  const auto header = DecodeHeader(request.header());
  if (!header.ok()) return verdict_.Broken(kOnce, "a device sent a header that is none");
  for (const v1::Capsule& capsule : request.capsules()) {
    const Bytes& sealed = capsule.sealed();
    const bool preamble = sealed.size() > kFlagsAt && sealed[kFlagsAt] != 0;
    const Bytes key = header->sender_device.str() + capsule.device() +
                      sealed.substr(0, preamble ? kPreambleHeaderBytes : kPlainHeaderBytes);
    const auto [known, fresh] = sealed_.emplace(key, HashOf(sealed));
    if (!fresh && known->second != HashOf(sealed)) {
      return verdict_.Broken(kKeysOnce, "a message key sealed two texts");
    }
  }
  const Bytes bytes = request.SerializeAsString();
  const auto [known, fresh] = envelopes_.emplace(header->envelope, HashOf(bytes));
  if (!fresh && known->second != HashOf(bytes)) {
    verdict_.Broken(kOnce, "envelope " + header->envelope.hex() + " was sent with other bytes");
  }
}

void KeyBook::RefusedForDevices(const v1::SendRequest& request) {
  const auto header = DecodeHeader(request.header());
  if (header.ok()) envelopes_.erase(header->envelope);
}

}  // namespace holdfast::simulation
