// Names of the vault's values: a table prefix, then the key in order-preserving
// bytes. Names are not encrypted; they hold public identifiers only.
#pragma once

#include "rules/codec.h"
#include "rules/identifiers.h"

namespace holdfast::client::names {

inline constexpr BytesView kMeta = "meta";
inline constexpr BytesView kIdentity = "identity";
inline constexpr BytesView kProgress = "progress";
inline constexpr BytesView kPrekeys = "prekey/";
inline constexpr BytesView kPeers = "peer/";
inline constexpr BytesView kBonds = "bond/";
inline constexpr BytesView kBondKeys = "bond-key/";
inline constexpr BytesView kChains = "chain/";
inline constexpr BytesView kSessions = "session/";
inline constexpr BytesView kMessages = "message/";
inline constexpr BytesView kSent = "sent/";
inline constexpr BytesView kOutbox = "outbox/";
inline constexpr BytesView kOpened = "opened/";
inline constexpr BytesView kReceipts = "receipt/";
inline constexpr BytesView kInvitations = "invitation/";
inline constexpr BytesView kAside = "aside/";
inline constexpr BytesView kAlarms = "alarm/";
inline constexpr BytesView kRuptures = "rupture/";
inline constexpr BytesView kLedgers = "ledger/";
inline constexpr BytesView kOldLedgers = "old-ledger/";
inline constexpr BytesView kActs = "act/";
inline constexpr BytesView kActsAside = "act-aside/";
inline constexpr BytesView kReminders = "reminder/";
inline constexpr BytesView kAhead = "ahead/";
inline constexpr BytesView kAheadKeys = "ahead-key/";
inline constexpr BytesView kUnopened = "unopened/";
inline constexpr BytesView kArrived = "arrived/";
inline constexpr BytesView kDrafts = "draft/";

inline Bytes Number(std::uint64_t value) { return Encoder().U64(value).Take(); }
inline Bytes Join(BytesView table, BytesView key) { return Bytes(table).append(key); }

inline Bytes Prekey(std::uint32_t id) { return Join(kPrekeys, Encoder().U32(id).Take()); }
inline Bytes Peer(const AccountKey& account) { return Join(kPeers, account.view()); }
inline Bytes Bond(const BondId& bond) { return Join(kBonds, bond.view()); }
// Its pre-shared key, 32 bytes.
inline Bytes BondKey(const BondId& bond) { return Join(kBondKeys, bond.view()); }
inline Bytes Chains(const BondId& bond) { return Join(kChains, bond.view()); }
inline Bytes Chain(const BondId& bond, const DeviceId& device) {
  return Join(Chains(bond), device.view());
}
inline Bytes Session(const BondId& bond, const DeviceId& device) {
  return Join(Join(kSessions, bond.view()), device.view());
}
inline Bytes Message(const EnvelopeId& id) { return Join(kMessages, id.view()); }
inline Bytes SentOf(const BondId& bond) { return Join(kSent, bond.view()); }
inline Bytes Sent(const BondId& bond, std::uint64_t position) {
  return Join(SentOf(bond), Number(position));
}
inline Bytes Outbox(std::uint64_t number) { return Join(kOutbox, Number(number)); }
inline Bytes Opened(const EnvelopeId& id) { return Join(kOpened, id.view()); }
inline Bytes Receipt(const BondId& bond) { return Join(kReceipts, bond.view()); }
inline Bytes Invitation(const LookupId& lookup) { return Join(kInvitations, lookup.view()); }
inline Bytes Aside(const EnvelopeId& id) { return Join(kAside, id.view()); }
inline Bytes Rupture(const EnvelopeId& id) { return Join(kRuptures, id.view()); }
inline Bytes Ledger(const BondId& bond) { return Join(kLedgers, bond.view()); }
inline Bytes LedgerEntry(const BondId& bond, std::uint64_t number) {
  return Join(Ledger(bond), Number(number));
}
// Of a life of the practice's store that a restore ended: kept as evidence.
inline Bytes OldLedger(const BondId& bond) { return Join(kOldLedgers, bond.view()); }
inline Bytes OldLedgerEntry(const BondId& bond, const Incarnation& life, std::uint64_t number) {
  return Join(Join(OldLedger(bond), life.view()), Number(number));
}
inline Bytes Act(std::uint64_t number) { return Join(kActs, Number(number)); }
inline Bytes Reminder(std::uint64_t number) { return Join(kReminders, Number(number)); }
inline Bytes AheadOf(const BondId& bond) { return Join(kAhead, bond.view()); }
inline Bytes Ahead(const BondId& bond, const EnvelopeId& id) {
  return Join(AheadOf(bond), id.view());
}
// Of one account in one bond, in order of epoch.
inline Bytes AheadKeysOf(const BondId& bond, const AccountKey& writer) {
  return Join(Join(kAheadKeys, bond.view()), writer.view());
}
inline Bytes AheadKey(const BondId& bond, const AccountKey& writer, std::uint32_t epoch,
                      const DeviceId& from) {
  return Join(AheadKeysOf(bond, writer), Encoder().U32(epoch).Fixed(from).Take());
}
inline Bytes Unopened(const EnvelopeId& id) { return Join(kUnopened, id.view()); }
inline Bytes Arrived(const EnvelopeId& id) { return Join(kArrived, id.view()); }
inline Bytes Draft(BytesView id) { return Join(kDrafts, id); }
inline Bytes Alarm(std::uint64_t number) { return Join(kAlarms, Number(number)); }

}  // namespace holdfast::client::names
