// Acts: what people sign about how their bond is run.
#pragma once

#include "holdfast/v1/ledger.pb.h"
#include "server/core/ledger.h"

namespace holdfast::server {

// An act by a party of the bond who may do such a thing, its form and signature
// checked. What carries it out refuses it before anything is written, or puts it
// into the ledger by Record() and does the rest.
struct Performance {
  Context& context;
  Transaction& transaction;
  BondLedger& ledger;
  const Act& act;
  const crypto::Signed& carried;
  v1::LedgerItem& item;

  absl::Status Record() const {
    return AppendAct(context, transaction, ledger, act, carried, item);
  }
  // What the act says; its kind has been looked at.
  template <class What>
  const What& what() const {
    return std::get<What>(act.what);
  }
};

// act_superseded: the act builds on something that is no longer so.
absl::Status Superseded(std::string_view field, std::string_view message);

// Core::Perform. In order: authenticate; look up the act id, so that a retry of
// something done never fails because of what has changed since; then everything
// else.
absl::Status Perform(Context& context, Transaction& transaction, const Caller& caller,
                     const v1::PerformRequest& request, v1::PerformResponse& response);

}  // namespace holdfast::server
