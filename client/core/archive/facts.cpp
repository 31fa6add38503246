#include "client/core/archive/facts.h"

#include "client/core/outside/limits.h"
#include "client/core/vault/names.h"
#include "crypto/public/hash.h"
#include "rules/planted.h"

namespace holdfast::client {
namespace {

absl::Status NoteAndWipe(VaultChange& change, v1::Fact& fact) {
  const absl::Status noted = NoteFact(change, fact);
  WipeFact(fact);
  return noted;
}

// What waits of it already is kept where the new one says nothing.
absl::Status NoteState(VaultChange& change, BytesView envelope, const v1::MessageStateFact& known) {
  v1::Fact fact;
  v1::MessageStateFact& state = *fact.mutable_state();
  state.set_envelope(Bytes(envelope));
  HOLDFAST_ASSIGN_OR_RETURN(const auto waiting, change.Find(names::kToArchive.At(SubjectOf(fact))));
  if (waiting) state = waiting->state();
  state.MergeFrom(known);
  return NoteFact(change, fact);
}

}  // namespace

absl::StatusOr<bool> KeepsArchive(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, reader.Find(names::kProgress));
  return progress && progress->archive_epoch() != 0;
}

Bytes SubjectOf(const v1::Fact& fact) {
  switch (fact.fact_case()) {
    case v1::Fact::kBond:
      return "bond" + fact.bond().statement().statement();
    case v1::Fact::kLabel:
      return "label" + fact.label().bond();
    case v1::Fact::kMessage:
      return "message" + fact.message().envelope();
    case v1::Fact::kState:
      return "state" + fact.state().envelope();
    case v1::Fact::kInvitation:
      return "invitation" + fact.invitation().lookup_id();
    case v1::Fact::kDraft:
      return "draft" + fact.draft().id();
    case v1::Fact::kStandingHours:
      return "standing-hours";
    case v1::Fact::kStandingRhythm:
      return "standing-rhythm";
    case v1::Fact::kAccount:
      return "account";
    case v1::Fact::kRecovery:
      return "recovery";
    case v1::Fact::kBookmark:
      return "bookmark" + fact.bookmark().envelope();
    case v1::Fact::kAheadKey:
      return "ahead-key" + fact.ahead_key().account() + fact.ahead_key().envelope();
    case v1::Fact::FACT_NOT_SET:
      break;  // of a newer version
  }
  return "other" + crypto::Sha256({fact.SerializeAsString()}).str();
}

void WipeFact(v1::Fact& fact) {
  if (fact.has_bond()) crypto::WipeBytes(*fact.mutable_bond()->mutable_shared_key());
  if (fact.has_message()) crypto::WipeBytes(*fact.mutable_message()->mutable_content_key());
  if (fact.has_invitation()) crypto::WipeBytes(*fact.mutable_invitation()->mutable_secret());
  if (fact.has_ahead_key()) crypto::WipeBytes(*fact.mutable_ahead_key()->mutable_key());
}

absl::Status NoteFact(VaultChange& change, const v1::Fact& fact) {
  HOLDFAST_ASSIGN_OR_RETURN(const bool keeps, KeepsArchive(change));
  if (keeps) change.Put(names::kToArchive.At(SubjectOf(fact)), fact);
  return absl::OkStatus();
}

absl::Status NoteBond(VaultChange& change, const vault::Bond& bond, BytesView shared_key) {
  v1::Fact fact;
  *fact.mutable_bond()->mutable_statement() = bond.statement();
  fact.mutable_bond()->set_shared_key(Bytes(shared_key));
  fact.mutable_bond()->set_redeem_request(bond.redeem_request());
  return NoteAndWipe(change, fact);
}

absl::Status NoteLabel(VaultChange& change, const vault::Bond& bond) {
  v1::Fact fact;
  fact.mutable_label()->set_bond(bond.id());
  fact.mutable_label()->set_label(bond.label());
  return NoteFact(change, fact);
}

absl::Status NoteMessage(VaultChange& change, const v1::MessageKey& key) {
  v1::Fact fact;
  *fact.mutable_message() = key;
  return NoteAndWipe(change, fact);
}

void ForgetMessageNoted(VaultChange& change, BytesView envelope) {
  v1::Fact fact;
  fact.mutable_message()->set_envelope(Bytes(envelope));
  change.Erase(names::kToArchive.At(SubjectOf(fact)));
}

absl::Status StripKeyNoted(VaultChange& change, BytesView envelope) {
  v1::Fact fact;
  fact.mutable_message()->set_envelope(Bytes(envelope));
  const auto name = names::kToArchive.At(SubjectOf(fact));
  HOLDFAST_ASSIGN_OR_RETURN(auto waiting, change.Find(name));
  if (!waiting) return absl::OkStatus();
  WipeFact(*waiting);
  waiting->mutable_message()->clear_content_key();
  change.Put(name, *waiting);
  return absl::OkStatus();
}

absl::Status NoteAheadKey(VaultChange& change, const BondId& bond, const AccountKey& writer,
                          const EnvelopeId& note, BytesView key) {
  v1::Fact fact;
  v1::AheadKeyFact& told = *fact.mutable_ahead_key();
  told.set_bond(bond.str());
  told.set_account(writer.str());
  told.set_envelope(note.str());
  told.set_key(Bytes(key));
  return NoteAndWipe(change, fact);
}

void ForgetAheadKeyNoted(VaultChange& change, const AccountKey& writer, const EnvelopeId& note) {
  v1::Fact fact;
  fact.mutable_ahead_key()->set_account(writer.str());
  fact.mutable_ahead_key()->set_envelope(note.str());
  change.Erase(names::kToArchive.At(SubjectOf(fact)));
}

absl::Status NoteOpened(VaultChange& change, BytesView envelope, std::uint64_t opened_ms) {
  if (HOLDFAST_PLANTED(kKeepOpenedToItself)) return absl::OkStatus();
  v1::MessageStateFact state;
  state.set_opened_ms(opened_ms);
  return NoteState(change, envelope, state);
}

absl::Status NoteDelivered(VaultChange& change, BytesView envelope, std::uint64_t delivered_ms) {
  v1::MessageStateFact state;
  state.set_delivered_ms(delivered_ms);
  return NoteState(change, envelope, state);
}

absl::Status NoteSeen(VaultChange& change, BytesView envelope, std::uint64_t seen_ms) {
  v1::MessageStateFact state;
  state.set_seen_ms(seen_ms);
  return NoteState(change, envelope, state);
}

absl::Status NoteWitnessed(VaultChange& change, BytesView envelope, std::uint64_t witnessed_ms) {
  v1::MessageStateFact state;
  state.set_witnessed_ms(witnessed_ms);
  return NoteState(change, envelope, state);
}

absl::Status NoteErased(VaultChange& change, BytesView envelope, std::uint64_t erased_ms) {
  v1::MessageStateFact state;
  state.set_erased_ms(erased_ms);
  return NoteState(change, envelope, state);
}

absl::Status NoteInvitation(VaultChange& change, BytesView lookup,
                            const vault::Invitation& invitation) {
  v1::Fact fact;
  v1::InvitationFact& told = *fact.mutable_invitation();
  told.set_lookup_id(Bytes(lookup));
  told.set_secret(invitation.secret());
  told.set_label(invitation.label());
  told.set_expires_ms(invitation.expires_ms());
  told.set_address(invitation.address());
  *told.mutable_statement() = invitation.statement();
  if (invitation.has_withdrawal()) *told.mutable_withdrawal() = invitation.withdrawal();
  told.set_client(invitation.client());
  return NoteAndWipe(change, fact);
}

absl::Status NoteDraft(VaultChange& change, BytesView id, const vault::Draft& draft) {
  if (draft.content().size() > limits::kDraftFactBytesMax) return absl::OkStatus();
  v1::Fact fact;
  v1::DraftFact& told = *fact.mutable_draft();
  told.set_id(Bytes(id));
  told.set_bond(draft.bond());
  told.set_kind(draft.kind());
  told.set_content(draft.content());
  told.set_reply_to(draft.reply_to());
  told.set_release_when(draft.release().when());
  told.set_release_at_ms(draft.release().at_ms());
  told.set_release_slot(draft.release().slot());
  told.set_release_promise(draft.release().promise());
  told.set_kept_ms(draft.kept_ms());
  told.set_replaces(draft.replaces());
  return NoteFact(change, fact);
}

absl::Status NoteDraftGone(VaultChange& change, BytesView id) {
  v1::Fact fact;
  fact.mutable_draft()->set_id(Bytes(id));
  fact.mutable_draft()->set_dropped(true);
  return NoteFact(change, fact);
}

absl::Status NoteBookmark(VaultChange& change, BytesView envelope, std::uint64_t kept_ms) {
  v1::Fact fact;
  fact.mutable_bookmark()->set_envelope(Bytes(envelope));
  fact.mutable_bookmark()->set_kept_ms(kept_ms);
  return NoteFact(change, fact);
}

absl::Status NoteStandingHours(VaultChange& change, BytesView availability) {
  v1::Fact fact;
  fact.mutable_standing_hours()->set_availability(Bytes(availability));
  return NoteFact(change, fact);
}

absl::Status NoteStandingRhythm(VaultChange& change, BytesView rhythm) {
  v1::Fact fact;
  fact.mutable_standing_rhythm()->set_rhythm(Bytes(rhythm));
  return NoteFact(change, fact);
}

absl::Status NoteRecovery(VaultChange& change, const v1::Recovery& recovery) {
  v1::Fact fact;
  *fact.mutable_recovery() = recovery;
  return NoteFact(change, fact);
}

absl::Status NoteAccount(VaultChange& change, const vault::Identity& identity) {
  v1::Fact fact;
  *fact.mutable_account()->mutable_registration() = identity.registration();
  fact.mutable_account()->set_enrolment_token(identity.enrolment_token());
  return NoteFact(change, fact);
}

absl::StatusOr<v1::Facts> FactsIn(const VaultReader& reader, const v1::ArchiveRecord& wire) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::ArchiveRecord record,
                            crypto::DecodeArchiveRecord(wire.record().statement()));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::ArchiveKey key, ArchiveKeyOf(reader, record.epoch));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::SecretBytes content,
                            crypto::OpenArchiveRecord(key, record, wire.sealed()));
  v1::Facts facts;
  const BytesView bytes = content.Expose();
  if (facts.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return facts;
  return Refuse(Reason::kMalformedField, "archive_record.facts", "cannot be read");
}

absl::StatusOr<crypto::ArchiveKey> ArchiveKeyOf(const VaultReader& reader, std::uint32_t epoch) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto bytes, reader.FindBytes(names::ArchiveKey(epoch)));
  if (!bytes) {
    return Refuse(Reason::kNotDecryptable, "archive_record.epoch", "is one whose key is not here");
  }
  return crypto::ArchiveKey::From(bytes->Expose(), "vault.archive-key");
}

void PutArchiveKey(VaultChange& change, std::uint32_t epoch, const crypto::ArchiveKey& key) {
  change.PutBytes(names::ArchiveKey(epoch), crypto::SecretBytes::CopyOf(key.Expose()));
}

}  // namespace holdfast::client
