#include "client/core/archiving/fact_taking.h"

#include "client/core/ahead/ahead_keys.h"
#include "client/core/ahead/holding.h"
#include "client/core/archive/facts.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/people/sessions.h"
#include "client/core/people/wire.h"
#include "client/core/sending/erasing.h"
#include "client/core/shown/drafts.h"
#include "client/core/taking/arrival.h"
#include "client/core/taking/signs_heard.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/invitation.h"
#include "crypto/public/account_change.h"
#include "crypto/public/invitation_statement.h"
#include "crypto/public/practice.h"
#include "rules/availability.h"
#include "rules/rhythm.h"

namespace holdfast::client {
namespace {

// The bond as the practice signed it, of this account.
absl::StatusOr<crypto::BondStatement> CheckedBond(const OwnDevice& own,
                                                  const v1::SignedStatement& statement) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::BondStatement named,
                            crypto::DecodeBond(statement.statement()));
  HOLDFAST_RETURN_IF_ERROR(crypto::VerifyBond(FromWire(statement), named.practice).status());
  if (named.therapist == own.account || named.client == own.account) return named;
  return Refuse(Reason::kIntegrity, "bond", "is of other people");
}

absl::Status TakeBond(VaultChange& change, const OwnDevice& own, const v1::BondFact& fact,
                      std::uint64_t now_ms) {
  const auto stated = CheckedBond(own, fact.statement());
  auto key = crypto::PreSharedKey::From(fact.shared_key(), "bond.shared_key");
  if (!stated.ok() || !key.ok()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindBond(change, stated->bond));
  if (known && known->has_statement()) return absl::OkStatus();
  vault::Bond bond;
  bond.set_id(stated->bond.str());
  bond.set_therapist(stated->therapist.str());
  bond.set_client(stated->client.str());
  bond.set_formed_ms(stated->formed_at_ms);
  *bond.mutable_statement() = fact.statement();
  bond.set_redeem_request(fact.redeem_request());
  bond.set_last_sign_ms(now_ms);
  bond.set_from_archive(true);
  bond.set_had_standing_rhythm(true);
  PutBond(change, bond);
  PutSharedKey(change, stated->bond, *key);
  return absl::OkStatus();
}

absl::Status TakeLabel(VaultChange& change, const v1::LabelFact& fact) {
  const auto id = BondId::From(fact.bond(), "label.bond");
  if (!id.ok() || fact.label().size() > limits::kLabelBytesMax) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto bond, FindBond(change, *id));
  if (!bond) return absl::OkStatus();
  bond->set_label(fact.label());
  PutBond(change, *bond);
  return absl::OkStatus();
}

absl::Status TakeKey(VaultChange& change, const v1::MessageKey& key, std::uint64_t now_ms) {
  const auto bond = BondId::From(key.bond(), "key.bond");
  if (!bond.ok() || key.envelope().size() != EnvelopeId::size) return absl::OkStatus();
  return KeepHistoryKey(change, key, *bond, now_ms);
}

absl::Status TakeState(VaultChange& change, const v1::MessageStateFact& fact) {
  const auto id = EnvelopeId::From(fact.envelope(), "state.envelope");
  if (!id.ok()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(*id)));
  if (!message) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto before, change.Find(names::KnownState(*id)));
    v1::MessageStateFact state = before.value_or(v1::MessageStateFact());
    state.MergeFrom(fact);
    change.Put(names::KnownState(*id), state);
    return fact.erased_ms() == 0 ? absl::OkStatus() : StripHistoryKey(change, *id);
  }
  if (fact.erased_ms() != 0) {
    HOLDFAST_RETURN_IF_ERROR(TakeErased(change, *id, fact.erased_ms()));
    HOLDFAST_ASSIGN_OR_RETURN(message, change.Find(names::Message(*id)));
  }
  if (fact.opened_ms() != 0 && message->opened_ms() == 0) {
    message->set_opened_ms(fact.opened_ms());
    ForgetReleased(change, *message, *id);
  }
  if (fact.delivered_ms() != 0 && message->mine() && message->delivered_ms() == 0) {
    message->set_delivered_ms(fact.delivered_ms());
  }
  if (fact.seen_ms() != 0 && message->seen_ms() == 0) message->set_seen_ms(fact.seen_ms());
  PutWitnessed(*message, fact.witnessed_ms());
  change.Put(names::Message(*id), *message);
  return absl::OkStatus();
}

// Also of a message that is not here yet.
absl::Status TakeBookmark(VaultChange& change, const v1::BookmarkFact& fact) {
  const auto id = EnvelopeId::From(fact.envelope(), "bookmark.envelope");
  if (!id.ok()) return absl::OkStatus();
  if (fact.kept_ms() == 0) {
    change.Erase(names::Bookmark(*id));
    return absl::OkStatus();
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t count, change.Count(names::kBookmarks));
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_here, change.Has(names::Bookmark(*id)));
  if (count >= limits::kBookmarksMax && !is_here) return absl::OkStatus();
  vault::Bookmark bookmark;
  bookmark.set_kept_ms(fact.kept_ms());
  change.Put(names::Bookmark(*id), bookmark);
  return absl::OkStatus();
}

// Whether the secret is that of the invitation, as far as what is derived from it shows.
bool GivesLookup(const v1::InvitationFact& fact, const crypto::InvitationStatement& statement) {
  crypto::Invitation invitation;
  auto secret = crypto::CodeSecret::From(fact.secret(), "invitation.secret");
  if (!secret.ok()) return false;
  invitation.secret = *std::move(secret);
  invitation.practice = statement.practice;
  invitation.therapist = statement.therapist;
  return crypto::DeriveInvitationKeys(invitation).lookup == statement.lookup;
}

absl::Status TakeInvitation(VaultChange& change, const OwnDevice& own,
                            const v1::InvitationFact& fact) {
  const auto lookup = LookupId::From(fact.lookup_id(), "invitation.lookup_id");
  const auto statement = crypto::DecodeInvitationStatement(fact.statement().statement());
  const bool fits = lookup.ok() && statement.ok() && statement->lookup == *lookup &&
                    statement->therapist == own.account &&
                    fact.secret().size() == crypto::CodeSecret::size;
  if (!fits) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto known, change.Find(names::Invitation(*lookup)));
  vault::Invitation record = known.value_or(vault::Invitation());
  const WipedAtEnd wiped(record);
  record.set_label(fact.label());
  if (!known) {
    if (!GivesLookup(fact, *statement)) return absl::OkStatus();
    record.set_secret(fact.secret());
    record.set_expires_ms(fact.expires_ms());
    record.set_address(fact.address());
    record.set_practice(statement->practice.str());
    *record.mutable_statement() = fact.statement();
    // Depositing it and telling of its withdrawal is for the device that signed it.
    record.set_deposited(true);
  }
  if (fact.has_withdrawal() && !record.has_withdrawal()) {
    *record.mutable_withdrawal() = fact.withdrawal();
    record.set_withdrawn(true);
    record.set_withdrawal_told(true);
  }
  if (record.client().empty()) record.set_client(fact.client());
  change.Put(names::Invitation(*lookup), record);
  return absl::OkStatus();
}

absl::Status TakeDraft(VaultChange& change, const v1::DraftFact& fact) {
  if (fact.id().size() != DraftId::size) return absl::OkStatus();
  if (fact.dropped()) {
    change.Erase(names::Draft(fact.id()));
    return absl::OkStatus();
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t count, change.Count(names::kDrafts));
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_here, change.Has(names::Draft(fact.id())));
  if (count >= limits::kDraftsMax && !is_here) return absl::OkStatus();
  vault::Draft draft;
  draft.set_bond(fact.bond());
  draft.set_kind(fact.kind());
  draft.set_content(fact.content());
  draft.set_reply_to(fact.reply_to());
  if (fact.release_when() != 0) {
    draft.mutable_release()->set_when(fact.release_when());
    draft.mutable_release()->set_at_ms(fact.release_at_ms());
    draft.mutable_release()->set_slot(fact.release_slot());
    draft.mutable_release()->set_promise(fact.release_promise());
  }
  draft.set_kept_ms(fact.kept_ms());
  draft.set_replaces(fact.replaces());
  change.Put(names::Draft(fact.id()), draft);
  return absl::OkStatus();
}

absl::Status TakeStandingHours(VaultChange& change, const std::string& bytes) {
  Decoder decoder(bytes, "standing_hours");
  static_cast<void>(DecodeAvailability(decoder));
  if (!decoder.Finish().ok()) return absl::OkStatus();
  vault::StandingHours record;
  record.set_availability(bytes);
  change.Put(names::kStandingHours, record);
  return absl::OkStatus();
}

absl::Status TakeStandingRhythm(VaultChange& change, const std::string& bytes) {
  Decoder decoder(bytes, "standing_rhythm");
  if (!bytes.empty()) static_cast<void>(DecodeRhythm(decoder));
  if (!decoder.Finish().ok()) return absl::OkStatus();
  vault::StandingRhythm record;
  record.set_rhythm(bytes);
  change.Put(names::kStandingRhythm, record);
  return absl::OkStatus();
}

absl::Status TakeAccount(VaultChange& change, const v1::AccountFact& fact) {
  HOLDFAST_ASSIGN_OR_RETURN(auto identity, change.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  if (identity.has_registration()) return absl::OkStatus();
  *identity.mutable_registration() = fact.registration();
  identity.set_enrolment_token(fact.enrolment_token());
  change.Put(names::kIdentity, identity);
  return absl::OkStatus();
}

absl::Status TakeRecovery(VaultChange& change, const OwnDevice& own, const v1::Recovery& fact) {
  const auto stated = crypto::VerifyRecovery(FromWire(fact.statement()), own.account);
  const bool fits =
      stated.ok() && stated->sealed_hash == crypto::SealedAccountHash(fact.sealed_account());
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  if (!fits || stated->number <= progress.recovery_number()) return absl::OkStatus();
  progress.set_recovery_number(stated->number);
  change.Put(names::kProgress, progress);
  change.Put(names::kOwnRecovery, fact);
  return absl::OkStatus();
}

}  // namespace

absl::Status TakeFact(VaultChange& change, const OwnDevice& own, const v1::Fact& fact,
                      std::uint64_t now_ms) {
  const Bytes subject = SubjectOf(fact);
  const auto name = names::kToArchive.At(subject);
  HOLDFAST_ASSIGN_OR_RETURN(auto waiting, change.Find(name));
  // What was erased is erased, whatever stands behind it.
  if (waiting && fact.state().erased_ms() != 0) {
    waiting->mutable_state()->set_erased_ms(fact.state().erased_ms());
    if (waiting->SerializeAsString() != fact.SerializeAsString()) change.Put(name, *waiting);
  }
  if (waiting) {
    // The same in other words, or what will stand behind it and hold.
    if (waiting->SerializeAsString() == fact.SerializeAsString()) change.Erase(name);
    WipeFact(*waiting);
    // Of a state each says a part: what is not known here, and the earlier of two times.
    if (!fact.has_state()) return absl::OkStatus();
  }
  switch (fact.fact_case()) {
    case v1::Fact::kBond:
      return TakeBond(change, own, fact.bond(), now_ms);
    case v1::Fact::kLabel:
      return TakeLabel(change, fact.label());
    case v1::Fact::kMessage:
      return TakeKey(change, fact.message(), now_ms);
    case v1::Fact::kState:
      return TakeState(change, fact.state());
    case v1::Fact::kInvitation:
      return TakeInvitation(change, own, fact.invitation());
    case v1::Fact::kDraft:
      return TakeDraft(change, fact.draft());
    case v1::Fact::kStandingHours:
      return TakeStandingHours(change, fact.standing_hours().availability());
    case v1::Fact::kStandingRhythm:
      return TakeStandingRhythm(change, fact.standing_rhythm().rhythm());
    case v1::Fact::kAccount:
      return TakeAccount(change, fact.account());
    case v1::Fact::kRecovery:
      return TakeRecovery(change, own, fact.recovery());
    case v1::Fact::kBookmark:
      return TakeBookmark(change, fact.bookmark());
    case v1::Fact::kAheadKey:
      return TakeAheadKeyNoted(change, fact.ahead_key(), now_ms);
    case v1::Fact::FACT_NOT_SET:
      break;
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client
