#include "client/core/engine.h"

#include <array>

#include "client/core/ahead/holding.h"
#include "client/core/archive/facts.h"
#include "client/core/engine_impl.h"
#include "client/core/examination.h"
#include "client/core/message/queue.h"
#include "client/core/outside/clean_text.h"
#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "client/core/people/forming.h"
#include "client/core/reading/bookmarks.h"
#include "client/core/reading/history.h"
#include "client/core/reading/imported.h"
#include "client/core/reading/overview.h"
#include "client/core/reading/views.h"
#include "client/core/sending/writing.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "rules/retry.h"

namespace holdfast::client {

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(crypto::VaultKey key, World world) {
  HOLDFAST_RETURN_IF_ERROR(crypto::Initialise());
  HOLDFAST_ASSIGN_OR_RETURN(auto vault, Vault::Open(std::move(key), world.storage));
  {
    const VaultReader look(*vault);
    HOLDFAST_RETURN_IF_ERROR(FindOwnDevice(look).status());
    HOLDFAST_RETURN_IF_ERROR(look.Find(names::kProgress).status());
  }
  return std::unique_ptr<Engine>(new Engine(std::make_unique<Impl>(std::move(vault), world)));
}

bool Engine::has_account() const {
  const VaultReader look(impl_->context().vault);
  return RegisteredDevice(look).ok();
}

bool Engine::has_recovery_code() const {
  const VaultReader look(impl_->context().vault);
  const auto identity = look.Find(names::kIdentity);
  if (!identity.ok() || !*identity) return false;
  vault::Identity record = **identity;
  const WipedAtEnd wiped(record);
  return !record.recovery_secret().empty();
}

Identity Engine::identity() const {
  const VaultReader look(impl_->context().vault);
  Identity identity;
  if (const auto history = imported()) return history->identity;
  const auto registered = RegisteredDevice(look);
  if (!registered.ok()) return identity;
  const OwnDevice& own = **registered;
  identity.role = own.role;
  identity.account = own.account;
  identity.device = own.device;
  identity.address = own.address;
  identity.practice = own.practice();
  return identity;
}

namespace {

Task<absl::Status> ShareBond(Exchange& exchange) {
  auto prepared = co_await exchange.Prepare();
  HOLDFAST_CO_RETURN_IF_ERROR(prepared);
  auto shared = co_await exchange.Share();
  co_return shared;
}

// Before the code that opens the account is shown, the account's archive has the bond. Where the
// practice cannot be told now, the next exchange does it.
Task<absl::StatusOr<Enrolled>> JoinAndShare(Exchange& exchange, std::string invitation) {
  auto joined = co_await exchange.enrolment().Join(invitation);
  HOLDFAST_CO_RETURN_IF_ERROR(joined.status());
  auto told = co_await ShareBond(exchange);
  if (IsVaultFailure(told)) co_return told;
  co_return joined;
}

}  // namespace

std::optional<ImportedHistory> Engine::imported() const {
  const VaultReader look(impl_->context().vault);
  auto history = FindImported(look);
  return history.ok() ? *std::move(history) : std::nullopt;
}

absl::Status Engine::BeginImport(const ImportedHistory& history) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(client::BeginImport(change, history, impl_->context().Now()));
  return change.Commit();
}

absl::Status Engine::ImportMessages(const std::vector<MessageView>& messages) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(PutImported(change, messages));
  return change.Commit();
}

absl::Status Engine::FinishImport() {
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(client::FinishImport(change));
  return change.Commit();
}

void Engine::Enroll(std::string_view enrolment_code, Done<Enrolled> done) {
  impl_->Enqueue<Enrolled>(
      [impl = impl_.get(), text = std::string(enrolment_code)] {
        return impl->exchange().enrolment().Enroll(text);
      },
      std::move(done));
}

void Engine::Join(std::string_view invitation, Done<Enrolled> done) {
  impl_->Enqueue<Enrolled>(
      [impl = impl_.get(), text = std::string(invitation)] {
        return JoinAndShare(impl->exchange(), text);
      },
      std::move(done));
}

namespace {

// Whoever goes on has seen the recovery code.
absl::Status GoOn(Context& context) {
  VaultChange change(context.vault);
  HOLDFAST_RETURN_IF_ERROR(ForgetRecoveryCode(change));
  return change.Commit();
}

Task<absl::StatusOr<std::string>> PrepareAndInvite(Context context, Exchange& exchange,
                                                   std::string label, std::uint64_t valid_ms) {
  auto prepared = co_await exchange.Prepare();
  HOLDFAST_CO_RETURN_IF_ERROR(prepared);
  auto invited = co_await Invite(context, exchange.connection(), label, valid_ms);
  HOLDFAST_CO_RETURN_IF_ERROR(invited.status());
  // The account's other devices get the answer too, perhaps before this one is there again. Where
  // they cannot be told now, the next exchange does it.
  auto shared = co_await exchange.Share();
  if (IsVaultFailure(shared)) co_return shared;
  co_return invited;
}

Task<absl::StatusOr<SyncReport>> GoOnAndSync(Context context, Exchange& exchange) {
  HOLDFAST_CO_RETURN_IF_ERROR(GoOn(context));
  auto report = co_await exchange.Sync();
  co_return report;
}

}  // namespace

void Engine::Invite(const std::string& label, std::uint64_t valid_ms, Done<std::string> done) {
  impl_->Enqueue<std::string>(
      [impl = impl_.get(), label, valid_ms] {
        return PrepareAndInvite(impl->context(), impl->exchange(), label, valid_ms);
      },
      std::move(done));
}

absl::StatusOr<EnvelopeId> Engine::Write(const Draft& draft) {
  auto written = WriteMessage(impl_->context(), impl_->exchange().ledgers(), draft);
  if (written.ok()) impl_->NoteWritten();
  return written;
}

void Engine::Sync(Done<SyncReport> done) {
  impl_->Enqueue<SyncReport>(
      [impl = impl_.get()]() -> Task<absl::StatusOr<SyncReport>> {
        return GoOnAndSync(impl->context(), impl->exchange());
      },
      std::move(done));
}

void Engine::Watch(Watcher watcher) {
  impl_->watch().Begin(std::move(watcher));
  impl_->Wake();
}

void Engine::StopWatching() {
  impl_->watch().End();
  impl_->Wake();
}

absl::StatusOr<std::vector<MessageView>> Engine::Messages(const MessageQuery& query) {
  const VaultReader look(impl_->context().vault);
  if (imported()) return ViewImported(look, query);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  return ViewMessages(look, impl_->exchange().ledgers(), *own, query, impl_->context().Now());
}

absl::StatusOr<MessageView> Engine::Message(std::string_view id_prefix) {
  const VaultReader look(impl_->context().vault);
  if (imported()) return ViewOneImported(look, id_prefix);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  return ViewMessage(look, impl_->exchange().ledgers(), *own, id_prefix, impl_->context().Now());
}

absl::Status Engine::EachMessage(const HistoryQuery& query,
                                 const std::function<absl::StatusOr<bool>(MessageView)>& take) {
  const VaultReader look(impl_->context().vault);
  if (imported()) return EachImported(look, query, take);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  return ReadHistory(look, impl_->exchange().ledgers(), *own, query, impl_->context().Now(), take);
}

absl::StatusOr<std::vector<MessageView>> Engine::Thread(const EnvelopeId& id) {
  const VaultReader look(impl_->context().vault);
  if (imported()) return ViewImportedThread(look, id);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  return ReadThread(look, impl_->exchange().ledgers(), *own, id, impl_->context().Now());
}

absl::StatusOr<bool> Engine::KeepMessage(const EnvelopeId& id) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_new,
                            client::KeepMessage(change, id, impl_->context().Now()));
  HOLDFAST_RETURN_IF_ERROR(CheckIsShown(change, impl_->exchange().ledgers(), id));
  if (is_new) HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return is_new;
}

absl::StatusOr<bool> Engine::KeepMessageNoMore(const EnvelopeId& id) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const bool was_kept, client::KeepMessageNoMore(change, id));
  if (was_kept) HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return was_kept;
}

absl::Status Engine::MarkOpened(const EnvelopeId& id) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(CheckIsShown(change, impl_->exchange().ledgers(), id));
  HOLDFAST_RETURN_IF_ERROR(MarkMessageOpened(change, id, impl_->context().Now()));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  impl_->NoteWritten();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<BondView>> Engine::Bonds() {
  if (const auto history = imported()) return history->bonds;
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  return ViewBonds(look, *own, impl_->context().Now());
}

absl::StatusOr<std::vector<BondOverview>> Engine::BondsByNeed() {
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  return ViewByNeed(look, impl_->exchange().ledgers(), *own, impl_->context().Now());
}

absl::StatusOr<std::vector<InvitationView>> Engine::Invitations(bool all) {
  const VaultReader look(impl_->context().vault);
  return ListInvitations(look, impl_->context().Now(), all);
}

absl::Status Engine::MarkExpiriesShown() { return client::MarkExpiriesShown(impl_->context()); }

absl::Status Engine::WithdrawInvitation(const LookupId& id) {
  HOLDFAST_RETURN_IF_ERROR(client::WithdrawInvitation(impl_->context(), id));
  impl_->NoteWritten();
  return absl::OkStatus();
}

absl::Status Engine::SetLabel(const BondId& bond, const std::string& label) {
  if (label.size() > limits::kLabelBytesMax || !IsUtf8(label)) {
    return Refuse(Reason::kMalformedField, "label", "must be UTF-8 text of at most 128 bytes");
  }
  VaultChange change(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto record, FindBond(change, bond));
  if (!record) return Refuse(Reason::kUnknownBond, "bond", "is not one of yours");
  record->set_label(WithoutControlsOnOneLine(label));
  PutBond(change, *record);
  HOLDFAST_RETURN_IF_ERROR(NoteLabel(change, *record));
  return change.Commit();
}

absl::StatusOr<std::size_t> Engine::Queued() {
  const VaultReader look(impl_->context().vault);
  return CountQueued(look);
}

absl::StatusOr<std::uint64_t> Engine::NewestAlarm() {
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto alarms, AlarmsFrom(look, 0));
  if (alarms.empty()) return std::uint64_t{0};
  return NextAlarm(look);
}

absl::Status Engine::TellAlarms(const std::function<void(const std::vector<Alarm>&)>& tell) {
  const VaultReader look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t next, NextAlarm(look));
  HOLDFAST_ASSIGN_OR_RETURN(const auto alarms, AlarmsFrom(look, 0));
  if (alarms.empty()) return absl::OkStatus();
  tell(alarms);  // may write, and raise alarms
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(EraseAlarmsBefore(change, next));
  return change.Commit();
}

void Engine::Examine(Done<std::vector<Finding>> done) {
  impl_->Enqueue<std::vector<Finding>>(
      [impl = impl_.get()] { return ExamineAll(impl->context(), impl->exchange()); },
      std::move(done));
}

}  // namespace holdfast::client
