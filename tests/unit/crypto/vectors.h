// The project's own test vectors, tests/vectors/*.json: one function a file makes
// what the file must hold.
#pragma once

#include <nlohmann/json.hpp>

namespace holdfast::crypto {

using Json = nlohmann::ordered_json;

Json HeaderVectors();
Json StatementVectors();
Json CodeVectors();
Json HandshakeVectors();
Json SessionVectors();
Json EnvelopeVectors();
Json ReceiptVectors();
Json VaultVectors();
Json ActVectors();
Json LedgerVectors();
Json DueTimeVectors();
Json SlotVectors();
Json DeviceVectors();
Json ArchiveVectors();

}  // namespace holdfast::crypto
