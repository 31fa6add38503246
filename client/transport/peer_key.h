// The key inside a TLS certificate.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"

namespace holdfast::client {

// SHA-256 of the SubjectPublicKeyInfo of the first certificate in `pem`, so that a
// renewed certificate over the same key stays the same. malformed_field otherwise.
absl::StatusOr<TlsKeyHash> KeyHashOfCertificate(std::string_view pem);

}  // namespace holdfast::client
