#include "simulation/ahead_model.h"

#include <algorithm>
#include <tuple>

namespace holdfast::simulation {
namespace {

LedgerSubject SubjectOfCondition(const Header& header) {
  return header.release.when == ReleaseWhen::kPromiseMissed ? SubjectOf(header.reply_to)
                                                            : SubjectOf(header.release.slot);
}

bool WaitsForAnyMiss(const Header& header) {
  return header.release.when == ReleaseWhen::kPromiseMissed && header.reply_to.is_zero();
}

}  // namespace

void AheadModel::Take(const StoredEnvelope& envelope) {
  const Header& header = envelope.header;
  if (header.release.when == ReleaseWhen::kNow) return;
  ModelAhead note;
  note.header = header;
  note.by_client = envelope.by_client;
  note.position = envelope.position;
  const auto happened = happened_.find({header.release.when, SubjectOfCondition(header)});
  if (header.release.when == ReleaseWhen::kAtTime) {
    note.true_at_ms = header.release.at_ms;
  } else if (happened != happened_.end()) {
    note.true_at_ms = happened->second;
  }
  note.known_ms = envelope.stored_at_ms;
  CheckTaken(envelope, note);
  Require(!withdrawn_before_.contains({header.envelope, header.sender_account}),
          "a note was taken after its withdrawal");
  Require(notes_.emplace(header.envelope, note).second, "a note was sealed ahead twice");
}

void AheadModel::CheckTaken(const StoredEnvelope& envelope, const ModelAhead& note) const {
  const Header& header = envelope.header;
  Require(header.kind == Kind::kNote && !header.reply_owed && header.slot.is_zero(),
          "something was sealed ahead that is no note");
  // What a restore lost comes back for whatever was still to come when it was sealed.
  const auto may_come_back = [&](std::uint64_t until_ms) {
    return envelope.may_come_back && header.sent_at_ms < until_ms;
  };
  const bool is_late = note.true_at_ms != 0 && note.true_at_ms <= envelope.stored_at_ms;
  Require(!is_late || may_come_back(note.true_at_ms),
          "a note was sealed ahead for a time that had passed");
  const auto ruled_out = ruled_out_.find({header.release.when, SubjectOfCondition(header)});
  Require(ruled_out == ruled_out_.end() || may_come_back(ruled_out->second),
          "a note was sealed ahead for what could not happen any more");
  Require(header.release.when != ReleaseWhen::kPromiseMissed || !envelope.by_client,
          "a client sealed a note for a miss");
}

void AheadModel::Happened(ReleaseWhen when, const LedgerSubject& subject, std::uint64_t time_ms,
                          std::uint64_t at_ms) {
  happened_.emplace(Event(when, subject), time_ms);
  for (auto& [id, note] : notes_) {
    const bool waits = note.fate == AheadFate::kWaiting && note.true_at_ms == 0 &&
                       note.header.release.when == when &&
                       (WaitsForAnyMiss(note.header) || SubjectOfCondition(note.header) == subject);
    if (!waits) continue;
    note.true_at_ms = time_ms;
    note.known_ms = std::max(note.known_ms, at_ms);
  }
}

void AheadModel::RuledOut(ReleaseWhen when, const LedgerSubject& subject, std::uint64_t at_ms) {
  ruled_out_.emplace(Event(when, subject), at_ms);
}

void AheadModel::Hold(std::uint64_t until_ms, std::uint64_t at_ms) {
  held_until_ms_ = until_ms;
  hold_changed_ms_ = at_ms;
}

void AheadModel::Withdraw(const EnvelopeId& id, const AccountKey& by) {
  const auto found = notes_.find(id);
  if (found == notes_.end()) {
    Require(withdrawn_before_.emplace(id, by).second, "a note that never came was withdrawn twice");
    return;
  }
  ModelAhead& note = found->second;
  Require(note.fate != AheadFate::kReleased, "a note was withdrawn after its release");
  Require(note.fate != AheadFate::kErased, "a note was withdrawn twice");
  Require(note.header.sender_account == by, "a note was withdrawn by somebody else");
  note.fate = AheadFate::kErased;
}

void AheadModel::Release(const LedgerEntry& entry, const ModelMoment& moment) {
  const auto found = notes_.find(SubjectAs<EnvelopeId>(entry.subject));
  if (found == notes_.end()) return complain_("a note was released that the practice lacks");
  ModelAhead& note = found->second;
  if (note.fate == AheadFate::kReleased) return complain_("a note was released twice");
  if (note.fate == AheadFate::kErased) return complain_("a note was released that was withdrawn");
  if (note.true_at_ms == 0) return complain_("a note was released before what it waits for");
  Require(entry.from_ms == note.true_at_ms, "a note was released for another time than its own");
  Require(entry.at_ms >= note.true_at_ms && moment.latest_ms >= note.true_at_ms,
          "a note was released before its time");
  Require(entry.at_ms >= held_until_ms_ && moment.latest_ms >= held_until_ms_,
          "a note was released within a pause that holds it");
  CheckTurn(note, entry.at_ms);
  note.fate = AheadFate::kReleased;
  note.released_at_ms = entry.at_ms;
}

void AheadModel::CheckTurn(const ModelAhead& note, std::uint64_t at_ms) const {
  const auto turn = [](const ModelAhead& one) { return std::tie(one.true_at_ms, one.position); };
  for (const auto& [id, other] : notes_) {
    const bool is_due =
        other.fate == AheadFate::kWaiting && other.true_at_ms != 0 && other.true_at_ms <= at_ms;
    Require(!is_due || turn(note) <= turn(other), "a note was released before one that came first");
  }
}

void AheadModel::EndBond() {
  for (auto& [id, note] : notes_) {
    if (note.fate == AheadFate::kWaiting) note.fate = AheadFate::kErased;
  }
}

std::uint64_t AheadModel::next_due_ms() const {
  std::uint64_t next_ms = kNever;
  for (const auto& [id, note] : notes_) {
    if (note.fate != AheadFate::kWaiting || note.true_at_ms == 0) continue;
    next_ms = std::min(
        next_ms, std::max({note.true_at_ms, note.known_ms, held_until_ms_, hold_changed_ms_}));
  }
  return next_ms;
}

}  // namespace holdfast::simulation
