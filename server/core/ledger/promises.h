// Promises: a reply that is owed for an envelope, with its due time.
#pragma once

#include <optional>

#include "rules/header.h"
#include "server/core/ledger/performance.h"

namespace holdfast::server {

absl::Status SetAvailability(const Performance& doing);
absl::Status ReschedulePromise(const Performance& doing);

// What is promised for an envelope that is stored now; fixed with it.
struct PromiseTerms {
  std::uint64_t due_at_ms = 0;
  std::uint64_t remind_at_ms = 0;  // 0: not at all
  std::uint32_t availability = 0;  // number
};
// Nothing where the bond has no availability, or one whose away times leave no due
// time within limits::kDueAheadMsMax.
absl::StatusOr<std::optional<PromiseTerms>> TermsNow(Transaction& transaction,
                                                     const BondLedger& ledger);
absl::Status MakePromise(Context& context, Transaction& transaction, BondLedger& ledger,
                         const EnvelopeId& envelope, const PromiseTerms& terms);
// The therapist's reply to `envelope` is stored now: keeps what was promised for it,
// or repairs what was missed.
absl::Status SettlePromise(Context& context, Transaction& transaction, BondLedger& ledger,
                           const EnvelopeId& envelope, const EnvelopeId& reply);

// Timers.
absl::Status MissPromise(Context& context, Transaction& transaction, BondLedger& ledger,
                         const EnvelopeId& envelope, std::uint64_t generation);
absl::Status RemindTherapist(Context& context, Transaction& transaction, const BondLedger& ledger,
                             const EnvelopeId& envelope);

}  // namespace holdfast::server
