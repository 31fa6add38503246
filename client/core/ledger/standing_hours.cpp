#include "client/core/ledger/standing_hours.h"

#include <set>

#include "client/core/archive/facts.h"
#include "client/core/ledger/acts.h"
#include "client/core/ledger/zones.h"
#include "client/core/people/bonds.h"
#include "client/core/people/peers.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

absl::StatusOr<bool> HasNoHours(Ledgers& ledgers, const VaultReader& reader, const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(reader, bond));
  return !held->book.ended() && held->book.availability() == nullptr;
}

// Whose hours are decided and not in the ledger yet.
std::set<BondId> WithPendingHours(const std::vector<Pending>& pending) {
  std::set<BondId> bonds;
  for (const Pending& waiting : pending) {
    if (waiting.act.kind() == ActKind::kAvailability) bonds.insert(waiting.bond);
  }
  return bonds;
}

}  // namespace

absl::StatusOr<std::optional<Availability>> StandingHours(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto kept, reader.Find(names::kStandingHours));
  if (!kept) return std::optional<Availability>();
  Decoder decoder(kept->availability(), "vault.standing_hours");
  Availability hours = DecodeAvailability(decoder);
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return std::optional<Availability>(std::move(hours));
}

absl::Status PutStandingHours(VaultChange& change, Availability hours) {
  hours.number = 1;
  Encoder encoder;
  EncodeAvailability(encoder, hours);
  vault::StandingHours record;
  record.set_availability(encoder.Take());
  change.Put(names::kStandingHours, record);
  return NoteStandingHours(change, record.availability());
}

absl::Status InheritHours(const Context& context, Ledgers& ledgers, VaultChange& change) {
  // Nothing else is held up by what cannot be read; doctor says so.
  const auto standing = StandingHours(change);
  if (!standing.ok() || !*standing || context.zones == nullptr) return absl::OkStatus();
  std::optional<Availability> hours = *standing;
  auto zone = ReadZone(context, hours->zone.name);
  if (!zone.ok()) return absl::OkStatus();  // the name may be gone from a newer database
  hours->zone = *std::move(zone);
  std::erase_if(hours->away, [&](const Away& away) { return away.until_ms <= context.Now(); });
  HOLDFAST_ASSIGN_OR_RETURN(auto pending, PendingActs(change));
  const std::set<BondId> decided = WithPendingHours(pending);
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(change));
  for (const vault::Bond& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_others, IsForAnotherDevice(change, bond));
    if (is_others) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const bool has_none, HasNoHours(ledgers, change, id));
    if (!has_none || decided.contains(id)) continue;
    // Those for whom there is no room now get theirs later.
    const absl::Status written = WriteAct(context, ledgers, change, pending, id, *hours).status();
    if (ReasonOf(written) == Reason::kOutboxFull) return absl::OkStatus();
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client
