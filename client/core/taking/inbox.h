// What arrives. Each entry of a page becomes one vault commit: plaintext, ratchet
// state, the envelope's id, the chain and the cursor together. An entry that is
// not as it must be raises an alarm and is passed over; it never holds up those
// behind it. Only a failing vault stops a page.
#pragma once

#include <span>
#include <vector>

#include "client/core/ledger/ledgers.h"
#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/people/directory.h"
#include "rules/header.h"

namespace holdfast::client {

class Inbox {
 public:
  Inbox(Context context, Connection& connection, Directory& directory, Ledgers& ledgers)
      : context_(context), connection_(connection), directory_(directory), ledgers_(ledgers) {}

  // Whether something in the page is of a bond that another device of this account may have told
  // of in the archive by now.
  absl::StatusOr<bool> IsOfUnknownBond(const v1::SubscribeResponse& page) const;

  // Takes in a page and acknowledges it.
  Task<absl::Status> TakePage(v1::SubscribeResponse page);

  // Messages for people that were new since the last call.
  std::size_t TakeReceivedCount() { return std::exchange(received_count_, 0); }

 private:
  // Bonds whose entries name device lists that this device does not know yet.
  absl::StatusOr<std::vector<BondId>> BondsToRefresh(const v1::SubscribeResponse& page);
  // Reads the ledger where an entry asks for more of it than this device holds.
  Task<absl::Status> ReadBefore(v1::Entry entry);
  absl::StatusOr<bool> ComesBeforeItsRelease(const Header& header);
  using Entries = std::span<const v1::Entry* const>;
  // In one commit, but for what stands before one that fails.
  absl::Status TakeTogether(Entries entries, const std::string& incarnation);
  absl::Status TakeEntries(Entries entries, const std::string& incarnation);
  absl::StatusOr<bool> TakeEvent(VaultChange& change, const OwnDevice& own, const v1::Entry& entry);
  absl::Status TakeGap(VaultChange& change, const v1::Gap& gap);
  absl::Status FinishPage(const v1::Cursor& cursor);

  Context context_;
  Connection& connection_;
  Directory& directory_;
  Ledgers& ledgers_;
  std::size_t received_count_ = 0;
};

}  // namespace holdfast::client
