#include "server/ops/tls_in_use.h"

#include "rules/errors.h"
#include "server/runtime/log.h"

namespace holdfast::server {

absl::Status TlsInUse::Begin(const TlsIdentity& identity) {
  HOLDFAST_ASSIGN_OR_RETURN(facts_, InspectTlsIdentity(identity));
  return absl::OkStatus();
}

void TlsInUse::Take() {
  const absl::Status read = TakeFiles();
  if (read.ok()) return;
  must_take_again_ = true;  // a certificate and its key are exchanged one after the other
  Log(LogLevel::kError, "tls_not_read", {{"error", read}});
}

void TlsInUse::TakeAgain() {
  if (must_take_again_) TakeFiles().IgnoreError();  // said, or about to be exchanged
}

absl::Status TlsInUse::TakeFiles() {
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity identity, ReadTlsIdentity(directory_));
  HOLDFAST_ASSIGN_OR_RETURN(const TlsFacts facts, InspectTlsIdentity(identity));
  std::vector<Before> before = before_;
  if (facts.key_hash != facts_.key_hash) {
    before.insert(before.begin(), {facts_, now_() + kTlsShownMax});
  }
  std::erase_if(before, [&](const Before& one) {
    return one.shown_until <= now_() || one.facts.key_hash == facts.key_hash;
  });
  if (before.size() > kTlsBeforeMax) before.resize(kTlsBeforeMax);
  std::vector<TlsKeyInUse> keys = {InUse(facts)};
  for (const Before& one : before) keys.push_back(InUse(one.facts));
  must_take_again_ = !endorse_(std::move(keys)).ok();
  if (must_take_again_) return absl::OkStatus();
  facts_ = facts;
  before_ = std::move(before);
  return absl::OkStatus();
}

void TlsInUse::RenewInTime(std::uint64_t now_ms) {
  if (server::RenewInTime(directory_, host_, now_ms)) Take();
}

}  // namespace holdfast::server
