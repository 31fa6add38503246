// The TLS certificate is renewed by itself, over the same key, long before it expires.
// One that an authority signed is its owner's to renew; its end is told ahead.
#pragma once

#include "absl/status/statusor.h"
#include "rules/limits.h"
#include "server/core/engine/endorsements.h"
#include "server/ops/data_directory.h"
#include "server/ops/tls_identity.h"

namespace holdfast::server {

// The directory's key and certificate, as the core is to endorse them.
absl::StatusOr<TlsIdentity> ReadTlsIdentity(const DataDirectory& directory);
// The same of a folder that need be no practice's, such as an opened backup.
absl::StatusOr<TlsIdentity> ReadTlsIdentityIn(const std::filesystem::path& folder);
TlsKeyInUse InUse(const TlsFacts& facts);

// Renews the certificate in the directory where its time has come, or where it was made
// by a clock that was wrong; `host` goes into it. True where it did. Where it cannot, or
// may not, the log says when the certificate ends; serving goes on.
bool RenewInTime(const DataDirectory& directory, std::string_view host, std::uint64_t now_ms);

// Half a year of the ten: whoever restarts seldom and looks seldom is in time too.
inline constexpr std::uint64_t kTlsRenewAheadMs = 180 * limits::kDayMs;
// How long before it ends a certificate of an authority is told of.
inline constexpr std::uint64_t kTlsWarnAheadMs = 30 * limits::kDayMs;
// How often a practice that serves looks.
inline constexpr std::uint64_t kTlsLookMs = 12 * limits::kHourMs;

}  // namespace holdfast::server
