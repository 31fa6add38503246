#include "client/core/exchange.h"

#include <algorithm>
#include <utility>

#include "client/core/ahead/holding.h"
#include "client/core/ledger/old_keys.h"
#include "client/core/ledger/standing_hours.h"
#include "client/core/ledger/standing_rhythm.h"
#include "client/core/ledger/zone_renewal.h"
#include "client/core/message/queue.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/people/forming.h"
#include "client/core/people/own_list.h"
#include "client/core/people/own_prekeys.h"
#include "client/core/sending/delivery_receipts.h"
#include "client/core/sending/keys_again.h"
#include "client/core/taking/ahead_arrival.h"
#include "client/core/taking/key_requests.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"

namespace holdfast::client {
namespace {

// Listed after others, and what they know or what was written before is not here yet.
absl::StatusOr<bool> IsNewDevice(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, reader.Read(names::kProgress));
  if (progress.listed_in() == 0) return false;
  if (progress.archive_number() == 0) return true;
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(reader));
  return std::ranges::any_of(
      bonds, [](const vault::Bond& bond) { return bond.from_archive() && !bond.history_read(); });
}

// A further device that has not read its mailbox yet: the bonds that the practice shows and that
// nobody told it of were formed before it was listed.
absl::Status NoteBondsBefore(Context context, const Directory::Shown& shown) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  if (progress.listed_in() == 0 || progress.has_cursor()) return absl::OkStatus();
  std::vector<Bytes> unknown;
  for (const auto& [bond, devices] : shown) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto here, FindBond(change, bond));
    if (!here && unknown.size() < limits::kBondsBeforeMax) unknown.push_back(bond.str());
  }
  if (std::ranges::equal(unknown, progress.bonds_before())) return absl::OkStatus();
  progress.mutable_bonds_before()->Assign(unknown.begin(), unknown.end());
  change.Put(names::kProgress, progress);
  return change.Commit();
}

absl::Status MetRestoredStore() {
  return Refuse(Reason::kPracticeRestored, "", "the practice restored an older copy of its store");
}

}  // namespace

Exchange::Exchange(Context context, Signal& wake)
    : context_(context),
      wake_(wake),
      connection_(context),
      directory_(context, connection_),
      enrolment_(context, connection_),
      devices_(context, connection_),
      restoring_(context, connection_, enrolment_),
      ledgers_(context, connection_, ahead_ledger_),
      acts_(context, connection_, ledgers_),
      inbox_(context, connection_, directory_, ledgers_),
      outbox_(context, connection_, directory_, ledgers_),
      archive_(context, connection_, directory_),
      history_(context, connection_, directory_, ledgers_),
      stream_(context.transport, [&wake] { wake.Raise(); }) {}

void Exchange::Close() {
  prepared_ = false;
  stream_.Close();
  connection_.Close();
}

Task<absl::Status> Exchange::Prepare() {
  if (prepared_ && connection_.connected() && connection_.logged_in()) co_return absl::OkStatus();
  prepared_ = false;
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  auto connected = co_await connection_.Connect(own->address, own->practices);
  HOLDFAST_CO_RETURN_IF_ERROR(connected);
  HOLDFAST_CO_RETURN_IF_ERROR(KeepSuccessions());
  auto logged_in = co_await LogIn();
  HOLDFAST_CO_RETURN_IF_ERROR(logged_in);
  auto life = co_await restoring_.TakeLife(connection_.incarnation());
  HOLDFAST_CO_RETURN_IF_ERROR(life.status());
  auto returned = co_await ReturnDevicesAfterRestore(context_, connection_);
  HOLDFAST_CO_RETURN_IF_ERROR(returned);
  auto compared = co_await restoring_.CompareBonds();
  HOLDFAST_CO_RETURN_IF_ERROR(compared);
  auto refreshed = co_await directory_.RefreshAll(restoring_.shown_devices());
  HOLDFAST_CO_RETURN_IF_ERROR(refreshed);
  // Signed for the newest list of this account, which has to be here for that.
  auto fresh = co_await KeepPrekeyFresh(context_, connection_);
  HOLDFAST_CO_RETURN_IF_ERROR(fresh);
  auto deposited = co_await DepositInvitations(context_, connection_);
  HOLDFAST_CO_RETURN_IF_ERROR(deposited);
  unseen_settled_ = false;
  shared_ = false;
  HOLDFAST_CO_ASSIGN_OR_RETURN(const bool is_new, IsNewDevice(look));
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto devices, ListDevices(look));
  if (is_new || devices.size() > 1) {
    // All that was before comes first, so that what waits finds its place behind it: a bond that
    // another device invited to, and the history.
    auto shared = co_await Share();
    HOLDFAST_CO_RETURN_IF_ERROR(shared);
  }
  HOLDFAST_CO_RETURN_IF_ERROR(NoteBondsBefore(context_, restoring_.shown_devices()));
  // Before what comes says that all of it arrived: a device that waited for a key too long counts
  // it no more.
  HOLDFAST_CO_RETURN_IF_ERROR(QueueKeysAgain(context_));
  auto settled = co_await ledgers_.SettleNoted();
  prepared_ = settled.ok();
  co_return settled;
}

Task<absl::Status> Exchange::Share() {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const bool has_more, archive_.HasMore());
  if (shared_ && !has_more) co_return absl::OkStatus();
  auto told = co_await archive_.Exchange(!shared_);
  // What the practice takes no more of for now holds up nothing else.
  const Reason reason = ReasonOf(told);
  const bool waits =
      !told.ok() && (reason == Reason::kQuotaExceeded || reason == Reason::kStorageFull ||
                     RowOf(reason).who == holdfast::Who::kRequest);
  if (!waits) HOLDFAST_CO_RETURN_IF_ERROR(told);
  shared_ = told.ok();
  auto read = co_await history_.Read();
  HOLDFAST_CO_RETURN_IF_ERROR(read);
  co_return OpenByKeysNoted(context_, ledgers_);
}

Task<absl::Status> Exchange::LogIn() {
  auto first = co_await connection_.Login();
  HOLDFAST_CO_RETURN_IF_ERROR(NoteUnlinked(ReasonOf(first) == Reason::kDeviceUnlinked, first.ok()));
  if (first.ok() || ReasonOf(first) != Reason::kLoginRefused) co_return first;
  // The practice may have restored a copy from before this account.
  auto returned = co_await enrolment_.ReturnAccount();
  if (!returned.ok()) co_return first;
  auto listed = co_await ReturnDevices(context_, connection_);
  if (!listed.ok()) co_return first;
  auto second = co_await connection_.Login();
  co_return second;
}

absl::Status Exchange::NoteUnlinked(bool is_unlinked, bool is_let_in) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  const bool now = is_unlinked || (progress.unlinked() && !is_let_in);
  if (now == progress.unlinked()) return absl::OkStatus();
  progress.set_unlinked(now);
  change.Put(names::kProgress, progress);
  return change.Commit();
}

absl::Status Exchange::KeepSuccessions() {
  if (connection_.new_successions().empty()) return absl::OkStatus();
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto identity, change.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  for (const v1::SignedStatement& statement : connection_.new_successions()) {
    *identity.add_succession() = statement;
  }
  change.Put(names::kIdentity, identity);
  return change.Commit();
}

v1::SubscribeRequest Exchange::SubscribeFromCursor(bool follow) {
  v1::SubscribeRequest request;
  const VaultReader look(context_.vault);
  const auto progress = look.Find(names::kProgress);
  if (progress.ok() && progress->has_value()) *request.mutable_cursor() = (*progress)->cursor();
  request.set_follow(follow);
  return request;
}

Task<absl::Status> Exchange::TakePage(v1::SubscribeResponse page) {
  const auto incarnation = Incarnation::From(page.cursor().incarnation(), "cursor.incarnation");
  if (page.restored() && incarnation.ok()) {
    connection_.NoteIncarnation(*incarnation);
    auto life = co_await restoring_.TakeLife(*incarnation);
    HOLDFAST_CO_RETURN_IF_ERROR(life.status());
    // The page is of the life that was left.
    if (connection_.incarnation() != *incarnation) co_return MetRestoredStore();
  }
  HOLDFAST_CO_ASSIGN_OR_RETURN(const bool is_unknown, inbox_.IsOfUnknownBond(page));
  if (is_unknown) {
    // What is taken now without its bond is gone: its capsule is for this device alone.
    // The other one may have been linked during this very connection.
    auto refreshed = co_await directory_.RefreshAll();
    HOLDFAST_CO_RETURN_IF_ERROR(refreshed);
    shared_ = false;
    auto shared = co_await Share();
    HOLDFAST_CO_RETURN_IF_ERROR(shared);
  }
  auto taken = co_await inbox_.TakePage(std::move(page));
  if (taken.ok()) taken = HoldNotes(context_, ledgers_);
  co_return taken;
}

Task<absl::Status> Exchange::CatchUp() {
  std::size_t resolved = 0;
  stream_.Open(SubscribeFromCursor(false));
  for (std::size_t pages = 0; pages < limits::kPagesPerSyncMax;) {
    auto page = stream_.TakePage();
    if (page) {
      ++pages;
      const bool last = page->caught_up();
      auto taken = co_await TakePage(std::move(*page));
      if (!taken.ok() || last) {
        stream_.Close();
        co_return taken;
      }
      stream_.AskForNext();
      continue;
    }
    const auto ended = stream_.ended();
    if (!ended) {
      co_await wake_;
      continue;
    }
    stream_.Close();
    if (ended->ok() || ReasonOf(*ended) != Reason::kCursorUnknown) co_return *ended;
    if (++resolved > limits::kRestoresPerSyncMax) co_return *ended;
    auto status = co_await ResolveCursor();
    HOLDFAST_CO_RETURN_IF_ERROR(status);
    stream_.Open(SubscribeFromCursor(false));
  }
  stream_.Close();
  co_return absl::OkStatus();
}

Task<absl::Status> Exchange::ResolveCursor() {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto evidence, restoring_.AllEvidence());
  auto reported = co_await restoring_.Report(evidence);
  HOLDFAST_CO_RETURN_IF_ERROR(reported.status());
  if (*reported) co_return absl::OkStatus();
  // Nothing is missing that was signed for: read the mailbox from its beginning.
  VaultChange change(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  progress.clear_cursor();
  change.Put(names::kProgress, progress);
  co_return change.Commit();
}

Task<absl::Status> Exchange::SettleUnseen() {
  if (unseen_settled_) co_return absl::OkStatus();
  auto settled = co_await ledgers_.SettleUnseen();
  unseen_settled_ = settled.ok();
  co_return settled;
}

Task<absl::Status> Exchange::SendAll() {
  auto shared = co_await Share();
  HOLDFAST_CO_RETURN_IF_ERROR(shared);
  auto unseen = co_await SettleUnseen();
  HOLDFAST_CO_RETURN_IF_ERROR(unseen);
  // What the practice lost is offered again before anything new is sent.
  auto doubts = co_await SettleSuspicion();
  HOLDFAST_CO_RETURN_IF_ERROR(doubts);
  auto withdrawn = co_await TellWithdrawals(context_, connection_);
  HOLDFAST_CO_RETURN_IF_ERROR(withdrawn);
  auto decided = co_await SendActs();
  HOLDFAST_CO_RETURN_IF_ERROR(decided);
  auto sent = co_await SendWritten();
  // Messages that wait for lists, or for another day, hold up no end of a bond.
  const bool is_met = sent.ok() || ReasonOf(sent) == Reason::kStaleDeviceList ||
                      ReasonOf(sent) == Reason::kQuotaExceeded;
  if (!is_met) co_return sent;
  auto ended = co_await acts_.PerformEnds();
  HOLDFAST_CO_RETURN_IF_ERROR(ended);
  HOLDFAST_CO_RETURN_IF_ERROR(sent);
  auto settled = co_await SettleSuspicion();
  HOLDFAST_CO_RETURN_IF_ERROR(settled);
  // A login in between may have met a restored store.
  auto restored = co_await restoring_.TakeLife(connection_.incarnation());
  HOLDFAST_CO_RETURN_IF_ERROR(restored.status());
  if (*restored) co_return MetRestoredStore();
  auto told = co_await Share();
  co_return told;
}

Task<absl::Status> Exchange::SendWritten() {
  HOLDFAST_CO_RETURN_IF_ERROR(QueueKeysAgain(context_));
  auto sent = co_await outbox_.Flush();
  // One bond's lists hold up no other bond's receipts; the next flush says it again.
  if (ReasonOf(sent) != Reason::kStaleDeviceList) HOLDFAST_CO_RETURN_IF_ERROR(sent);
  HOLDFAST_CO_RETURN_IF_ERROR(HoldNotes(context_, ledgers_));
  HOLDFAST_CO_RETURN_IF_ERROR(QueueReceipts(context_, ledgers_));
  // Also of what was taken just now for lists that were the newest when it was sealed.
  HOLDFAST_CO_RETURN_IF_ERROR(QueueKeysAgain(context_));
  auto receipts = co_await outbox_.Flush();
  co_return receipts;
}

absl::Status Exchange::RenewAndRemind() {
  VaultChange change(context_.vault);
  HOLDFAST_RETURN_IF_ERROR(InheritHours(context_, ledgers_, change));
  HOLDFAST_RETURN_IF_ERROR(InheritRhythm(context_, ledgers_, change));
  HOLDFAST_RETURN_IF_ERROR(RenewZones(context_, ledgers_, change).status());
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_RETURN_IF_ERROR(SayUnopened(change, *own, context_.Now()));
  HOLDFAST_RETURN_IF_ERROR(SayUnanswered(change, *own, context_.Now()));
  HOLDFAST_RETURN_IF_ERROR(SayOldKeys(change, ledgers_, *own, context_.Now()));
  return change.Commit();
}

Task<absl::Status> Exchange::SendActs() {
  HOLDFAST_CO_RETURN_IF_ERROR(RenewAndRemind());
  auto performed = co_await acts_.Perform();
  co_return performed;
}

Task<absl::Status> Exchange::SettleSuspicion() {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  if (!progress.suspects_restore()) co_return absl::OkStatus();
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto evidence, restoring_.AllEvidence());
  auto reported = co_await restoring_.Report(evidence);
  HOLDFAST_CO_RETURN_IF_ERROR(reported.status());
  if (*reported) co_return MetRestoredStore();
  // It has all that it signed for, and yet gave one place to two messages, or hides
  // a part of a ledger.
  VaultChange change(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto settled, change.Read(names::kProgress));
  settled.set_suspects_restore(false);
  change.Put(names::kProgress, settled);
  HOLDFAST_CO_RETURN_IF_ERROR(RaiseAlarm(change, context_.Now(), Reason::kIntegrity, std::nullopt,
                                         AlarmKind::kSignedAndHidden));
  co_return change.Commit();
}

Task<absl::StatusOr<SyncReport>> Exchange::Sync() {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const std::uint64_t alarms_from, NextAlarm(look));
  inbox_.TakeReceivedCount();
  outbox_.TakeSentCount();
  outbox_.TakeRefusedCount();
  absl::Status met;
  for (std::size_t lives = 0; lives < limits::kRestoresPerSyncMax; ++lives) {
    met = co_await Meet();
    if (met.ok() || ReasonOf(met) != Reason::kPracticeRestored) break;
    Close();
  }
  HOLDFAST_CO_RETURN_IF_ERROR(met);
  HOLDFAST_CO_RETURN_IF_ERROR(acts_.held());
  co_return Report(alarms_from);
}

Task<absl::Status> Exchange::Meet() {
  auto prepared = co_await Prepare();
  HOLDFAST_CO_RETURN_IF_ERROR(prepared);
  auto caught_up = co_await CatchUp();
  HOLDFAST_CO_RETURN_IF_ERROR(caught_up);
  auto sent = co_await SendAll();
  co_return sent;
}

absl::StatusOr<SyncReport> Exchange::Report(std::uint64_t alarms_from) {
  const VaultReader look(context_.vault);
  SyncReport report;
  report.received = inbox_.TakeReceivedCount();
  report.sent = outbox_.TakeSentCount();
  report.refused = outbox_.TakeRefusedCount();
  HOLDFAST_ASSIGN_OR_RETURN(report.waiting, CountQueued(look));
  HOLDFAST_ASSIGN_OR_RETURN(report.alarms, AlarmsFrom(look, alarms_from));
  return report;
}

}  // namespace holdfast::client
