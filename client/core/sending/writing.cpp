#include "client/core/sending/writing.h"

#include "client/core/ahead/ahead.h"
#include "client/core/ahead/ahead_checking.h"
#include "client/core/ahead/ahead_deciding.h"
#include "client/core/ahead/holding.h"
#include "client/core/archive/facts.h"
#include "client/core/message/kept_forms.h"
#include "client/core/message/queue.h"
#include "client/core/people/bonds.h"
#include "client/core/people/own_device.h"
#include "client/core/shown/content.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"
#include "rules/own_clock.h"
#include "rules/planted.h"

namespace holdfast::client {
namespace {

absl::StatusOr<vault::Bond> ChooseBond(const VaultReader& reader, const Draft& draft) {
  if (draft.bond) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(reader, *draft.bond));
    if (bond && bond->has_statement()) return *bond;
    return WithStep(Refuse(Reason::kUnknownBond, "bond", "is not one of yours"),
                    NextStep::kListBonds);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(reader));
  if (bonds.size() == 1) return bonds.front();
  if (bonds.empty()) {
    return Refuse(Reason::kUsage, "bond",
                  "there is nobody to write to yet; an invitation makes the first bond");
  }
  return Refuse(Reason::kUsage, "bond", "there are several; say which one is meant");
}

absl::Status CheckReplyTo(const VaultReader& reader, const Draft& draft, const vault::Bond& bond) {
  if (!draft.reply_to) {
    if (draft.kind != Kind::kReply) return absl::OkStatus();
    return Refuse(Reason::kMalformedField, "reply_to", "a reply names the message that it answers");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, reader.Find(names::Message(*draft.reply_to)));
  if (message && message->bond() == bond.id()) return absl::OkStatus();
  return Refuse(Reason::kUnknownEnvelope, "reply_to", "there is no such message in this bond");
}

// A reply to what a missed promise was made for is its repair, and says so.
absl::Status NameMiss(const VaultReader& reader, Ledgers& ledgers, const vault::Bond& bond,
                      const Draft& draft, v1::Content& content) {
  if (!content.has_reply() || !draft.reply_to) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(reader, id));
  const auto promise = held->book.promises().find(*draft.reply_to);
  const bool missed =
      promise != held->book.promises().end() && promise->second.state == PromiseState::kMissed;
  if (missed) content.mutable_reply()->set_missed_due_at_ms(promise->second.due_at_ms);
  return absl::OkStatus();
}

// As it may be stored: checked, and without control characters.
absl::StatusOr<v1::Content> CleanContent(const Draft& draft) {
  if (draft.content == nullptr || !IsForPeople(draft.kind)) {
    return Refuse(Reason::kMalformedField, "kind", "people write check-ins, replies and notes");
  }
  v1::Content content = *draft.content;
  CleanTexts(content);
  HOLDFAST_RETURN_IF_ERROR(ValidateContent(content, draft.kind));
  return content;
}

absl::Status CheckDraft(const OwnDevice& own, const Draft& draft) {
  const bool assigns = draft.content->has_form_assignment();
  if (assigns && own.role != crypto::Role::kTherapist) {
    return Refuse(Reason::kUsage, "", "only a therapist assigns a form");
  }
  if (assigns && draft.release.when != ReleaseWhen::kNow) {
    return Refuse(Reason::kMalformedField, "kind", "a form is not assigned ahead");
  }
  if (draft.release.when == ReleaseWhen::kNow) return absl::OkStatus();
  if (draft.kind != Kind::kNote) {
    return Refuse(Reason::kMalformedField, "kind", "only notes are written ahead");
  }
  if (!OwesReply(*draft.content)) return absl::OkStatus();
  return Refuse(Reason::kMalformedField, "note.need",
                "a note that is written ahead cannot ask for a reply; leave it out");
}

vault::Message NewMessage(const Draft& draft, const vault::Bond& bond, const Bytes& content,
                          std::uint64_t now_ms, std::uint64_t order) {
  vault::Message message;
  message.set_bond(bond.id());
  message.set_kind(static_cast<std::uint32_t>(draft.kind));
  message.set_mine(true);
  message.set_content(content);
  message.set_sent_ms(now_ms);
  // Ahead, it names a promise: it answers nothing.
  const bool answers = draft.reply_to && draft.release.when == ReleaseWhen::kNow;
  if (answers) message.set_reply_to(draft.reply_to->str());
  message.set_reply_owed(OwesReply(*draft.content));
  message.set_order(order);
  return message;
}

absl::Status WriteAhead(Context context, Ledgers& ledgers, VaultChange& change,
                        const OwnDevice& own, const vault::Bond& bond, const Draft& draft,
                        const EnvelopeId& id, vault::Message& message) {
  HOLDFAST_RETURN_IF_ERROR(CheckDate(context.Now(), ""));
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond_id, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, bond_id));
  const Condition condition{draft.release, draft.reply_to.value_or(EnvelopeId())};
  HOLDFAST_RETURN_IF_ERROR(CheckAhead(change, own, held->book, bond_id, condition, context.Now()));
  PutCondition(message, condition);
  change.Put(names::Message(id), message);
  return SealAhead(context, change, own, bond, id, message);
}

// In the same step. True where the new note, too, would be held: whoever writes it anew has
// decided.
absl::StatusOr<bool> TakeBackReplaced(Context context, Ledgers& ledgers, VaultChange& change,
                                      const OwnDevice& own, const Draft& draft,
                                      const vault::Bond& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto old, change.Find(names::Message(*draft.replaces)));
  if (!old || old->bond() != bond.id()) {
    return Refuse(Reason::kUnknownEnvelope, "replaces", "names no note of this bond");
  }
  Holding holding(change, ledgers, own);
  HOLDFAST_ASSIGN_OR_RETURN(const auto hold, holding.HoldOf(*draft.replaces, *old));
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_decided,
                            change.Has(names::AheadDecision(id, *draft.replaces)));
  HOLDFAST_RETURN_IF_ERROR(WithdrawAhead(context, ledgers, change, *draft.replaces));
  return draft.release.when != ReleaseWhen::kNow && (hold || is_decided);
}

}  // namespace

absl::StatusOr<EnvelopeId> WriteMessage(Context context, Ledgers& ledgers, const Draft& draft) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(v1::Content named, CleanContent(draft));
  HOLDFAST_RETURN_IF_ERROR(CheckDraft(*own, draft));
  HOLDFAST_ASSIGN_OR_RETURN(const vault::Bond bond, ChooseBond(change, draft));
  HOLDFAST_RETURN_IF_ERROR(CheckReplyTo(change, draft, bond));
  if (draft.reply_to) HOLDFAST_RETURN_IF_ERROR(CheckIsShown(change, ledgers, *draft.reply_to));
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond_id, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_RETURN_IF_ERROR(ledgers.CheckNotEnded(change, bond_id));
  HOLDFAST_RETURN_IF_ERROR(NameMiss(change, ledgers, bond, draft, named));
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes content, SerializeContent(named, draft.kind));
  HOLDFAST_RETURN_IF_ERROR(CheckMayWrite(change, bond));
  bool goes_in_any_case = false;
  if (draft.replaces) {
    HOLDFAST_ASSIGN_OR_RETURN(goes_in_any_case,
                              TakeBackReplaced(context, ledgers, change, *own, draft, bond));
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  HOLDFAST_RETURN_IF_ERROR(KeepFormIn(change, content));
  const auto id = context.NewId<EnvelopeId>();
  const std::uint64_t number = progress.outbox_next();
  progress.set_outbox_next(number + 1);
  change.Put(names::kProgress, progress);
  vault::Message message = NewMessage(draft, bond, content, context.Now(), number);
  if (draft.release.when != ReleaseWhen::kNow) {
    HOLDFAST_RETURN_IF_ERROR(WriteAhead(context, ledgers, change, *own, bond, draft, id, message));
  } else {
    change.Put(names::Message(id), message);
    if (HOLDFAST_PLANTED(kOutboxEntryApart)) HOLDFAST_RETURN_IF_ERROR(change.Commit());
    vault::Queued entry;
    entry.set_envelope(id.str());
    entry.set_bond(bond.id());
    entry.set_kind(message.kind());
    change.Put(names::Outbox(number), entry);
  }
  if (draft.kept) {
    change.Erase(names::Draft(draft.kept->view()));
    HOLDFAST_RETURN_IF_ERROR(NoteDraftGone(change, draft.kept->view()));
  }
  // Whoever writes has gone on, and seen the recovery code.
  HOLDFAST_RETURN_IF_ERROR(ForgetRecoveryCode(change));
  // Whoever says that they are not safe is spared what was written before it.
  if (draft.kind == Kind::kCheckIn && named.check_in().risk_size() > 0) {
    HOLDFAST_RETURN_IF_ERROR(HoldNotesIn(change, ledgers, *own).status());
  }
  if (goes_in_any_case) HOLDFAST_RETURN_IF_ERROR(LetNoteGo(context, ledgers, change, id));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return id;
}

}  // namespace holdfast::client
