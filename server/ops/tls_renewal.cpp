#include "server/ops/tls_renewal.h"

#include <string>

#include "rules/errors.h"
#include "server/ops/clock.h"
#include "server/ops/files.h"
#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

bool IsDue(const TlsFacts& facts, std::uint64_t now_ms) {
  return now_ms < facts.not_before_ms || now_ms + kTlsRenewAheadMs > facts.not_after_ms;
}

absl::Status Renew(const DataDirectory& directory, const TlsIdentity& identity,
                   std::string_view host) {
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity renewed, RenewTlsCertificate(identity, host));
  HOLDFAST_RETURN_IF_ERROR(WriteSmallFile(directory.tls_certificate(), renewed.certificate));
  HOLDFAST_ASSIGN_OR_RETURN(const TlsFacts facts, InspectTlsIdentity(renewed));
  Log(LogLevel::kInfo, "tls_certificate_renewed", {{"until", LocalTime(facts.not_after_ms)}});
  return absl::OkStatus();
}

void Warn(const TlsFacts& facts, std::uint64_t now_ms, const absl::Status& why) {
  const bool is_over = now_ms >= facts.not_after_ms || now_ms < facts.not_before_ms;
  if (!is_over && now_ms + kTlsWarnAheadMs < facts.not_after_ms) return;
  Log(is_over ? LogLevel::kError : LogLevel::kWarning,
      is_over ? "tls_certificate_not_valid" : "tls_certificate_expires",
      {{"from", LocalTime(facts.not_before_ms)},
       {"until", LocalTime(facts.not_after_ms)},
       {"error", why},
       {"advice", "put a new tls.crt in its place, then send SIGHUP to holdfastd"}});
}

}  // namespace

absl::StatusOr<TlsIdentity> ReadTlsIdentity(const DataDirectory& directory) {
  return ReadTlsIdentityIn(directory.path());
}

absl::StatusOr<TlsIdentity> ReadTlsIdentityIn(const std::filesystem::path& folder) {
  TlsIdentity identity;
  HOLDFAST_ASSIGN_OR_RETURN(Bytes key, ReadSmallFile(folder / "tls.key"));
  identity.key = crypto::SecretBytes(std::move(key));
  HOLDFAST_ASSIGN_OR_RETURN(identity.certificate, ReadSmallFile(folder / "tls.crt"));
  return identity;
}

TlsKeyInUse InUse(const TlsFacts& facts) {
  return {facts.key_hash, facts.not_before_ms, facts.not_after_ms};
}

bool RenewInTime(const DataDirectory& directory, std::string_view host, std::uint64_t now_ms) {
  // A clock that has lost its battery has no say.
  if (now_ms < limits::kTimeMinMs) return false;
  const absl::StatusOr<TlsIdentity> identity = ReadTlsIdentity(directory);
  if (!identity.ok()) return false;
  const absl::StatusOr<TlsFacts> facts = InspectTlsIdentity(*identity);
  if (!facts.ok() || !IsDue(*facts, now_ms)) return false;
  const absl::Status renewed = facts->is_self_signed
                                   ? Renew(directory, *identity, host)
                                   : Refuse(Reason::kStorageFailed, "",
                                            "an authority signed it, so only its owner renews it");
  if (!renewed.ok()) Warn(*facts, now_ms, renewed);
  return renewed.ok();
}

}  // namespace holdfast::server
