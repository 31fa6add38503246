// An exported ledger as a file: one JSON object, bytes in hexadecimal, described in
// crypto/PROTOCOL.md by its parts.
#pragma once

#include "client/cli/words/json_fwd.h"
#include "client/core/ledger/ledger_export.h"

namespace holdfast::client::cli {

// More than a bond of many years fills.
inline constexpr std::size_t kLedgerFileBytesMax = std::size_t{64} * 1024 * 1024;

Json LedgerFile(const LedgerExport& exported);
// malformed_field naming "file".
absl::StatusOr<LedgerExport> ParseLedgerFile(const std::string& text);

}  // namespace holdfast::client::cli
