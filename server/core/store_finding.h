// What is found where a store is read and judged: what is not as it was written, and whose it is.
#pragma once

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"

namespace holdfast::server {

struct StoreFinding {
  enum class Kind : std::uint8_t {
    kTable,     // rows of a table cannot be read, or are not what lies there
    kBody,      // an envelope's body is damaged or missing
    kEnvelope,  // an envelope is missing, or not what its receipt covers
    kBatch,     // a batch's signature or tree does not hold
    kArchive,   // a record of an account's archive is missing, damaged, or not in the chain
    kLedger,    // a ledger's chain is broken, or an entry is not what was signed
    kCount,     // two places count differently
  };
  Kind kind = Kind::kTable;
  std::string whose;  // "bond 3f9a12bc", or a table
  std::string what;
};

using FindingSink = absl::FunctionRef<void(const StoreFinding&)>;

}  // namespace holdfast::server
