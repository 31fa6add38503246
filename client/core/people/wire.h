// Between the shapes on the wire and those of crypto/. The signed bytes go through
// untouched.
#pragma once

#include <vector>

#include "crypto/public/device.h"
#include "crypto/public/receipt.h"
#include "holdfast/v1/common.pb.h"

namespace holdfast::client {

inline crypto::Signed FromWire(const v1::SignedStatement& wire) {
  return {wire.statement(), wire.signature()};
}

inline v1::SignedStatement ToWire(const crypto::Signed& statement) {
  v1::SignedStatement wire;
  wire.set_statement(statement.statement);
  wire.set_signature(statement.signature);
  return wire;
}

template <class Repeated>
std::vector<crypto::Signed> AllFromWire(const Repeated& wire) {
  std::vector<crypto::Signed> all;
  all.reserve(static_cast<std::size_t>(wire.size()));
  for (const v1::SignedStatement& one : wire) all.push_back(FromWire(one));
  return all;
}

// malformed_field where a hash has the wrong length or there are too many.
absl::StatusOr<crypto::ReceiptProof> FromWire(const v1::Receipt& wire);

// Checks everything that hangs on the account key: see crypto::VerifyDevices.
absl::StatusOr<crypto::VerifiedDevices> VerifyDevices(const AccountKey& account,
                                                      std::uint32_t known_version,
                                                      const Hash& known_hash,
                                                      const v1::DeviceSet& wire);

}  // namespace holdfast::client
