// What a person decides about a bond, and how things stand in it.
#include "client/core/engine_impl.h"
#include "client/core/ledger/acts.h"
#include "client/core/ledger/ledger_export.h"
#include "client/core/ledger/plans.h"
#include "client/core/ledger/reminders.h"
#include "client/core/ledger/standing_hours.h"
#include "client/core/ledger/standing_rhythm.h"
#include "client/core/outside/limits.h"
#include "client/core/reading/looking.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

absl::Status NoSuchPromise(const PromiseLine* line, std::uint64_t now_ms) {
  if (line == nullptr) {
    return Refuse(Reason::kUnknownEnvelope, "id", "no reply is promised for that message");
  }
  if (line->state == PromiseState::kOpen && now_ms < line->due_at_ms) return absl::OkStatus();
  return Refuse(Reason::kActSuperseded, "id",
                line->state == PromiseState::kOpen || line->state == PromiseState::kMissed
                    ? "its time has come, so it cannot be moved any more; a reply repairs it"
                    : "it has been answered already");
}

// Counting what was decided here and is still on its way.
absl::StatusOr<bool> IsToPause(const VaultReader& reader, const BondId& bond,
                               const LedgerBook& book, std::uint64_t now_ms) {
  const auto paused = book.paused_until_ms();
  bool is_to_pause = paused && *paused > now_ms;
  HOLDFAST_ASSIGN_OR_RETURN(const auto pending, PendingActs(reader));
  for (const Pending& waiting : pending) {
    if (waiting.bond != bond || !waiting.record.refusal().empty()) continue;
    if (std::holds_alternative<Pause>(waiting.act.what)) is_to_pause = true;
    if (std::holds_alternative<Resume>(waiting.act.what)) is_to_pause = false;
  }
  return is_to_pause;
}

// When it will be due by what was decided here and is still on its way.
absl::StatusOr<std::uint64_t> DueByWaiting(const VaultReader& reader, const EnvelopeId& envelope,
                                           const PromiseLine& line) {
  std::uint64_t due_at_ms = line.due_at_ms;
  HOLDFAST_ASSIGN_OR_RETURN(const auto pending, PendingActs(reader));
  for (const Pending& waiting : pending) {
    const auto* moved = std::get_if<Reschedule>(&waiting.act.what);
    const bool counts = moved != nullptr && moved->envelope == envelope &&
                        moved->from_ms == due_at_ms && waiting.record.refusal().empty();
    if (counts) due_at_ms = moved->due_at_ms;
  }
  return due_at_ms;
}

// From when a move of it is signed.
absl::StatusOr<std::uint64_t> MovedFrom(const VaultReader& reader, const LedgerBook& book,
                                        const EnvelopeId& envelope, std::uint64_t now_ms) {
  const auto found = book.promises().find(envelope);
  const PromiseLine* line = found == book.promises().end() ? nullptr : &found->second;
  HOLDFAST_RETURN_IF_ERROR(NoSuchPromise(line, now_ms));
  return DueByWaiting(reader, envelope, *line);
}

absl::StatusOr<BondId> BondOfMessage(const VaultReader& reader, const EnvelopeId& envelope) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, reader.Find(names::Message(envelope)));
  if (!message) return Refuse(Reason::kUnknownEnvelope, "id", "there is no such message");
  return BondId::From(message->bond(), "vault.message");
}

}  // namespace

absl::StatusOr<ActId> Engine::Impl::Decide(
    const BondId& bond,
    const std::function<absl::StatusOr<Decision>(const VaultReader&, const LedgerBook&)>& what) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, FindBond(change, bond));
  if (!record) return Refuse(Reason::kUnknownBond, "bond", "is not one of yours");
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, exchange_.ledgers().Of(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(Decision decision, what(change, held->book));
  HOLDFAST_ASSIGN_OR_RETURN(auto pending, PendingActs(change));
  HOLDFAST_ASSIGN_OR_RETURN(const ActId id, WriteAct(context_, exchange_.ledgers(), change, pending,
                                                     bond, std::move(decision)));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  NoteWritten();
  return id;
}

absl::StatusOr<ActId> Engine::SetAvailability(const BondId& bond,
                                              const Availability& availability) {
  return impl_->Decide(bond,
                       [&](const VaultReader&, const LedgerBook&) -> absl::StatusOr<Decision> {
                         return Decision(availability);
                       });
}

absl::StatusOr<Engine::DecidedForAll> Engine::Impl::DecideForAll(
    std::vector<std::pair<BondId, Decision>> all) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto pending, PendingActs(change));
  DecidedForAll decided;
  for (auto& [bond, decision] : all) {
    const auto id =
        WriteAct(context_, exchange_.ledgers(), change, pending, bond, std::move(decision));
    if (!id.ok()) {
      decided.failed = id.status();
      break;
    }
    decided.acts.push_back({bond, *id});
  }
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  if (!decided.acts.empty()) NoteWritten();
  return decided;
}

absl::StatusOr<Engine::DecidedForAll> Engine::SetAvailabilities(
    const std::vector<std::pair<BondId, Availability>>& all) {
  return impl_->DecideForAll({all.begin(), all.end()});
}

absl::StatusOr<Engine::DecidedForAll> Engine::ProposeRhythms(const std::vector<BondView>& bonds,
                                                             const Rhythm& rhythm) {
  std::vector<std::pair<BondId, Decision>> all;
  for (const BondView& bond : bonds) all.emplace_back(bond.id, rhythm);
  return impl_->DecideForAll(std::move(all));
}

absl::StatusOr<ActId> Engine::SetAvailability(const BondId& bond, const AvailabilityDraft& draft) {
  return impl_->Decide(
      bond, [&](const VaultReader&, const LedgerBook&) -> absl::StatusOr<Decision> {
        HOLDFAST_ASSIGN_OR_RETURN(Availability planned,
                                  PlanOf(impl_->context().zones, impl_->context().Now(), draft));
        return Decision(std::move(planned));
      });
}

absl::StatusOr<ActId> Engine::ProposeRhythm(const BondId& bond, const Rhythm& rhythm) {
  return impl_->Decide(bond,
                       [&](const VaultReader&, const LedgerBook&) -> absl::StatusOr<Decision> {
                         return Decision(rhythm);
                       });
}

absl::StatusOr<ActId> Engine::ProposeRhythm(const BondId& bond, const RhythmDraft& draft) {
  return impl_->Decide(
      bond, [&](const VaultReader&, const LedgerBook&) -> absl::StatusOr<Decision> {
        HOLDFAST_ASSIGN_OR_RETURN(Rhythm planned,
                                  PlanOf(impl_->context().zones, impl_->context().Now(), draft));
        return Decision(std::move(planned));
      });
}

absl::StatusOr<Availability> Engine::Planned(const AvailabilityDraft& draft) {
  HOLDFAST_ASSIGN_OR_RETURN(Availability planned,
                            PlanOf(impl_->context().zones, impl_->context().Now(), draft));
  planned.number = 1;
  HOLDFAST_RETURN_IF_ERROR(CheckAvailability(planned, impl_->context().Now()));
  return planned;
}

absl::StatusOr<Rhythm> Engine::Planned(const RhythmDraft& draft) {
  HOLDFAST_ASSIGN_OR_RETURN(Rhythm planned,
                            PlanOf(impl_->context().zones, impl_->context().Now(), draft));
  planned.number = 1;
  HOLDFAST_RETURN_IF_ERROR(CheckRhythm(planned, impl_->context().Now()));
  return planned;
}

absl::StatusOr<ActId> Engine::AcceptRhythm(const BondId& bond, const std::optional<Hash>& shown) {
  return impl_->Decide(
      bond, [&](const VaultReader&, const LedgerBook& book) -> absl::StatusOr<Decision> {
        if (!book.proposal()) {
          return Refuse(Reason::kUsage, "",
                        "no rhythm is proposed just now, so there is none to accept");
        }
        if (shown && *shown != book.proposal_hash()) {
          return Refuse(Reason::kActSuperseded, "",
                        "another rhythm has been proposed since this one was shown, so nothing was "
                        "accepted; look at it first");
        }
        return Decision(holdfast::AcceptRhythm{book.proposal()->number, book.proposal_hash()});
      });
}

absl::Status Engine::SetStandingHours(const Availability& hours) {
  HOLDFAST_RETURN_IF_ERROR(CheckAvailability(hours, impl_->context().Now()));
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(PutStandingHours(change, hours));
  return change.Commit();
}

absl::StatusOr<std::optional<Availability>> Engine::StandingHours() {
  const VaultReader look(impl_->context().vault);
  return client::StandingHours(look);
}

absl::Status Engine::SetStandingRhythm(const std::optional<Rhythm>& rhythm) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  if (own->role != crypto::Role::kTherapist) {
    return Refuse(Reason::kUsage, "", "that is for the therapist to decide");
  }
  if (rhythm) HOLDFAST_RETURN_IF_ERROR(CheckRhythm(*rhythm, impl_->context().Now()));
  HOLDFAST_RETURN_IF_ERROR(PutStandingRhythm(change, rhythm));
  return change.Commit();
}

absl::StatusOr<std::optional<Rhythm>> Engine::StandingRhythm() {
  const VaultReader look(impl_->context().vault);
  return client::StandingRhythm(look);
}

absl::Status Engine::MarkProposalShown(const BondId& bond, const Hash& proposal) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto record, FindBond(change, bond));
  if (!record) return Refuse(Reason::kUnknownBond, "bond", "is not one of yours");
  if (record->shown_proposal() == proposal.view()) return absl::OkStatus();
  record->set_shown_proposal(Bytes(proposal.view()));
  PutBond(change, *record);
  return change.Commit();
}

absl::StatusOr<ActId> Engine::EndRhythm(const BondId& bond) {
  return impl_->Decide(bond,
                       [](const VaultReader&, const LedgerBook& book) -> absl::StatusOr<Decision> {
                         const auto& which = book.rhythm() ? book.rhythm() : book.proposal();
                         if (which) return Decision(holdfast::EndRhythm{which->number});
                         return Refuse(Reason::kUsage, "", "there is no rhythm to end");
                       });
}

absl::StatusOr<ActId> Engine::Reschedule(const EnvelopeId& envelope, std::uint64_t due_at_ms) {
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondOfMessage(look, envelope));
  return impl_->Decide(
      bond, [&](const VaultReader& reader, const LedgerBook& book) -> absl::StatusOr<Decision> {
        HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t from_ms,
                                  MovedFrom(reader, book, envelope, impl_->context().Now()));
        if (due_at_ms == from_ms) {
          return Refuse(Reason::kUsage, "", "it is due then already, so there is nothing to move");
        }
        return Decision(holdfast::Reschedule{envelope, from_ms, due_at_ms});
      });
}

absl::StatusOr<std::uint64_t> Engine::DueByNow(const EnvelopeId& envelope) {
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondOfMessage(look, envelope));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, impl_->exchange().ledgers().Of(look, bond));
  return MovedFrom(look, held->book, envelope, impl_->context().Now());
}

absl::StatusOr<ActId> Engine::Pause(const BondId& bond, std::uint64_t until_ms, bool ahead_too) {
  return impl_->Decide(bond,
                       [&](const VaultReader&, const LedgerBook&) -> absl::StatusOr<Decision> {
                         return Decision(holdfast::Pause{until_ms, ahead_too});
                       });
}

absl::StatusOr<ActId> Engine::Resume(const BondId& bond) {
  return impl_->Decide(
      bond, [&](const VaultReader& reader, const LedgerBook& book) -> absl::StatusOr<Decision> {
        HOLDFAST_ASSIGN_OR_RETURN(const bool is_to_pause,
                                  IsToPause(reader, bond, book, impl_->context().Now()));
        if (is_to_pause) return Decision(holdfast::Resume{});
        return Refuse(Reason::kUsage, "", "there is no pause just now");
      });
}

absl::StatusOr<ActId> Engine::EndBond(const BondId& bond) {
  return impl_->Decide(bond, [](const VaultReader&, const LedgerBook&) -> absl::StatusOr<Decision> {
    return Decision(holdfast::EndBond{});
  });
}

absl::Status Engine::Rehearse(const std::function<absl::Status(Engine&)>& act) {
  const Vault::Rehearsal rehearsal(impl_->context().vault);
  return act(*this);
}

absl::StatusOr<StandingView> Engine::Standing(const BondId& bond) {
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const Outside outside, LookOutside(look));
  return LookAt(impl_->exchange().ledgers(), look, bond, outside, impl_->context().Now());
}

absl::StatusOr<std::map<BondId, StandingView>> Engine::Standings(
    const std::vector<BondView>& bonds) {
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const Outside outside, LookOutside(look));
  std::map<BondId, StandingView> standings;
  for (const BondView& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(standings[bond.id], LookAt(impl_->exchange().ledgers(), look, bond.id,
                                                         outside, impl_->context().Now()));
  }
  return standings;
}

absl::StatusOr<std::vector<LedgerLine>> Engine::Ledger(const BondId& bond, std::uint64_t after) {
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  HOLDFAST_ASSIGN_OR_RETURN(auto lines, LedgerAfter(look, bond, after));
  HOLDFAST_RETURN_IF_ERROR(LeaveOutHidden(look, impl_->exchange().ledgers(), *own, lines));
  return lines;
}

absl::StatusOr<LedgerExport> Engine::ExportLedger(const BondId& bond) {
  const VaultReader look(impl_->context().vault);
  return client::ExportLedger(look, bond);
}

absl::StatusOr<std::vector<ReminderView>> Engine::Reminders() {
  return UsefulReminders(impl_->exchange().ledgers(), VaultReader(impl_->context().vault));
}

absl::StatusOr<std::vector<ReminderView>> Engine::TakeReminders() {
  VaultChange change(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto reminders, ShowReminders(impl_->exchange().ledgers(), change));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return reminders;
}

absl::Status Engine::ForgetRefused() {
  VaultChange change(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto pending, PendingActs(change));
  for (const Pending& waiting : pending) {
    if (!waiting.record.refusal().empty()) change.Erase(waiting.name);
  }
  return change.Commit();
}

}  // namespace holdfast::client
