#include "server/core/ledger/consequences.h"

#include "server/core/ledger/ahead.h"
#include "server/core/ledger/slots.h"

namespace holdfast::server {
namespace {

bool IsByClient(const BondRecord& bond, const Header& header) {
  return BytesView(bond.client()) == header.sender_account.view();
}

bool IsReply(const BondRecord& bond, const Header& header) {
  return header.kind == Kind::kReply && !header.reply_to.is_zero() && !IsByClient(bond, header);
}

bool OwesReply(const BondRecord& bond, const Header& header) {
  return header.reply_owed && IsByClient(bond, header);
}

}  // namespace

bool TouchesLedger(const BondRecord& bond, const Header& header) {
  return IsAhead(header) || !header.slot.is_zero() || IsReply(bond, header) ||
         OwesReply(bond, header);
}

absl::StatusOr<PromiseTerms> TermsFor(Transaction& transaction, const BondLedger& ledger,
                                      const Header& header) {
  if (!OwesReply(ledger.bond, header)) return PromiseTerms();
  HOLDFAST_ASSIGN_OR_RETURN(const auto terms, TermsNow(transaction, ledger));
  return terms.value_or(PromiseTerms());
}

absl::Status DrawConsequences(Context& context, Transaction& transaction, BondLedger& ledger,
                              const Header& header, const PromiseTerms& terms) {
  if (!header.slot.is_zero()) {
    HOLDFAST_RETURN_IF_ERROR(FillSlot(context, transaction, ledger, header.slot, header.envelope));
  }
  if (IsReply(ledger.bond, header)) {
    HOLDFAST_RETURN_IF_ERROR(
        SettlePromise(context, transaction, ledger, header.reply_to, header.envelope));
  }
  if (terms.due_at_ms == 0) return absl::OkStatus();
  return MakePromise(context, transaction, ledger, header.envelope, terms);
}

}  // namespace holdfast::server
