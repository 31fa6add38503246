// What lets a change of an account in, before any of its signatures is looked at: whoever has none
// of these costs a look-up.
#pragma once

#include <optional>

#include "holdfast/v1/directory.pb.h"
#include "server/core/engine/context.h"
#include "server/core/records/records.h"

namespace holdfast::server {

struct ChangeProof {
  AccountKey account;
  Hash change;  // names what is asked for
  // The change that used the link or replaced the recovery code is this one: it was done.
  bool is_done = false;
  bool by_statement = false;         // the practice's own earlier word for the account
  std::optional<LookupId> link;      // unused
  std::optional<LookupId> recovery;  // in force
};

// One of a link, a recovery code with its token, the practice's statement, and else the caller's
// token, also of a suspended device. link_unknown, link_used, link_expired, recovery_unknown,
// unknown_account, or what the token is refused for.
absl::StatusOr<ChangeProof> FindProof(Context& context, Transaction& transaction,
                                      const Caller& caller,
                                      const v1::ChangeAccountRequest& request);

// The link that let the change in, if there is one, is used: it opens nothing any more.
absl::Status UseLink(Transaction& transaction, const ChangeProof& proof);

}  // namespace holdfast::server
