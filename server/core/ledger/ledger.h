// A bond's ledger: appending entries, telling of them, and reading them back.
#pragma once

#include "holdfast/v1/ledger.pb.h"
#include "rules/act.h"
#include "rules/ledger.h"
#include "server/core/members/identity.h"
#include "server/core/records/keys.h"

namespace holdfast::server {

// A ledger open for what one request or timer adds to it.
struct BondLedger {
  BondId id;
  BondRecord bond;
  LedgerHeadRecord head;
  std::uint64_t at_ms = 0;  // of every entry added now: never before the bond's newest time
  bool changed = false;
};

absl::StatusOr<BondLedger> OpenLedger(Context& context, Transaction& transaction, const BondId& id,
                                      BondRecord bond);
// Head and bond, where something was appended.
void SaveLedger(Transaction& transaction, const BondLedger& ledger);

bool IsPaused(const BondLedger& ledger, std::uint64_t at_ms);
// Whether nothing that is sealed ahead is released now.
bool HoldsAhead(const BondLedger& ledger);

// Adds an entry of which the caller fills in only what its kind says, and puts it
// into the mailboxes of all devices of the client, then of the therapist. The first
// one of a new incarnation comes after a kRestored.
absl::Status AppendEntry(Context& context, Transaction& transaction, BondLedger& ledger,
                         LedgerEntry entry);
// The same for an act; `item` is complete after Core::SealBatch.
absl::Status AppendAct(Context& context, Transaction& transaction, BondLedger& ledger,
                       const Act& act, const crypto::Signed& carried, v1::LedgerItem& item);

// The act that entry `number` embeds.
absl::StatusOr<Act> ActAt(Transaction& transaction, const BondId& bond, std::uint64_t number);

// Whether the entry is of the batch that is still open, so not there for readers.
bool IsOpen(const Context& context, const LedgerEntryRecord& record);
// A committed entry as readers get it.
absl::Status WriteItem(Context& context, Transaction& transaction, LedgerEntryRecord& record,
                       v1::LedgerItem& item);

// Core::ReadLedger. In a new incarnation it also appends the kRestored, so that who
// reads after a restored backup learns of it.
absl::Status ReadLedger(Context& context, Transaction& transaction, const Caller& caller,
                        const v1::ReadLedgerRequest& request, v1::ReadLedgerResponse& response);

}  // namespace holdfast::server
