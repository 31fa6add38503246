// One act as it is carried out.
#pragma once

#include <string_view>
#include <variant>

#include "rules/errors.h"
#include "server/core/ledger/ledger.h"

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
inline absl::Status Superseded(std::string_view field, std::string_view message) {
  return Refuse(Reason::kActSuperseded, field, message);
}

}  // namespace holdfast::server
