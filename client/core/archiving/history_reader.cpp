#include "client/core/archiving/history_reader.h"

#include <set>

#include "client/core/archive/facts.h"
#include "client/core/ledger/receipts.h"
#include "client/core/message/chains.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/people/own_device.h"
#include "client/core/shown/content.h"
#include "client/core/taking/taking_in.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "rules/header.h"
#include "rules/own_clock.h"
#include "rules/receipt.h"
#include "rules/retry.h"

namespace holdfast::client {
namespace {

v1::Delivery AsDelivery(const v1::StoredEnvelope& envelope) {
  v1::Delivery delivery;
  delivery.set_header(envelope.header());
  delivery.set_body(envelope.body());
  *delivery.mutable_receipt() = envelope.receipt();
  *delivery.mutable_capsule_digests() = envelope.capsule_digests();
  return delivery;
}

// Bonds for which there are keys that wait for their envelopes: all of them, those whose
// envelopes did not come by the mailbox in the meantime, and those whose envelopes have no capsule
// for this device, as the other side's device says that sealed them.
struct KeyedBonds {
  std::set<Bytes> all;
  std::set<Bytes> overdue;
  std::set<Bytes> told;
};

absl::StatusOr<KeyedBonds> BondsWithKeys(const VaultReader& reader, std::uint64_t now_ms) {
  KeyedBonds bonds;
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kHistoryKeys, [&](BytesView, vault::HistoryKey record) {
        const WipedAtEnd wiped(record);
        bonds.all.insert(record.key().bond());
        const bool is_told = !record.by_device().empty();
        const bool is_overdue = HasPassed(record.at_ms(), limits::kHistoryKeyWaitMs, now_ms);
        if (is_told) bonds.told.insert(record.key().bond());
        if (is_overdue && !is_told) bonds.overdue.insert(record.key().bond());
        return true;
      }));
  return bonds;
}

// Whether it stands in another life of the store now than the one that it is known to be of: a
// backup lost it, and it came back without a capsule for this device.
absl::StatusOr<bool> HasMoved(const VaultReader& reader, const vault::Message& message,
                              const v1::StoredEnvelope& envelope) {
  const auto leaf = DecodeReceiptLeaf(envelope.receipt().leaf());
  if (!leaf.ok()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, reader.Read(names::kProgress));
  return message.life() < LifeOf(progress, leaf->incarnation);
}

// Messages of its sender's device of which nobody here has the key yet.
absl::Status NoteLocked(VaultChange& change, const Header& header) {
  const auto name = names::Chain(header.bond, header.sender_device);
  HOLDFAST_ASSIGN_OR_RETURN(const auto found, change.Find(name));
  vault::Chain chain = found.value_or(vault::Chain());
  chain.set_locked(chain.locked() + 1);
  change.Put(name, chain);
  return absl::OkStatus();
}

// How far into its sender's chain what is locked may lie.
absl::Status NoteLockedEnds(VaultChange& change, const BondId& bond) {
  return change.Scan(names::Chains(bond), [&](BytesView device, vault::Chain chain) {
    if (chain.newest_position() != 0) {
      chain.set_locked_to(chain.newest_position() + chain.locked());
      change.Put(names::Chains(bond).At(device), chain);
    }
    return true;
  });
}

// Keys to what is not in the history: never stored, or not any more.
absl::Status ForgetKeysOf(VaultChange& change, const BondId& bond) {
  return change.Scan(names::kHistoryKeys, [&](BytesView key, vault::HistoryKey record) {
    const WipedAtEnd wiped(record);
    if (record.key().bond() == bond.view()) change.Erase(names::kHistoryKeys.At(key));
    return true;
  });
}

// Whoever is on the other side makes this device read no more than that.
bool MayLookForTold(const vault::Bond& bond, std::uint64_t now_ms) {
  return HasPassed(bond.told_sought_ms(), limits::kToldKeysEveryMs, now_ms);
}

}  // namespace

absl::StatusOr<std::vector<std::pair<BondId, std::uint64_t>>> HistoryReader::Wanted() const {
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto keyed, BondsWithKeys(look, context_.Now()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(look));
  std::vector<std::pair<BondId, std::uint64_t>> wanted;
  for (const vault::Bond& bond : bonds) {
    const bool is_first = bond.from_archive() && !bond.history_read();
    const bool is_locked = bond.locked_from() != 0 && keyed.all.contains(bond.id());
    const bool is_overdue =
        keyed.overdue.contains(bond.id()) ||
        (keyed.told.contains(bond.id()) && MayLookForTold(bond, context_.Now()));
    if (!is_first && !is_locked && !is_overdue) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    const bool from_locked = !is_first && !is_overdue;
    wanted.emplace_back(id, from_locked ? bond.locked_from() - 1 : 0);
  }
  return wanted;
}

// What nobody gave the key to in all that time holds up no confirmation any more.
absl::Status HistoryReader::GiveUpLocked() {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(change));
  bool changed = false;
  for (vault::Bond bond : bonds) {
    const bool is_over = bond.locked_from() != 0 &&
                         HasPassed(bond.locked_since_ms(), limits::kLockedMsMax, context_.Now());
    if (!is_over) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    HOLDFAST_RETURN_IF_ERROR(
        change.Scan(names::Chains(id), [&](BytesView device, vault::Chain chain) {
          GiveUpMissing(chain, chain.locked_to());
          change.Put(names::Chains(id).At(device), chain);
          return true;
        }));
    bond.set_locked_from(0);
    bond.set_locked_since_ms(0);
    PutBond(change, bond);
    changed = true;
  }
  return changed ? change.Commit() : absl::OkStatus();
}

Task<absl::Status> HistoryReader::Read() {
  HOLDFAST_CO_RETURN_IF_ERROR(GiveUpLocked());
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto wanted, Wanted());
  for (const auto& [bond, after] : wanted) {
    auto refreshed = co_await directory_.Refresh(bond);
    HOLDFAST_CO_RETURN_IF_ERROR(refreshed);
    auto settled = co_await ledgers_.Settle(bond);
    HOLDFAST_CO_RETURN_IF_ERROR(settled);
    auto read = co_await ReadBond(bond, after);
    // A bond that the practice does not know at present waits for the next exchange.
    if (ReasonOf(read) == Reason::kUnknownBond) continue;
    HOLDFAST_CO_RETURN_IF_ERROR(read);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> HistoryReader::ReadBond(BondId bond, std::uint64_t after) {
  Counted counted;
  {
    const VaultReader look(context_.vault);
    HOLDFAST_CO_ASSIGN_OR_RETURN(const auto record, client::ReadBond(look, bond));
    counted.is_first = record.from_archive() && !record.history_read();
  }
  v1::HistoryRequest request;
  request.set_bond(bond.str());
  request.set_after_position(after);
  for (std::size_t pages = 0; pages < limits::kHistoryPagesPerReadMax; ++pages) {
    auto page = co_await connection_.Ask(&Transport::History, request);
    HOLDFAST_CO_RETURN_IF_ERROR(page.status());
    HOLDFAST_CO_RETURN_IF_ERROR(TakeHistoryPage(bond, *page, counted));
    const bool goes_on = page->more() && page->read_to() > request.after_position();
    if (!goes_on) break;
    request.set_after_position(page->read_to());
  }
  co_return Finish(bond, counted);
}

absl::Status HistoryReader::TakeHistoryPage(const BondId& bond, const v1::HistoryResponse& page,
                                            Counted& counted) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  for (const v1::StoredEnvelope& envelope : page.envelopes()) {
    const auto header = DecodeHeader(envelope.header());
    if (!header.ok() || header->bond != bond) continue;
    HOLDFAST_RETURN_IF_ERROR(TakeOne(change, *own, envelope, counted));
  }
  return change.Commit();
}

absl::Status HistoryReader::TakeOne(VaultChange& change, const OwnDevice& own,
                                    const v1::StoredEnvelope& envelope, Counted& counted) {
  HOLDFAST_ASSIGN_OR_RETURN(const Header header, DecodeHeader(envelope.header()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto here, change.Find(names::Message(header.envelope)));
  const bool is_own = header.sender_account == own.account && header.sender_device == own.device;
  // What waits for this very device comes through its mailbox.
  if (is_own || envelope.body().empty() || !envelope.capsule().empty()) return absl::OkStatus();
  const v1::Delivery delivery = AsDelivery(envelope);
  if (here) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool has_moved, HasMoved(change, *here, envelope));
    if (!has_moved) return absl::OkStatus();
    return TakeFromHistory(context_, change, ledgers_, own, delivery, header, nullptr).status();
  }
  if (header.release.when != ReleaseWhen::kNow) {
    HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers_.Of(change, header.bond));
    if (!held->book.released(header.envelope)) return absl::OkStatus();  // the writer's own
    return TakeFromHistory(context_, change, ledgers_, own, delivery, header, nullptr).status();
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto key, change.Find(names::HistoryKey(header.envelope)));
  const bool is_for_it =
      key && (key->by_device().empty() || key->by_device() == header.sender_device.view());
  if (is_for_it) {
    const WipedAtEnd wiped(*key);
    const absl::Status taken =
        TakeFromHistory(context_, change, ledgers_, own, delivery, header, &key->key()).status();
    if (IsVaultFailure(taken)) return taken;
    // Its writer told it to this device alone: whoever is linked later has it from here.
    const bool is_told_on = !key->by_device().empty() && header.sender_account != own.account;
    if (taken.ok()) return is_told_on ? NoteMessage(change, key->key()) : taken;
    HOLDFAST_ASSIGN_OR_RETURN(const vault::Bond bond, client::ReadBond(change, header.bond));
    const bool by_own = key->by_device().empty() || header.sender_account == own.account;
    return RaiseAlarm(change, context_.Now(), Reason::kIntegrity, header.bond,
                      AlarmKind::kNotOpened,
                      {.who = by_own ? PersonName{Who::kOwnDevice} : WhoIs(bond, own.account),
                       .cause = CauseOf(taken)});
  }
  const auto leaf = DecodeReceiptLeaf(envelope.receipt().leaf());
  if (counted.first_locked == 0 && leaf.ok()) counted.first_locked = leaf->position;
  if (IsForPeople(header.kind)) ++counted.locked;
  // Counted once, at the first reading.
  return counted.is_first ? NoteLocked(change, header) : absl::OkStatus();
}

absl::Status HistoryReader::Finish(const BondId& bond, const Counted& counted) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(vault::Bond record, client::ReadBond(change, bond));
  record.set_history_read(true);
  if (counted.is_first) {
    record.set_locked_since_ms(context_.Now());
    HOLDFAST_RETURN_IF_ERROR(NoteLockedEnds(change, bond));
  }
  // Zero once what is locked was given up; that is not begun again.
  if (record.locked_since_ms() != 0) record.set_locked_from(counted.first_locked);
  HOLDFAST_ASSIGN_OR_RETURN(const KeyedBonds keyed, BondsWithKeys(change, context_.Now()));
  if (keyed.told.contains(record.id())) record.set_told_sought_ms(context_.Now());
  PutBond(change, record);
  HOLDFAST_RETURN_IF_ERROR(ForgetKeysOf(change, bond));
  if (counted.is_first && counted.locked != 0) {
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, context_.Now(), Reason::kNotDecryptable, bond,
                                        AlarmKind::kHistoryLocked, {.count = counted.locked}));
  }
  return change.Commit();
}

}  // namespace holdfast::client
