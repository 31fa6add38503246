// The practice's directory, as far as this device needs it: its own account's
// device list and those of the people it shares a bond with.
#pragma once

#include <map>

#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/shown/person_name.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

class Directory {
 public:
  Directory(Context context, Connection& connection) : context_(context), connection_(connection) {}

  // Looks for newer device lists of both accounts of a bond. What the practice
  // shows that cannot be true raises an alarm and answers OK; unreachable and the
  // like are errors.
  Task<absl::Status> Refresh(BondId bond);
  // Of this account alone.
  Task<absl::Status> RefreshOwn();
  // Of every bond, each account once; not of those that were taken in as ListBonds calls
  // them now.
  using Shown = std::map<BondId, Bytes>;
  Task<absl::Status> RefreshAll(Shown shown = {});

 private:
  Task<absl::Status> RefreshAccount(AccountKey account, BondId bond, PersonName who,
                                    Bytes seen = {});
  static bool IsOlder(const v1::DeviceSet& wire, std::uint32_t known_version);
  absl::StatusOr<bool> GivesBack(const AccountKey& account, const v1::DeviceSet& wire);
  absl::Status TakeOwn(VaultChange& change, const v1::DeviceSet& wire);

  Context context_;
  Connection& connection_;
};

}  // namespace holdfast::client
