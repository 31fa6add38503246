#include "server/ops/tls_in_use.h"

#include "rules/errors.h"
#include "server/runtime/log.h"

namespace holdfast::server {

absl::Status TlsInUse::Begin(const TlsIdentity& identity) {
  HOLDFAST_ASSIGN_OR_RETURN(facts_, InspectTlsIdentity(identity));
  return absl::OkStatus();
}

void TlsInUse::Take() {
  is_refused_ = false;
  const auto identity = ReadTlsIdentity(directory_);
  const auto facts =
      identity.ok() ? InspectTlsIdentity(*identity) : absl::StatusOr<TlsFacts>(identity.status());
  if (!facts.ok()) {
    return Log(LogLevel::kError, "tls_not_read", {{"error", facts.status()}});
  }
  std::vector<TlsKeyInUse> keys = {InUse(*facts)};
  if (facts->key_hash != facts_.key_hash) keys.push_back(InUse(facts_));
  const absl::Status endorsed = endorse_(std::move(keys));
  is_refused_ = !endorsed.ok();
  if (endorsed.ok()) facts_ = *facts;
}

void TlsInUse::TakeRefused() {
  if (is_refused_) Take();
}

void TlsInUse::RenewInTime(std::uint64_t now_ms) {
  if (server::RenewInTime(directory_, host_, now_ms)) Take();
}

}  // namespace holdfast::server
