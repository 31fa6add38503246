#include "server/core/members/account_changes.h"

#include "rules/errors.h"

namespace holdfast::server {

absl::Status ChangeAccount(Context& /*context*/, Transaction& /*transaction*/,
                           const Caller& /*caller*/, const v1::ChangeAccountRequest& /*request*/,
                           v1::ChangeAccountResponse& response) {
  response.Clear();
  return Refuse(Reason::kInternal, "", "is not there yet");
}

}  // namespace holdfast::server
