#include "client/core/reading/looking.h"

#include <algorithm>
#include <map>
#include <set>

#include "client/core/ahead/holding.h"
#include "client/core/ledger/receipts.h"
#include "client/core/outside/limits.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"
#include "client/core/vault/owed.h"
#include "rules/coming_slots.h"

namespace holdfast::client {
namespace {

std::vector<PromiseView> Owed(const LedgerBook& book, const BondId& bond, std::uint64_t now_ms) {
  std::vector<PromiseView> owed;
  for (const auto& [envelope, line] : book.promises()) {
    if (line.state != PromiseState::kOpen && line.state != PromiseState::kMissed) continue;
    const bool overdue = line.state == PromiseState::kOpen && !book.ended() &&
                         line.due_at_ms + limits::kClockSkewMs < now_ms;
    owed.push_back({bond, envelope, line, overdue, false});
  }
  std::ranges::stable_sort(owed, std::less<>(),
                           [](const PromiseView& view) { return view.line.due_at_ms; });
  return owed;
}

// Promises that a restored backup took out of the ledger: the practice knows nothing of
// them, and they are owed as before.
void AddLost(const PromisesKept& kept, const HeldLedger& held, const BondId& bond,
             std::uint64_t now_ms, std::vector<PromiseView>& owed) {
  const auto of_bond = kept.find(bond);
  if (of_bond == kept.end() || held.restored_at_ms == 0 || held.book.ended()) return;
  for (const auto& [id, line] : of_bond->second) {
    const bool overdue = line.due_at_ms + limits::kClockSkewMs < now_ms;
    if (!held.book.promises().contains(id)) owed.push_back({bond, id, line, overdue, true});
  }
  std::ranges::stable_sort(owed, std::less<>(),
                           [](const PromiseView& view) { return view.line.due_at_ms; });
}

std::optional<SlotLine> NewestEmpty(const LedgerBook& book) {
  std::optional<SlotLine> newest;
  for (const auto& [id, line] : book.slots()) {
    const bool counts = line.state == SlotState::kFilled || line.state == SlotState::kClosedEmpty;
    if (counts && (!newest || newest->slot.opens_at_ms < line.slot.opens_at_ms)) newest = line;
  }
  if (newest && newest->state == SlotState::kFilled) newest.reset();
  return newest;
}

// What an act says of a rhythm by its number alone; 0: nothing.
std::uint32_t NamedRhythm(const std::optional<Act>& act) {
  if (!act) return 0;
  if (const auto* accepted = std::get_if<AcceptRhythm>(&act->what)) return accepted->number;
  if (const auto* ended = std::get_if<EndRhythm>(&act->what)) return ended->number;
  return 0;
}

// Which rhythms the lines name, from all that came before.
absl::Status NameRhythms(const VaultReader& reader, const BondId& bond,
                         std::vector<LedgerLine>& lines) {
  const auto names_one = [](const LedgerLine& line) { return NamedRhythm(line.act) != 0; };
  if (std::ranges::none_of(lines, names_one)) return absl::OkStatus();
  std::map<std::uint32_t, Rhythm> proposed;
  std::map<std::uint32_t, std::uint64_t> accepted_at;  // the entry's number
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::Ledger(bond), [&](BytesView, const vault::LedgerRecord& record) -> absl::Status {
        HOLDFAST_ASSIGN_OR_RETURN(const CheckedItem item, StoredItem(record));
        if (!item.act) return absl::OkStatus();
        if (const auto* rhythm = std::get_if<Rhythm>(&item.act->what)) {
          proposed[rhythm->number] = *rhythm;
        }
        if (const auto* accepted = std::get_if<AcceptRhythm>(&item.act->what)) {
          accepted_at.emplace(accepted->number, item.entry.number);
        }
        return absl::OkStatus();
      }));
  for (LedgerLine& line : lines) {
    const std::uint32_t number = NamedRhythm(line.act);
    if (const auto found = proposed.find(number); found != proposed.end()) {
      line.rhythm = found->second;
    }
    const auto accepted = accepted_at.find(number);
    line.was_accepted = accepted != accepted_at.end() && accepted->second < line.entry.number;
  }
  return absl::OkStatus();
}

absl::StatusOr<PromisesKept> KeptPromises(const VaultReader& reader) {
  PromisesKept kept;
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, reader.Read(names::kProgress));
  const std::uint32_t life = LifeOf(progress, Incarnation());
  std::set<Bytes> replied;  // by this device's own account
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::kMessages, [&](BytesView key, const vault::Message& message) -> absl::Status {
        if (message.mine() && message.position() != 0) replied.insert(message.reply_to());
        const bool is_of_now = message.life() == life && !message.unpositioned();
        if (is_of_now || !WaitsForReply(message)) return absl::OkStatus();
        HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(key, "vault.message"));
        HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message.bond(), "vault.message"));
        PromiseLine line;
        line.made_at_ms = message.stored_ms();
        line.due_at_ms = line.first_due_at_ms = message.due_ms();
        kept[bond].emplace(id, line);
        return absl::OkStatus();
      }));
  for (auto& [bond, promises] : kept) {
    std::erase_if(promises, [&](const auto& one) { return replied.contains(one.first.str()); });
  }
  return kept;
}

}  // namespace

absl::StatusOr<Outside> LookOutside(const VaultReader& reader) {
  Outside outside;
  HOLDFAST_ASSIGN_OR_RETURN(outside.kept, KeptPromises(reader));
  HOLDFAST_ASSIGN_OR_RETURN(outside.pending, PendingActs(reader));
  return outside;
}

absl::StatusOr<StandingView> LookAt(Ledgers& ledgers, const VaultReader& reader, const BondId& bond,
                                    const Outside& outside, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, FindBond(reader, bond));
  if (!record || !record->has_statement()) {
    return WithStep(Refuse(Reason::kUnknownBond, "bond", "is not one of yours"),
                    NextStep::kListBonds);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(reader, bond));
  const LedgerBook& book = held->book;
  StandingView view;
  view.bond = bond;
  view.ended = book.ended();
  const auto paused = book.paused_until_ms();
  if (paused && *paused > now_ms) {
    view.paused_until_ms = paused;
    view.pause_holds_ahead = book.pause()->ahead_too;
  }
  if (book.availability() != nullptr) view.availability = *book.availability();
  view.rhythm = book.rhythm();
  view.proposal = book.proposal();
  view.proposal_hash = book.proposal_hash();
  view.proposal_shown =
      view.proposal.has_value() && record->shown_proposal() == view.proposal_hash.view();
  view.open_slot = book.open_slot();
  if (!view.ended) {
    HOLDFAST_ASSIGN_OR_RETURN(view.next_slot, book.next_slot());
  }
  view.empty_slot = NewestEmpty(book);
  view.promises = Owed(book, bond, now_ms);
  AddLost(outside.kept, *held, bond, now_ms, view.promises);
  view.entries = book.number();
  view.head = book.head();
  view.doubted = record->ledger_stopped();
  for (const Pending& waiting : outside.pending) {
    if (waiting.bond != bond) continue;
    view.waiting.push_back({bond, waiting.act.id, waiting.act.kind(), waiting.act.made_at_ms,
                            waiting.record.refusal(),
                            ReasonNamed(waiting.record.refusal_reason())});
  }
  return view;
}

absl::StatusOr<std::vector<LedgerLine>> LedgerAfter(const VaultReader& reader, const BondId& bond,
                                                    std::uint64_t number) {
  std::vector<LedgerLine> lines;
  const Bytes last = names::Number(number);
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::Ledger(bond), [&](BytesView key, const vault::LedgerRecord& record) -> absl::Status {
        if (key <= last) return absl::OkStatus();
        HOLDFAST_ASSIGN_OR_RETURN(CheckedItem checked, StoredItem(record));
        lines.push_back({checked.entry, checked.hash, std::move(checked.act)});
        return absl::OkStatus();
      }));
  HOLDFAST_RETURN_IF_ERROR(NameRhythms(reader, bond, lines));
  return lines;
}

absl::Status LeaveOutHidden(const VaultReader& reader, Ledgers& ledgers, const OwnDevice& own,
                            std::vector<LedgerLine>& lines) {
  if (own.role != crypto::Role::kClient) return absl::OkStatus();
  Holding holding(reader, ledgers, own);
  std::vector<LedgerLine> shown;
  for (LedgerLine& line : lines) {
    bool is_hidden = false;
    if (line.entry.kind == LedgerKind::kReleased) {
      const auto id = SubjectAs<EnvelopeId>(line.entry.subject);
      HOLDFAST_ASSIGN_OR_RETURN(const auto message, reader.Find(names::Message(id)));
      is_hidden = !message;
      if (message) {
        HOLDFAST_ASSIGN_OR_RETURN(is_hidden, holding.Hides(id, *message));
      }
    }
    if (!is_hidden) shown.push_back(std::move(line));
  }
  lines = std::move(shown);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Slot>> OpeningsFrom(const LedgerBook& book, std::uint64_t now_ms) {
  std::vector<Slot> openings;
  if (book.ended()) return openings;
  HOLDFAST_ASSIGN_OR_RETURN(std::optional<Slot> next, book.next_slot());
  const std::uint64_t after_ms = std::max(now_ms + 1, book.paused_until_ms().value_or(0));
  ComingSlots coming;
  for (std::size_t looked = 0; next && looked < limits::kOpeningsMax; ++looked) {
    if (next->opens_at_ms > now_ms + limits::kReleaseAheadMsMax) break;
    if (next->opens_at_ms >= after_ms) openings.push_back(*next);
    HOLDFAST_ASSIGN_OR_RETURN(next, coming.After(*book.rhythm(), next->opens_at_ms));
  }
  return openings;
}

}  // namespace holdfast::client
