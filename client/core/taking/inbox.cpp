#include "client/core/taking/inbox.h"

#include <algorithm>

#include "client/core/archive/facts.h"
#include "client/core/ledger/reminders.h"
#include "client/core/people/bonds.h"
#include "client/core/people/forming.h"
#include "client/core/people/peers.h"
#include "client/core/taking/taking_in.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "rules/act.h"
#include "rules/header.h"
#include "rules/planted.h"

namespace holdfast::client {
namespace {

// How many from the first on are one commit: a message alone, entries of ledgers as many
// as come one behind the other.
std::size_t LengthTogether(std::span<const v1::Entry* const> entries) {
  const auto is_ledger = [](const v1::Entry* entry) { return entry->has_ledger(); };
  const auto end = std::ranges::find_if_not(entries, is_ledger);
  return std::max<std::size_t>(1, static_cast<std::size_t>(end - entries.begin()));
}

// A decision by a device that was linked since its account's list was fetched.
absl::StatusOr<std::optional<BondId>> BondOfUnknownSigner(const VaultReader& look,
                                                          const OwnDevice& own,
                                                          const v1::Entry& entry) {
  if (!entry.has_ledger() || !entry.ledger().has_act()) return std::optional<BondId>();
  const auto act = DecodeAct(entry.ledger().act().statement());
  if (!act.ok() || act->device == own.device) return std::optional<BondId>();
  HOLDFAST_ASSIGN_OR_RETURN(const auto signers, FindPeer(look, act->account));
  if (signers && signers->FindEver(act->device) != nullptr) return std::optional<BondId>();
  return std::optional<BondId>(act->bond);
}

}  // namespace

Task<absl::Status> Inbox::TakePage(v1::SubscribeResponse page) {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto refresh, BondsToRefresh(page));
  for (const BondId& bond : refresh) {
    auto refreshed = co_await directory_.Refresh(bond);
    HOLDFAST_CO_RETURN_IF_ERROR(refreshed);
  }
  v1::AcknowledgeRequest request;
  *request.mutable_cursor() = page.cursor();
  if (HOLDFAST_PLANTED(kAcknowledgeBeforeVault)) {
    auto early = co_await connection_.Ask(&Transport::Acknowledge, request);
    HOLDFAST_CO_RETURN_IF_ERROR(early.status());
  }
  if (HOLDFAST_PLANTED(kCursorBeforeEntries)) {
    HOLDFAST_CO_RETURN_IF_ERROR(FinishPage(page.cursor()));
  }
  const Entries entries{page.entries().data(), static_cast<std::size_t>(page.entries_size())};
  for (std::size_t at = 0; at < entries.size();) {
    const Entries together = entries.subspan(at, LengthTogether(entries.subspan(at)));
    auto read = co_await ReadBefore(*together.front());
    HOLDFAST_CO_RETURN_IF_ERROR(read);
    HOLDFAST_CO_RETURN_IF_ERROR(TakeTogether(together, page.cursor().incarnation()));
    at += together.size();
  }
  auto settled = co_await ledgers_.SettleNoted();
  HOLDFAST_CO_RETURN_IF_ERROR(settled);
  if (page.cursor().position() == 0) co_return absl::OkStatus();
  HOLDFAST_CO_RETURN_IF_ERROR(FinishPage(page.cursor()));
  auto acknowledged = co_await connection_.Ask(&Transport::Acknowledge, request);
  co_return acknowledged.status();
}

absl::StatusOr<bool> Inbox::IsOfUnknownBond(const v1::SubscribeResponse& page) const {
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const bool keeps, KeepsArchive(look));
  if (!keeps) return false;
  for (const v1::Entry& entry : page.entries()) {
    if (entry.has_bond_formed()) {
      const auto lookup = LookupId::From(entry.bond_formed().lookup_id(), "lookup_id");
      if (!lookup.ok()) continue;
      HOLDFAST_ASSIGN_OR_RETURN(const bool is_here, look.Has(names::Invitation(*lookup)));
      if (!is_here) return true;
    }
    const auto header = DecodeHeader(entry.delivery().header());
    if (!entry.has_delivery() || !header.ok()) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(look, header->bond));
    if (!bond) return true;
  }
  return false;
}

absl::StatusOr<std::vector<BondId>> Inbox::BondsToRefresh(const v1::SubscribeResponse& page) {
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  std::vector<BondId> bonds;
  for (const v1::Entry& entry : page.entries()) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto unknown, BondOfUnknownSigner(look, *own, entry));
    if (unknown) bonds.push_back(*unknown);
    const auto header = DecodeHeader(entry.delivery().header());
    if (!entry.has_delivery() || !header.ok()) continue;
    if (std::ranges::find(bonds, header->bond) != bonds.end()) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(look, header->bond));
    if (!bond) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(*bond));
    HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(look, parties.other(own->account)));
    if (!known) continue;
    const bool from_own = header->sender_account == own->account;
    const std::uint32_t mine =
        from_own ? header->sender_list_version : header->receiver_list_version;
    const std::uint32_t theirs =
        from_own ? header->receiver_list_version : header->sender_list_version;
    if (theirs > known->devices.version || mine > progress.list_version()) {
      bonds.push_back(header->bond);
    }
  }
  return bonds;
}

Task<absl::Status> Inbox::ReadBefore(v1::Entry entry) {
  if (!entry.has_delivery()) co_return absl::OkStatus();
  HOLDFAST_CO_ASSIGN_OR_RETURN(const bool judge, ledgers_.CanJudge(entry.delivery().receipt()));
  const auto header = DecodeHeader(entry.delivery().header());
  if (!header.ok()) co_return absl::OkStatus();
  HOLDFAST_CO_ASSIGN_OR_RETURN(const bool unreleased, ComesBeforeItsRelease(*header));
  if (judge && !unreleased) co_return absl::OkStatus();
  auto settled = co_await ledgers_.Settle(header->bond);
  co_return settled;
}

absl::StatusOr<bool> Inbox::ComesBeforeItsRelease(const Header& header) {
  if (!IsAhead(header)) return false;
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(look, header.bond));
  if (!bond || !bond->has_statement()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers_.Of(look, header.bond));
  return !held->book.released(header.envelope);
}

absl::StatusOr<bool> Inbox::TakeEvent(VaultChange& change, const OwnDevice& own,
                                      const v1::Entry& entry) {
  switch (entry.event_case()) {
    case v1::Entry::kDelivery:
      return TakeDelivery(context_, change, ledgers_, own, entry.delivery());
    case v1::Entry::kBondFormed:
      HOLDFAST_RETURN_IF_ERROR(TakeBondFormed(change, own, entry.bond_formed(), context_.Now()));
      return false;
    case v1::Entry::kGap:
      HOLDFAST_RETURN_IF_ERROR(TakeGap(change, entry.gap()));
      return false;
    case v1::Entry::kLedger:
      HOLDFAST_RETURN_IF_ERROR(
          ledgers_.Take(change, own, entry.ledger(), Ledgers::Source::kMailbox).status());
      return false;
    case v1::Entry::kReminder:
      HOLDFAST_RETURN_IF_ERROR(TakeReminder(ledgers_, change, entry.reminder()).status());
      return false;
    case v1::Entry::EVENT_NOT_SET:
      break;  // of a newer version
  }
  return false;
}

absl::Status Inbox::TakeTogether(Entries entries, const std::string& incarnation) {
  const absl::Status taken = TakeEntries(entries, incarnation);
  if (taken.ok() || entries.size() == 1) return taken;
  // One of them cannot be: those before it are taken in all the same.
  for (std::size_t at = 0; at < entries.size(); ++at) {
    HOLDFAST_RETURN_IF_ERROR(TakeEntries(entries.subspan(at, 1), incarnation));
  }
  return absl::OkStatus();
}

absl::Status Inbox::TakeEntries(Entries entries, const std::string& incarnation) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  std::size_t for_people = 0;
  for (const v1::Entry* entry : entries) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_for_people, TakeEvent(change, *own, *entry));
    if (is_for_people) ++for_people;
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  const std::uint64_t position = entries.back()->position();
  if (position > progress.cursor().position() || progress.cursor().incarnation() != incarnation) {
    progress.mutable_cursor()->set_incarnation(incarnation);
    progress.mutable_cursor()->set_position(position);
    change.Put(names::kProgress, progress);
  }
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  received_count_ += for_people;
  return absl::OkStatus();
}

absl::Status Inbox::TakeGap(VaultChange& change, const v1::Gap& gap) {
  const std::uint64_t count = gap.last() >= gap.first() ? gap.last() - gap.first() + 1 : 1;
  return RaiseAlarm(change, context_.Now(), Reason::kIntegrity, std::nullopt,
                    AlarmKind::kEntriesDropped, {.count = count});
}

absl::Status Inbox::FinishPage(const v1::Cursor& cursor) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  const bool known = progress.cursor().incarnation() == cursor.incarnation() &&
                     progress.cursor().position() >= cursor.position();
  if (known) return absl::OkStatus();
  *progress.mutable_cursor() = cursor;
  change.Put(names::kProgress, progress);
  return change.Commit();
}

}  // namespace holdfast::client
