// One meeting with the practice, from connecting to the last receipt: the steps
// that a sync and a watch have in common, and the sync itself.
#pragma once

#include "client/core/ahead/ahead_ledger.h"
#include "client/core/archiving/archive_exchange.h"
#include "client/core/archiving/history_reader.h"
#include "client/core/ledger/acts.h"
#include "client/core/ledger/ledgers.h"
#include "client/core/outside/page_stream.h"
#include "client/core/outside/task.h"
#include "client/core/people/account_key.h"
#include "client/core/people/connection.h"
#include "client/core/people/directory.h"
#include "client/core/people/enrolment.h"
#include "client/core/people/restoring.h"
#include "client/core/sending/outbox.h"
#include "client/core/shown/shown.h"
#include "client/core/taking/inbox.h"

namespace holdfast::client {

class Exchange {
 public:
  // `wake` is raised by whatever the engine may be waiting for.
  Exchange(Context context, Signal& wake);

  // Connected, the practice checked, logged in, bonds compared, prekey and device
  // lists fresh. Keeps a connection that stands.
  Task<absl::Status> Prepare();
  // Everything that is waiting in the mailbox.
  Task<absl::Status> CatchUp();
  // What was decided goes first, then what was written; queues the receipts that are
  // owed, and sends them. practice_restored
  // where it turned out on the way that the practice lost something: meet again.
  Task<absl::Status> SendAll();
  // A page, after looking whether it begins a new life of the store.
  Task<absl::Status> TakePage(v1::SubscribeResponse page);
  // The practice does not know the cursor: it may have lost something.
  Task<absl::Status> ResolveCursor();

  Task<absl::StatusOr<SyncReport>> Sync();

  v1::SubscribeRequest SubscribeFromCursor(bool follow);
  void Close();

  Connection& connection() { return connection_; }
  Directory& directory() { return directory_; }
  Enrolment& enrolment() { return enrolment_; }
  AccountDevices& devices() { return devices_; }
  Ledgers& ledgers() { return ledgers_; }
  Inbox& inbox() { return inbox_; }
  Outbox& outbox() { return outbox_; }
  PageStream& stream() { return stream_; }
  // What this device and the account's others have to tell each other; before anything is
  // confirmed to others, so that what they count as arrived is in the archive.
  Task<absl::Status> Share();

 private:
  // Prepare, CatchUp, SendAll.
  Task<absl::Status> Meet();
  Task<absl::Status> LogIn();
  // Once a connection, when all that was waiting has been taken in: what is still unseen
  // then was lost, or is on its way.
  Task<absl::Status> SettleUnseen();
  // Shows the practice what it signed for, where it seems to have lost something.
  Task<absl::Status> SettleSuspicion();
  // Decisions, after signing again what a changed time zone asks for.
  Task<absl::Status> SendActs();
  // Messages, then receipts for those that came.
  Task<absl::Status> SendWritten();
  // Without asking anybody: those zones, notes ahead whose key does not come, and keys that
  // nobody renews.
  absl::Status RenewAndRemind();
  absl::Status KeepSuccessions();
  absl::StatusOr<SyncReport> Report(std::uint64_t alarms_from);

  Context context_;
  Signal& wake_;
  Connection connection_;
  Directory directory_;
  Enrolment enrolment_;
  AccountDevices devices_;
  Restoring restoring_;
  AheadLedger ahead_ledger_;
  Ledgers ledgers_;
  Acts acts_;
  Inbox inbox_;
  Outbox outbox_;
  ArchiveExchange archive_;
  HistoryReader history_;
  PageStream stream_;
  // The whole of Prepare has worked on this connection. A connection that stands is
  // not enough: what was asked for before a watch may have broken off half-way.
  bool prepared_ = false;
  bool unseen_settled_ = false;  // on it
  bool shared_ = false;          // on it: the archive was read to its end
};

}  // namespace holdfast::client
