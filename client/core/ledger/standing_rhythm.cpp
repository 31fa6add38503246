#include "client/core/ledger/standing_rhythm.h"

#include <algorithm>

#include "client/core/archive/facts.h"
#include "client/core/ledger/acts.h"
#include "client/core/ledger/plans.h"
#include "client/core/ledger/zones.h"
#include "client/core/people/bonds.h"
#include "client/core/people/peers.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

// Nobody has proposed one there, nor waits to.
absl::StatusOr<bool> HadNoRhythm(Ledgers& ledgers, const VaultReader& reader,
                                 const std::vector<Pending>& pending, const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(reader, bond));
  if (held->book.ended() || held->book.newest_rhythm() != 0) return false;
  return std::ranges::none_of(pending, [&](const Pending& waiting) {
    return waiting.bond == bond && waiting.act.kind() == ActKind::kProposeRhythm;
  });
}

// As it would be signed now; none where it cannot be.
std::optional<Rhythm> AsOfNow(const Context& context, Rhythm rhythm) {
  auto zone = ReadZone(context, rhythm.zone.name);
  if (!zone.ok()) return std::nullopt;  // the name may be gone from a newer database
  rhythm.zone = *std::move(zone);
  if (!CountFromNow(rhythm, context.Now()).ok()) return std::nullopt;
  return rhythm;
}

}  // namespace

absl::StatusOr<std::optional<Rhythm>> StandingRhythm(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto kept, reader.Find(names::kStandingRhythm));
  if (!kept || kept->rhythm().empty()) return std::optional<Rhythm>();
  Decoder decoder(kept->rhythm(), "vault.standing_rhythm");
  Rhythm rhythm = DecodeRhythm(decoder);
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return std::optional<Rhythm>(std::move(rhythm));
}

absl::Status PutStandingRhythm(VaultChange& change, std::optional<Rhythm> rhythm) {
  vault::StandingRhythm record;
  if (rhythm) {
    rhythm->number = 1;
    Encoder encoder;
    EncodeRhythm(encoder, *rhythm);
    record.set_rhythm(encoder.Take());
  }
  change.Put(names::kStandingRhythm, record);
  HOLDFAST_RETURN_IF_ERROR(NoteStandingRhythm(change, record.rhythm()));
  return ForEachBond(change, [&](vault::Bond bond) {
    bond.set_had_standing_rhythm(true);
    PutBond(change, bond);
  });
}

absl::Status InheritRhythm(const Context& context, Ledgers& ledgers, VaultChange& change) {
  // Nothing else is held up by what cannot be read; doctor says so.
  const auto standing = StandingRhythm(change);
  if (!standing.ok() || !*standing || context.zones == nullptr) return absl::OkStatus();
  const std::optional<Rhythm> rhythm = AsOfNow(context, **standing);
  if (!rhythm) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto pending, PendingActs(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(change));
  for (const vault::Bond& bond : bonds) {
    if (bond.had_standing_rhythm()) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_others, IsForAnotherDevice(change, bond));
    if (is_others) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    HOLDFAST_ASSIGN_OR_RETURN(const bool had_none, HadNoRhythm(ledgers, change, pending, id));
    if (had_none && !WriteAct(context, ledgers, change, pending, id, *rhythm).ok()) continue;
    HOLDFAST_ASSIGN_OR_RETURN(vault::Bond settled, ReadBond(change, id));
    settled.set_had_standing_rhythm(true);
    PutBond(change, settled);
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client
