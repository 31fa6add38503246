#include "client/core/people/wire.h"

#include "rules/limits.h"

namespace holdfast::client {

absl::StatusOr<crypto::ReceiptProof> FromWire(const v1::Receipt& wire) {
  if (static_cast<std::size_t>(wire.path_size()) > limits::kReceiptPathMax) {
    return Refuse(Reason::kMalformedField, "receipt.path", "is longer than any batch needs");
  }
  crypto::ReceiptProof proof;
  proof.leaf = wire.leaf();
  proof.index = wire.index();
  for (const std::string& node : wire.path()) {
    HOLDFAST_ASSIGN_OR_RETURN(const Hash hash, Hash::From(node, "receipt.path"));
    proof.path.push_back(hash);
  }
  proof.batch = FromWire(wire.batch());
  return proof;
}

absl::StatusOr<crypto::VerifiedDevices> VerifyDevices(const AccountKey& account,
                                                      std::uint32_t known_version,
                                                      const Hash& known_hash,
                                                      const v1::DeviceSet& wire) {
  if (static_cast<std::size_t>(wire.lists_size()) > limits::kListsPerAnswerMax) {
    return Refuse(Reason::kMalformedField, "devices.lists", "holds more lists than are allowed");
  }
  return crypto::VerifyDevices(account, known_version, known_hash, AllFromWire(wire.lists()),
                               AllFromWire(wire.certificates()), AllFromWire(wire.prekeys()));
}

}  // namespace holdfast::client
