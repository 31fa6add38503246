// One message on its way out, before it is sealed.
#pragma once

#include <cstdint>

#include "client/core/vault/vault.h"
#include "rules/header.h"

namespace holdfast::client {

struct Outgoing {
  EnvelopeId id;
  Kind kind = Kind::kNote;
  Bytes content;  // serialised, at most limits::kContentBytesMax
  bool reply_owed = false;
  EnvelopeId reply_to;  // zero: none
  std::uint64_t sent_ms = 0;
  bool by_person = false;  // a mark of version 0.1.0: counts as waiting while it is not stored
  bool is_sign = false;    // a receipt or beacon that is sealed for the first time
};

// What a sealed or queued message of this id says, from the vault, to be sealed now. Where
// it was written by a clock that was wrong, the time of sealing is the best that is known
// of it, and is kept in the change.
absl::StatusOr<Outgoing> MessageToSeal(VaultChange& change, const EnvelopeId& id,
                                       std::uint64_t now_ms);

}  // namespace holdfast::client
