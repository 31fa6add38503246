#include "client/core/ledger/zone_renewal.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/core/ledger/acts.h"
#include "client/core/ledger/zones.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"

namespace holdfast::client {
namespace {

// For all of a device's bonds: what waits to be sent, and each zone's file read once.
struct Renewal {
  const Context& context;
  Ledgers& ledgers;
  VaultChange& change;
  std::vector<Pending> pending;
  std::map<std::string, std::optional<Zone>> zones;

  // Nothing where the name is gone from a newer database: what was signed still holds.
  const std::optional<Zone>& ZoneNow(const std::string& name) {
    const auto [found, is_new] = zones.try_emplace(name);
    if (is_new) {
      auto read = ReadZone(context, name);
      if (read.ok()) found->second = *std::move(read);
    }
    return found->second;
  }
  // What was signed is good for now; else the newer zone.
  std::optional<Zone> Newer(const Zone& signed_zone) {
    const std::optional<Zone>& zone = ZoneNow(signed_zone.name);
    if (!zone) return std::nullopt;
    const bool ends_soon = signed_zone.covers_until_ms < context.Now() + limits::kZoneRenewalMs &&
                           zone->covers_until_ms > signed_zone.covers_until_ms;
    return ends_soon || !SameOffsets(signed_zone, *zone, context.Now()) ? zone : std::nullopt;
  }
  bool Waits(const BondId& bond, ActKind kind) const {
    return std::ranges::any_of(pending, [&](const Pending& waiting) {
      return waiting.bond == bond && waiting.act.kind() == kind && waiting.record.refusal().empty();
    });
  }
  bool Write(const BondId& bond, Decision what) {
    return WriteAct(context, ledgers, change, pending, bond, std::move(what)).ok();
  }
};

bool RenewTherapist(Renewal& renewal, const HeldLedger& held, const OwnDevice& own,
                    const BondId& bond) {
  if (renewal.context.zones == nullptr) return false;
  bool renewed = false;
  const Availability* availability = held.book.availability();
  const bool mine =
      availability != nullptr && held.availabilities.at(availability->number).device == own.device;
  if (mine && !renewal.Waits(bond, ActKind::kAvailability)) {
    if (auto zone = renewal.Newer(availability->zone)) {
      Availability again = *availability;
      again.zone = std::move(*zone);
      // Away times that are over say nothing any more.
      std::erase_if(again.away,
                    [&](const Away& away) { return away.until_ms <= renewal.context.Now(); });
      renewed = renewal.Write(bond, again);
    }
  }
  const auto& rhythm = held.book.rhythm();
  const bool proposed = held.book.proposal().has_value();
  const bool my_rhythm = rhythm && held.rhythm && held.rhythm->device == own.device;
  if (my_rhythm && !proposed && !renewal.Waits(bond, ActKind::kProposeRhythm)) {
    if (auto zone = renewal.Newer(rhythm->zone)) {
      Rhythm again = *rhythm;
      again.zone = std::move(*zone);
      renewed = renewal.Write(bond, again) || renewed;
    }
  }
  return renewed;
}

bool AcceptRenewed(Renewal& renewal, const HeldLedger& held, const BondId& bond) {
  const auto& rhythm = held.book.rhythm();
  const auto& proposal = held.book.proposal();
  if (!rhythm || !proposal || proposal->zone.name != rhythm->zone.name) return false;
  Rhythm same = *proposal;
  same.number = rhythm->number;
  same.zone = rhythm->zone;
  if (same != *rhythm || renewal.Waits(bond, ActKind::kAcceptRhythm)) return false;
  return renewal.Write(bond, AcceptRhythm{proposal->number, held.book.proposal_hash()});
}

}  // namespace

absl::StatusOr<bool> RenewZones(Context context, Ledgers& ledgers, VaultChange& change) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(change));
  HOLDFAST_ASSIGN_OR_RETURN(auto pending, PendingActs(change));
  Renewal renewal{context, ledgers, change, std::move(pending), {}};
  bool renewed = false;
  for (const vault::Bond& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, id));
    if (held->book.ended()) continue;
    const bool one = own->role == crypto::Role::kTherapist
                         ? RenewTherapist(renewal, *held, *own, id)
                         : AcceptRenewed(renewal, *held, id);
    renewed = renewed || one;
  }
  return renewed;
}

}  // namespace holdfast::client
