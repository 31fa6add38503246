#include "client/core/ledger/old_keys.h"

#include <algorithm>

#include "client/core/people/bonds.h"
#include "client/core/people/peers.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "rules/limits.h"

namespace holdfast::client {
namespace {

// Of the time since `since_ms`, how much the other side announced to be away.
std::uint64_t AnnouncedMs(const LedgerBook& book, bool of_therapist, std::uint64_t since_ms,
                          std::uint64_t now_ms) {
  if (!of_therapist) {
    // When it began is not kept: what went before it is excused as well.
    const auto paused_until_ms = book.paused_until_ms();
    return paused_until_ms && *paused_until_ms > since_ms
               ? std::min(*paused_until_ms, now_ms) - since_ms
               : 0;
  }
  std::uint64_t announced_ms = 0;
  if (book.availability() == nullptr) return 0;
  for (const Away& away : book.availability()->away) {
    const std::uint64_t from_ms = std::max(away.from_ms, since_ms);
    const std::uint64_t until_ms = std::min(away.until_ms, now_ms);
    if (from_ms < until_ms) announced_ms += until_ms - from_ms;
  }
  return announced_ms;
}

absl::Status SayOldKeysOf(VaultChange& change, const LedgerBook& book, const BondParties& parties,
                          const PersonName& who, const AccountKey& other, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(change, other));
  if (!known || known->stopped) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Read(names::Peer(other)));
  for (const crypto::Device& device : known->devices.devices) {
    // No prekey is older than its device: a clock that stood far behind made one that seems so.
    const std::uint64_t made_ms =
        std::max(device.prekey.created_at_ms, device.certificate.created_at_ms);
    if (made_ms >= now_ms || record.warned_prekey() == device.prekey.id) continue;
    const std::uint64_t announced_ms =
        AnnouncedMs(book, other == parties.therapist, made_ms, now_ms);
    if (now_ms - made_ms - announced_ms <= limits::kPrekeyWarnMs) continue;
    record.set_warned_prekey(device.prekey.id);
    change.Put(names::Peer(other), record);
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, now_ms, Reason::kIntegrity, parties.bond,
                                        AlarmKind::kOldKeys, {.who = who}));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SayOldKeys(VaultChange& change, Ledgers& ledgers, const OwnDevice& own,
                        std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(change));
  for (const vault::Bond& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(bond));
    HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, parties.bond));
    if (held->book.ended()) continue;
    HOLDFAST_RETURN_IF_ERROR(SayOldKeysOf(change, held->book, parties, WhoIs(bond, own.account),
                                          parties.other(own.account), now_ms));
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client
