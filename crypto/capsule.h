// What one device gets beside the sealed body: the content key and everything that
// ties the message to its place (crypto/PROTOCOL.md "Capsule"). This is the
// plaintext; crypto/session_set.h encrypts it.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/chain.h"
#include "crypto/public/secret.h"

namespace holdfast::crypto {

struct ListRef {
  std::uint32_t version = 0;
  Hash hash;

  bool operator==(const ListRef&) const = default;
};

struct LedgerHead {
  std::uint64_t entry = 0;  // 0: none yet
  Hash hash;

  bool operator==(const LedgerHead&) const = default;
};

struct Capsule {
  ContentKey content_key;
  Hash message_hash;             // of header and sealed body
  std::uint64_t position = 0;    // of this message in the sender's chain, from 1
  Hash previous;                 // the sender's head before it; zero at position 1
  std::vector<ChainHead> heads;  // all others the sender knows in this bond; at most 15
  ListRef sender_list;           // the sender's own newest
  ListRef receiver_list;         // the newest it knows of the other account
  LedgerHead ledger;
};

// Padded to a multiple of 256 bytes.
SecretBytes EncodeCapsule(const Capsule& capsule);
absl::StatusOr<Capsule> DecodeCapsule(BytesView plaintext);

}  // namespace holdfast::crypto
