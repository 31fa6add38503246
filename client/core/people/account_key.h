// What the account key decides, with the recovery code or a link code in hand: which devices
// there are, which code is in force, which key the archive has. The account key's secret is in
// memory only while one of these runs.
#pragma once

#include <string>
#include <vector>

#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/people/opened_account.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/context.h"
#include "crypto/link_code.h"
#include "crypto/recovery_code.h"

namespace holdfast::client {

class AccountDevices {
 public:
  AccountDevices(Context context, Connection& connection)
      : context_(context), connection_(connection) {}

  // On a device of the account, logged in. recovery_unknown where the code is not the one in
  // force; malformed_field.
  //
  // A link code for a further device, good for `valid_ms`. devices_full.
  Task<absl::StatusOr<std::string>> MakeLink(std::string recovery_code, std::uint64_t valid_ms);
  // Takes a device off the list, and begins a new epoch of the archive's key. Again is OK.
  // unknown_device; usage for this very device.
  Task<absl::Status> Unlink(DeviceId device, std::string recovery_code);
  // Without a code. unknown_device; usage for this very device.
  Task<absl::Status> Suspend(DeviceId device);
  // Another code instead of this one; it is shown once the practice has it.
  Task<absl::StatusOr<std::string>> NewCode(std::string recovery_code);

  // In a profile that has no account. The same code again goes on where it was interrupted.
  Task<absl::Status> Link(std::string link_code);
  // As the account's one device from now on. wrong_practice where the one at `address` is not
  // the account's.
  Task<absl::Status> Recover(std::string address, std::string recovery_code);

 private:
  Task<absl::StatusOr<OpenedAccount>> Open(const crypto::CodeSecret& code);
  Task<absl::Status> Change(v1::ChangeAccountRequest request);
  Task<absl::Status> BecomeDevice();
  Task<absl::StatusOr<std::string>> TakeWaitingCode(const crypto::CodeSecret& seen);
  absl::StatusOr<std::string> NewCodeCounts(const OpenedAccount& opened,
                                            const v1::Recovery& recovery);

  Context context_;
  Connection& connection_;
};

}  // namespace holdfast::client
