// What a person does beside writing messages.
#include "client/core/ahead/ahead.h"
#include "client/core/ahead/ahead_deciding.h"
#include "client/core/ahead/holding.h"
#include "client/core/engine_impl.h"
#include "client/core/message/kept_forms.h"
#include "client/core/message/ruptures.h"
#include "client/core/outside/clean_text.h"
#include "client/core/reading/looking.h"
#include "client/core/reading/views.h"
#include "client/core/sending/erasing.h"
#include "client/core/sending/kept_drafts.h"

namespace holdfast::client {
namespace {

// Wakes nobody: a mark that a device went out for could be told by that.
absl::Status ChangeRupture(Context& context, Ledgers& ledgers, const EnvelopeId& message,
                           bool closed, const std::string& text) {
  VaultChange change(context.vault);
  HOLDFAST_RETURN_IF_ERROR(CheckIsShown(change, ledgers, message));
  HOLDFAST_RETURN_IF_ERROR(WriteRupture(context, ledgers, change, message, closed, text));
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_RETURN_IF_ERROR(HoldNotesIn(change, ledgers, *own).status());
  return change.Commit();
}

}  // namespace

absl::StatusOr<DraftId> Engine::KeepDraft(const Draft& draft) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const DraftId id, PutDraft(impl_->context(), change, draft));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return id;
}

absl::StatusOr<std::vector<KeptDraft>> Engine::Drafts() {
  const VaultReader look(impl_->context().vault);
  return AllDrafts(look);
}

absl::Status Engine::DropDraft(const DraftId& id) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(EraseDraft(change, id));
  return change.Commit();
}

absl::Status Engine::Withdraw(const EnvelopeId& id) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(
      WithdrawAhead(impl_->context(), impl_->exchange().ledgers(), change, id));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  impl_->NoteWritten();
  return absl::OkStatus();
}

absl::Status Engine::LetGo(const EnvelopeId& id) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(LetNoteGo(impl_->context(), impl_->exchange().ledgers(), change, id));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  impl_->NoteWritten();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Slot>> Engine::Openings(const BondId& bond) {
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, impl_->exchange().ledgers().Of(look, bond));
  return OpeningsFrom(held->book, impl_->context().Now());
}

absl::Status Engine::MarkRupture(const EnvelopeId& message, const std::string& text) {
  return ChangeRupture(impl_->context(), impl_->exchange().ledgers(), message, false,
                       WithoutControls(text));
}

absl::Status Engine::CloseRupture(const EnvelopeId& message) {
  return ChangeRupture(impl_->context(), impl_->exchange().ledgers(), message, true, "");
}

absl::Status Engine::MarkSeen(const EnvelopeId& id) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(MarkMessageSeen(change, id, impl_->context().Now()));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  impl_->NoteWritten();
  return absl::OkStatus();
}

absl::Status Engine::MarkWitnessed(const EnvelopeId& id) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(
      MarkMessageWitnessed(impl_->exchange().ledgers(), change, id, impl_->context().Now()));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  impl_->NoteWritten();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<MessageView>> Engine::NotSafe(const std::optional<BondId>& bond) {
  if (imported()) return std::vector<MessageView>();  // it was seen to where it was written
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  return ViewNotSafe(look, impl_->exchange().ledgers(), *own, bond, impl_->context().Now());
}

absl::StatusOr<Erased> Engine::Erase(const std::vector<EnvelopeId>& ids) {
  auto erased = EraseMessages(impl_->context(), impl_->exchange().ledgers(), ids);
  if (erased.ok()) impl_->NoteWritten();
  return erased;
}

absl::StatusOr<Erased> Engine::EraseHistory(const BondId& bond) {
  auto erased = EraseBondHistory(impl_->context(), impl_->exchange().ledgers(), bond);
  if (erased.ok()) impl_->NoteWritten();
  return erased;
}

absl::StatusOr<Erased> Engine::ErasableOf(const BondId& bond) {
  const VaultReader look(impl_->context().vault);
  return client::ErasableOf(look, impl_->exchange().ledgers(), bond);
}

absl::Status Engine::PurgeErased() { return impl_->context().vault.Purge(); }

absl::Status Engine::KeepForm(BytesView canonical) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(client::KeepForm(change, canonical));
  return change.Commit();
}

absl::StatusOr<std::vector<Bytes>> Engine::Forms() {
  const VaultReader look(impl_->context().vault);
  return AllForms(look);
}

absl::StatusOr<std::vector<RuptureView>> Engine::OpenRuptures() {
  const VaultReader look(impl_->context().vault);
  return client::OpenRuptures(look);
}

absl::StatusOr<std::vector<ShownRupture>> Engine::ShownRuptures(const std::optional<BondId>& bond) {
  if (imported()) return std::vector<ShownRupture>();
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  return ViewOpenRuptures(look, impl_->exchange().ledgers(), *own, bond, impl_->context().Now());
}

}  // namespace holdfast::client
