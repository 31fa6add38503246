#include "server/core/foresight.h"

#include <utility>
#include <vector>

#include "server/core/records/keys.h"
#include "server/core/records/records.h"

namespace holdfast::server {
namespace {

using Keys = std::vector<Bytes>;

struct Foreseen {
  BondId bond;
  TimerKind kind = TimerKind::kSlotCloses;
  BytesView subject;  // of the timer's owner, after the bond
  BondRecord record;
};

template <class Record>
Record OrNothing(absl::StatusOr<std::optional<Record>> found) {
  return found.ok() && *found ? **std::move(found) : Record();
}

void AddSubject(const Foreseen& timer, Keys& keys) {
  switch (timer.kind) {
    case TimerKind::kSlotOpens:
    case TimerKind::kAheadDue:
    case TimerKind::kMailboxSweep:
    case TimerKind::kForgetLink:
      return;  // read with the ledger, or by its condition, or of no bond
    case TimerKind::kSlotCloses:
    case TimerKind::kSlotReminder:
      if (const auto slot = Stored<SlotId>(Bytes(timer.subject)); slot.ok()) {
        keys.push_back(keys::Slot(timer.bond, *slot));
      }
      return;
    case TimerKind::kPromiseDue:
    case TimerKind::kPromiseReminder:
      if (const auto envelope = Stored<EnvelopeId>(Bytes(timer.subject)); envelope.ok()) {
        keys.push_back(keys::Promise(timer.bond, *envelope));
      }
  }
}

std::vector<Foreseen> ReadSubjects(Transaction& transaction, std::span<const Timer> timers) {
  std::vector<Foreseen> foreseen;
  Keys keys;
  for (const Timer& timer : timers) {
    if (timer.kind == TimerKind::kMailboxSweep) continue;
    if (timer.kind == TimerKind::kForgetLink) {
      if (const auto lookup = Stored<LookupId>(timer.owner); lookup.ok()) {
        keys.push_back(keys::Link(*lookup));
      }
      continue;
    }
    const BytesView owner = timer.owner;
    const auto bond = Stored<BondId>(Bytes(owner.substr(0, BondId::size)));
    if (!bond.ok()) continue;
    foreseen.push_back({*bond, timer.kind, owner.substr(BondId::size), {}});
    keys.push_back(keys::Bond(*bond));
    keys.push_back(keys::LedgerHead(*bond));
    AddSubject(foreseen.back(), keys);
  }
  transaction.ReadAhead(std::move(keys));
  for (Foreseen& timer : foreseen) {
    timer.record = OrNothing(Find(transaction, keys::Bond(timer.bond)));
  }
  return foreseen;
}

// Of the bond's two parties.
std::vector<AccountKey> PartiesOf(const BondRecord& bond) {
  std::vector<AccountKey> parties;
  for (const Bytes& stored : {bond.client(), bond.therapist()}) {
    if (const auto party = Stored<AccountKey>(stored); party.ok()) parties.push_back(*party);
  }
  return parties;
}

void ReadParties(Transaction& transaction, const std::vector<Foreseen>& foreseen) {
  Keys keys;
  for (const Foreseen& timer : foreseen) {
    for (const AccountKey& party : PartiesOf(timer.record)) keys.push_back(keys::Devices(party));
    if (timer.kind != TimerKind::kSlotOpens) continue;
    const auto head = OrNothing(Find(transaction, keys::LedgerHead(timer.bond)));
    keys.push_back(keys::LedgerEntry(timer.bond, head.rhythm_entry()));
  }
  transaction.ReadAhead(std::move(keys));
}

void ReadMailboxes(Transaction& transaction, const std::vector<Foreseen>& foreseen) {
  Keys keys;
  for (const Foreseen& timer : foreseen) {
    for (const AccountKey& party : PartiesOf(timer.record)) {
      const auto devices = OrNothing(Find(transaction, keys::Devices(party)));
      for (const Bytes& id : devices.devices()) {
        const auto device = Stored<DeviceId>(id);
        if (!device.ok()) continue;
        keys.push_back(keys::Mailbox(*device));
        keys.push_back(keys::MailboxShare(*device, timer.bond));
      }
    }
  }
  transaction.ReadAhead(std::move(keys));
}

}  // namespace

// Which rows come next stands in those before: three rounds.
void ReadAhead(Transaction& transaction, std::span<const Timer> timers) {
  if (timers.size() < kForeseenTimersMin) return;
  const std::vector<Foreseen> foreseen = ReadSubjects(transaction, timers);
  ReadParties(transaction, foreseen);
  ReadMailboxes(transaction, foreseen);
}

}  // namespace holdfast::server
