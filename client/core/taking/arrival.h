// One envelope while it is taken in, and what its capsule says of chains, lists and
// ledger, compared with what this device holds.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/message/opening.h"
#include "client/core/people/bonds.h"
#include "client/core/people/own_device.h"
#include "client/core/shown/alarm.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

// Everything about one envelope while it is taken in.
struct Arrival {
  VaultChange& change;
  Ledgers& ledgers;
  const OwnDevice& own;
  Context context;
  const v1::Delivery& delivery;
  std::uint64_t now_ms;
  Header header;
  vault::Bond bond;
  BondParties parties;
  PersonName who;  // the sender
  // It came to this account before this device was one of its own, and is opened by a key that
  // another device told: in the order of the practice's history, without a capsule.
  bool from_history = false;

  bool from_own_account() const { return header.sender_account == own.account; }

  absl::Status Alarm(Reason reason, AlarmKind kind, const AlarmArgs& args = {});
};

// Kept as it came, beside the messages; a later repair may open it.
absl::Status KeepAside(Arrival& arrival, const absl::Status& failure);

// The practice's receipt for exactly what came.
absl::StatusOr<ReceiptLeaf> CheckReceiptOf(Arrival& arrival);
// What the vault will hold of it, without its place; the next in order here.
absl::StatusOr<vault::Message> NewMessageOf(Arrival& arrival, const Bytes& content,
                                            const Hash& message_hash);

// A key for the practice's history, from another device of this account, or `by` the envelope's
// own device, which cannot take the place of the former. Where the message is here already,
// nothing; unless its own device tells it and it stands where an earlier life of the store had it.
absl::Status KeepHistoryKey(VaultChange& change, const v1::MessageKey& key, const BondId& bond,
                            std::uint64_t now_ms, const std::optional<DeviceId>& by = std::nullopt);

// Whether another device of this account erased a message that is not here yet.
absl::StatusOr<bool> WasErased(const VaultReader& reader, const EnvelopeId& id);
// Of a key that waits for its envelope only the place in its sender's chain is kept.
absl::Status StripHistoryKey(VaultChange& change, const EnvelopeId& id);

absl::Status TakeChain(Arrival& arrival, const Opening& opening, bool& fills_gap);
// The other devices' chains and the ledger, as the sender holds them.
absl::Status TakeHeads(Arrival& arrival, const crypto::Capsule& capsule);
// The lists that the sender built on, against those pinned here.
absl::Status TakeLists(Arrival& arrival, const crypto::Capsule& capsule);

}  // namespace holdfast::client
