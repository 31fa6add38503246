#include "client/core/ledger/zone_renewal.h"

#include <algorithm>

#include "client/core/ledger/acts.h"
#include "client/core/ledger/zones.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"

namespace holdfast::client {
namespace {

// What was signed is good for now; else the newer zone.
absl::StatusOr<std::optional<Zone>> Newer(const Context& context, const Zone& signed_zone) {
  auto zone = ReadZone(context, signed_zone.name);
  // The name may be gone from a newer database: what was signed still holds.
  if (!zone.ok()) return std::optional<Zone>();
  const bool ends_soon = signed_zone.covers_until_ms < context.Now() + limits::kZoneRenewalMs &&
                         zone->covers_until_ms > signed_zone.covers_until_ms;
  if (!ends_soon && SameOffsets(signed_zone, *zone, context.Now())) return std::optional<Zone>();
  return std::optional<Zone>(std::move(*zone));
}

bool Waits(const std::vector<Pending>& pending, const BondId& bond, ActKind kind) {
  return std::ranges::any_of(pending, [&](const Pending& waiting) {
    return waiting.bond == bond && waiting.act.kind() == kind && waiting.record.refusal().empty();
  });
}

absl::StatusOr<bool> RenewTherapist(Context context, Ledgers& ledgers, VaultChange& change,
                                    const OwnDevice& own, const BondId& bond) {
  if (context.zones == nullptr) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const auto pending, PendingActs(change));
  bool renewed = false;
  const Availability* availability = held->book.availability();
  const bool mine =
      availability != nullptr && held->availabilities.at(availability->number).device == own.device;
  if (mine && !Waits(pending, bond, ActKind::kAvailability)) {
    HOLDFAST_ASSIGN_OR_RETURN(auto zone, Newer(context, availability->zone));
    if (zone) {
      Availability again = *availability;
      again.zone = std::move(*zone);
      // Away times that are over say nothing any more.
      std::erase_if(again.away, [&](const Away& away) { return away.until_ms <= context.Now(); });
      renewed = WriteAct(context, ledgers, change, bond, again).ok();
    }
  }
  const auto& rhythm = held->book.rhythm();
  const bool proposed = held->book.proposal().has_value();
  const bool my_rhythm = rhythm && held->rhythm && held->rhythm->device == own.device;
  if (my_rhythm && !proposed && !Waits(pending, bond, ActKind::kProposeRhythm)) {
    HOLDFAST_ASSIGN_OR_RETURN(auto zone, Newer(context, rhythm->zone));
    if (zone) {
      Rhythm again = *rhythm;
      again.zone = std::move(*zone);
      renewed = WriteAct(context, ledgers, change, bond, again).ok() || renewed;
    }
  }
  return renewed;
}

absl::StatusOr<bool> AcceptRenewed(Context context, Ledgers& ledgers, VaultChange& change,
                                   const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, bond));
  const auto& rhythm = held->book.rhythm();
  const auto& proposal = held->book.proposal();
  if (!rhythm || !proposal || proposal->zone.name != rhythm->zone.name) return false;
  Rhythm same = *proposal;
  same.number = rhythm->number;
  same.zone = rhythm->zone;
  HOLDFAST_ASSIGN_OR_RETURN(const auto pending, PendingActs(change));
  if (same != *rhythm || Waits(pending, bond, ActKind::kAcceptRhythm)) return false;
  const AcceptRhythm accept{proposal->number, held->book.proposal_hash()};
  return WriteAct(context, ledgers, change, bond, accept).ok();
}

}  // namespace

absl::StatusOr<bool> RenewZones(Context context, Ledgers& ledgers, VaultChange& change) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(change));
  bool renewed = false;
  for (const vault::Bond& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, id));
    if (held->book.ended()) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const bool one,
                              own->role == crypto::Role::kTherapist
                                  ? RenewTherapist(context, ledgers, change, *own, id)
                                  : AcceptRenewed(context, ledgers, change, id));
    renewed = renewed || one;
  }
  return renewed;
}

}  // namespace holdfast::client
