// What waits to be sealed, in the order in which it was written: messages of people,
// and what devices say to each other. Whether there is room for more.
#pragma once

#include "client/core/vault/context.h"
#include "rules/header.h"

namespace holdfast::client {

// Where the content of a queued or sealed message is. It follows from the kind and from
// whether the entry has content, which serialised is never empty. No oneof says it: who
// wipes a field takes its address before anything is in it, and would choose it by that.
enum class ContentAt {
  kMessage,  // in the Message of its id: what a person wrote
  kEntry,    // in the entry itself: a key
  kSealing,  // nowhere yet; it says what holds when it is sealed: a receipt, a beacon
};
ContentAt WhereIsContentOf(const vault::Queued& entry);
ContentAt WhereIsContentOf(const vault::Sent& entry);  // never kSealing

// A message between devices, e.g. a receipt, behind what is queued already.
absl::Status QueueForDevices(Context context, VaultChange& change, const BondId& bond, Kind kind);

// What no Message holds and no sign: a key. Behind what is queued. `by_person`: a mark of
// version 0.1.0, once more.
absl::Status QueueControl(Context context, VaultChange& change, const BondId& bond,
                          BytesView content, bool by_person);

// Whether another message may be written in this bond: vault_rolled_back, outbox_full.
absl::Status CheckMayWrite(const VaultReader& reader, const vault::Bond& bond);

// What people wrote and the practice does not hold yet. Marks wait for nothing but the next sign.
absl::StatusOr<std::size_t> CountQueued(const VaultReader& reader);

}  // namespace holdfast::client
