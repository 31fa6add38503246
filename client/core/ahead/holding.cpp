#include "client/core/ahead/holding.h"

#include <algorithm>
#include <vector>

#include "client/core/message/ruptures.h"
#include "client/core/people/bonds.h"
#include "client/core/shown/content.h"
#include "client/core/vault/names.h"
#include "rules/planted.h"

namespace holdfast::client {
namespace {

// Somebody said that they are not safe.
struct NotSafeAnswer {
  BondId bond;
  Bytes id;
  std::uint64_t stored_ms = 0;  // 0: the practice does not have it yet
};

// What a therapist wrote, and not ahead.
struct TherapistsWords {
  Bytes bond;
  Bytes reply_to;
  std::uint64_t sent_ms = 0;
  std::uint64_t stored_ms = 0;
};

// Written after the answer, or in reply to it: what crossed it on the way is no answer.
bool AnswersNotSafe(const TherapistsWords& words, const NotSafeAnswer& answer) {
  if (words.bond != answer.bond.view()) return false;
  if (words.reply_to == answer.id) return true;
  return answer.stored_ms != 0 && words.sent_ms >= answer.stored_ms &&
         words.stored_ms >= answer.stored_ms;
}

bool HoldsNote(const AheadHold& signals, const Condition& condition) {
  // One that was written for a miss comes because of it.
  const bool for_miss = condition.release.when == ReleaseWhen::kPromiseMissed;
  return signals.marked || signals.not_safe || (signals.missed && !for_miss);
}

absl::StatusOr<std::optional<vault::AheadDecision>> DecisionOn(const VaultReader& reader,
                                                               const vault::Message& message,
                                                               const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message.bond(), "vault.message"));
  return reader.Find(names::AheadDecision(bond, id));
}

}  // namespace

bool IsTherapistsNote(const OwnDevice& own, const vault::Message& message) {
  return message.has_release() && message.mine() == (own.role == crypto::Role::kTherapist);
}

absl::Status Holding::ReadMarks() {
  marked_.emplace();
  HOLDFAST_ASSIGN_OR_RETURN(const auto ruptures, AllRuptures(reader_));
  for (const auto& [message, mark] : ruptures) {
    if (!mark.closed) marked_->insert(mark.bond);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto on_missing, MarksOnMissing(reader_));
  for (const auto& [bond, count] : on_missing) {
    if (count > 0) marked_->insert(bond);
  }
  return absl::OkStatus();
}

absl::Status Holding::ReadNotSafe() {
  not_safe_.emplace();
  std::vector<NotSafeAnswer> answers;
  std::vector<TherapistsWords> written;
  HOLDFAST_RETURN_IF_ERROR(reader_.Scan(
      names::kMessages, [&](BytesView key, const vault::Message& message) -> absl::Status {
        const Kind kind = static_cast<Kind>(message.kind());
        const bool by_client = message.mine() == (own_.role == crypto::Role::kClient);
        const bool counts =
            by_client ? kind == Kind::kCheckIn : IsForPeople(kind) && !message.has_release();
        v1::Content content;
        if (!counts || !content.ParseFromString(message.content())) return absl::OkStatus();
        if (!by_client) {
          if (content.has_form_assignment()) return absl::OkStatus();
          written.push_back(
              {message.bond(), message.reply_to(), message.sent_ms(), message.stored_ms()});
          return absl::OkStatus();
        }
        if (content.check_in().risk_size() == 0) return absl::OkStatus();
        HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message.bond(), "vault.message"));
        answers.push_back({bond, Bytes(key), message.stored_ms()});
        return absl::OkStatus();
      }));
  for (const NotSafeAnswer& answer : answers) {
    const bool is_answered = std::ranges::any_of(
        written, [&](const TherapistsWords& words) { return AnswersNotSafe(words, answer); });
    if (!is_answered) not_safe_->insert(answer.bond);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Holding::HasOpenMiss(const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers_.Of(reader_, bond));
  for (const auto& [envelope, promise] : held->book.promises()) {
    if (promise.state != PromiseState::kMissed) continue;
    // The reply may be here before the ledger says so.
    HOLDFAST_ASSIGN_OR_RETURN(const auto message, reader_.Find(names::Message(envelope)));
    if (!message || message->answered_ms() == 0) return true;
  }
  return false;
}

absl::StatusOr<AheadHold> Holding::SignalsIn(const BondId& bond) {
  const auto known = signals_.find(bond);
  if (known != signals_.end()) return known->second;
  if (!marked_) HOLDFAST_RETURN_IF_ERROR(ReadMarks());
  if (!not_safe_) HOLDFAST_RETURN_IF_ERROR(ReadNotSafe());
  AheadHold signals;
  signals.marked = marked_->contains(bond);
  signals.not_safe = not_safe_->contains(bond);
  HOLDFAST_ASSIGN_OR_RETURN(signals.missed, HasOpenMiss(bond));
  if (HOLDFAST_PLANTED(kForgetOpenMark)) signals.marked = false;
  signals_.emplace(bond, signals);
  return signals;
}

absl::StatusOr<std::optional<AheadHold>> Holding::HoldOf(const EnvelopeId& id,
                                                         const vault::Message& message) {
  const std::optional<AheadHold> none;
  const bool is_over = message.opened_ms() != 0 || message.dropped_ms() != 0 ||
                       message.withdrawn_ms() != 0 || !message.refusal().empty();
  if (!IsTherapistsNote(own_, message) || is_over) return none;
  HOLDFAST_ASSIGN_OR_RETURN(const auto decision, DecisionOn(reader_, message, id));
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_marked, reader_.Has(names::Rupture(id)));
  if (decision || is_marked) return none;
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message.bond(), "vault.message"));
  HOLDFAST_ASSIGN_OR_RETURN(AheadHold hold, SignalsIn(bond));
  HOLDFAST_ASSIGN_OR_RETURN(const Condition condition, ConditionOf(message));
  HOLDFAST_ASSIGN_OR_RETURN(const auto out, reader_.Find(names::ReleasedNote(id)));
  hold.is_kept = out && out->held();
  if (!hold.is_kept && !HoldsNote(hold, condition)) return none;
  return hold;
}

absl::StatusOr<bool> Holding::Hides(const EnvelopeId& id, const vault::Message& message) {
  const bool may = own_.role == crypto::Role::kClient && IsTherapistsNote(own_, message);
  if (!may || message.opened_ms() != 0) return false;
  if (message.dropped_ms() != 0) return true;
  HOLDFAST_ASSIGN_OR_RETURN(const auto out, reader_.Find(names::ReleasedNote(id)));
  if (!out) return false;  // from before there were held notes
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message.bond(), "vault.message"));
  HOLDFAST_ASSIGN_OR_RETURN(const vault::Bond record, ReadBond(reader_, bond));
  // What the account's other devices know of it may still come.
  const bool is_reading = record.from_archive() && !record.history_read();
  HOLDFAST_ASSIGN_OR_RETURN(const auto hold, HoldOf(id, message));
  return hold.has_value() || is_reading;
}

absl::Status CheckIsShown(const VaultReader& reader, Ledgers& ledgers, const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, reader.Find(names::Message(id)));
  if (!message || !message->has_release()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(reader));
  Holding holding(reader, ledgers, *own);
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_hidden, holding.Hides(id, *message));
  if (!is_hidden) return absl::OkStatus();
  return Refuse(Reason::kUnknownEnvelope, "id", "there is no such message");
}

absl::StatusOr<bool> NoteIsOut(VaultChange& change, Ledgers& ledgers, const OwnDevice& own,
                               const EnvelopeId& id, vault::Message& message, bool from_history,
                               std::uint64_t now_ms) {
  if (!IsTherapistsNote(own, message) || message.opened_ms() != 0) return true;
  HOLDFAST_ASSIGN_OR_RETURN(const auto decision, DecisionOn(change, message, id));
  if (decision && decision->withdrawn()) {
    message.set_dropped_ms(now_ms);
    if (!message.mine()) message.clear_content();
    change.Erase(names::ReleasedNote(id));
    return false;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, change.Find(names::ReleasedNote(id)));
  vault::ReleasedNote out = known.value_or(vault::ReleasedNote());
  out.set_bond(message.bond());
  change.Put(names::ReleasedNote(id), out);
  if (from_history) return !out.held();
  Holding holding(change, ledgers, own);
  HOLDFAST_ASSIGN_OR_RETURN(const auto hold, holding.HoldOf(id, message));
  if (!hold) return true;
  if (!out.held()) out.set_untold(own.role == crypto::Role::kClient);
  out.set_held(true);
  change.Put(names::ReleasedNote(id), out);
  return false;
}

void ForgetReleased(VaultChange& change, const vault::Message& message, const EnvelopeId& id) {
  if (!message.has_release()) return;
  change.Erase(names::ReleasedNote(id));
  const auto bond = BondId::From(message.bond(), "vault.message");
  if (bond.ok()) change.Erase(names::AheadDecision(*bond, id));
}

absl::StatusOr<bool> HoldNotesIn(VaultChange& change, Ledgers& ledgers, const OwnDevice& own) {
  std::vector<std::pair<EnvelopeId, vault::ReleasedNote>> free;
  HOLDFAST_RETURN_IF_ERROR(change.Scan(
      names::kReleasedNotes, [&](BytesView key, const vault::ReleasedNote& out) -> absl::Status {
        HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id,
                                  EnvelopeId::From(key, "vault.released_note"));
        if (!out.held()) free.emplace_back(id, out);
        return absl::OkStatus();
      }));
  bool changed = false;
  Holding holding(change, ledgers, own);
  for (auto& [id, out] : free) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(id)));
    if (!message) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(out.bond(), "vault.released_note"));
    HOLDFAST_ASSIGN_OR_RETURN(const vault::Bond record, ReadBond(change, bond));
    if (record.from_archive() && !record.history_read()) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const auto hold, holding.HoldOf(id, *message));
    if (!hold) continue;
    out.set_held(true);
    out.set_untold(own.role == crypto::Role::kClient);
    change.Put(names::ReleasedNote(id), out);
    changed = true;
  }
  return changed;
}

absl::Status HoldNotes(Context context, Ledgers& ledgers) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const bool changed, HoldNotesIn(change, ledgers, *own));
  return changed ? change.Commit() : absl::OkStatus();
}

}  // namespace holdfast::client
