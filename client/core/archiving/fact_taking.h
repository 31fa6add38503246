// What another device of this account noted, into this vault.
#pragma once

#include "client/core/people/own_device.h"
#include "client/core/vault/context.h"
#include "holdfast/v1/facts.pb.h"

namespace holdfast::client {

// Into the change. Nothing where this device has noted something newer about the same, which
// will stand behind it. What makes no sense is passed over; an error means that the vault failed.
absl::Status TakeFact(VaultChange& change, const OwnDevice& own, const v1::Fact& fact,
                      std::uint64_t now_ms);

}  // namespace holdfast::client
