// The bytes of the server's stored receipt: one leaf an envelope, one signed
// statement a committed batch (crypto/PROTOCOL.md "Receipts"). The tree over the
// leaves and the signature are crypto/receipt.h's.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"

namespace holdfast {

struct ReceiptLeaf {
  PracticeKey practice;
  Incarnation incarnation;
  BondId bond;
  std::uint64_t position = 0;  // in the bond, from 1
  EnvelopeId envelope;
  Hash envelope_hash;  // header, body and capsules: crypto/public/receipt.h
  std::uint64_t stored_at_ms = 0;
  std::uint64_t due_at_ms = 0;             // 0: no reply is owed, or no availability was known
  std::uint32_t availability_version = 0;  // that the due time was computed from; 0: none

  bool operator==(const ReceiptLeaf&) const = default;
};

struct BatchStatement {
  PracticeKey practice;
  Incarnation incarnation;
  std::uint64_t batch = 0;   // from 1, increasing within an incarnation
  std::uint32_t leaves = 0;  // 1 to limits::kBatchLeavesMax
  Hash root;
  std::uint64_t signed_at_ms = 0;

  bool operator==(const BatchStatement&) const = default;
};

inline constexpr std::size_t kReceiptLeafBytes = 141;
inline constexpr std::size_t kBatchStatementBytes = 101;

Bytes EncodeReceiptLeaf(const ReceiptLeaf& leaf);
absl::StatusOr<ReceiptLeaf> DecodeReceiptLeaf(BytesView bytes);
// What a reader would say of it, for its writer to ask before the bytes are kept.
absl::Status CheckReceiptLeaf(const ReceiptLeaf& leaf);
Bytes EncodeBatchStatement(const BatchStatement& batch);
absl::StatusOr<BatchStatement> DecodeBatchStatement(BytesView bytes);
// What a reader would say of it, for its writer to ask before the bytes are kept.
absl::Status CheckBatchStatement(const BatchStatement& batch);

}  // namespace holdfast
